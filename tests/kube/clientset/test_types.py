"""Type checkers know each kind, each client and each lister, though all are imported lazily."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
USE = "tests/kube/clientset/typed_use.py"


@pytest.mark.parametrize(
    "command",
    [
        ["mypy", "--strict", "--warn-unused-ignores", USE],
        ["pyright", "--pythonpath", sys.executable, USE],
    ],
    ids=["mypy", "pyright"],
)
def test_programs_with_deployments_services_and_pods_are_typed(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
