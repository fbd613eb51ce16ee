"""Short soaks; `python -m tests.kube.soak --seconds 3600` and `python -m tests.kube.soak.replicas
--rounds 1000` make long ones.
"""

from __future__ import annotations

import asyncio
import logging

import pytest

from kube.envtest.real.assets import API_SERVER, Assets, MissingAssetError
from tests.kube.soak.replicas import soak as soak_replicas
from tests.kube.soak.run import soak

SEED = 1


@pytest.fixture(params=["embedded", "real"])
def server(request):
    if request.param == "real":
        try:
            Assets.from_environment().find(API_SERVER)
        except MissingAssetError as error:
            pytest.skip(f"{error} (run hack/test-real.sh, which builds it)")
    return request.param


def test_in_random_faults_nothing_is_lost_and_nothing_leaks(server, caplog):
    # Records that pytest keeps for its report would count as a leak.
    caplog.set_level(logging.CRITICAL, "kube")
    report = soak(12, SEED, server)
    assert report.faults > 30
    assert report.writes > 100


def test_leaders_that_are_killed_stopped_and_stalled_write_in_turn_and_forget_nothing(server):
    report = asyncio.run(soak_replicas(["kill", "stall", "stop"], SEED, server))
    assert len(report.record.writers) > 1
