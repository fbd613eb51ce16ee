"""A short soak; `python -m tests.kube.soak --seconds 3600` makes a long one."""

from __future__ import annotations

import logging

import pytest

from kube.envtest.real.assets import API_SERVER, Assets, MissingAssetError
from tests.kube.soak.run import soak

SEED = 1


@pytest.mark.parametrize("server", ["embedded", "real"])
def test_in_random_faults_nothing_is_lost_and_nothing_leaks(server, caplog):
    # Records that pytest keeps for its report would count as a leak.
    caplog.set_level(logging.CRITICAL, "kube")
    if server == "real":
        try:
            Assets.from_environment().find(API_SERVER)
        except MissingAssetError as error:
            pytest.skip(f"{error} (run hack/test-real.sh, which builds it)")
    report = soak(12, SEED, server)
    assert report.faults > 30
    assert report.writes > 100
