"""The project podtoip as its author runs it: what is generated, its own tests, its demo."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.examples.podtoip.worlds import PROJECT


@pytest.mark.parametrize("target", ["verify", "demo"])
def test_a_target_of_its_makefile_works(target: str) -> None:
    done = run("make", target, f"PYTHON={sys.executable}")
    assert done.returncode == 0, done.stdout + done.stderr
    if target == "demo":
        assert "there is no PodToIp any more" in done.stderr


def test_its_own_tests_pass() -> None:
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr


def run(*command: str) -> subprocess.CompletedProcess[str]:
    # The options of the run that this test is a part of are not the project's.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
