"""Type checkers infer what the client by class returns."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CALLS = "tests/kube/client/typed_calls.py"


@pytest.mark.parametrize(
    "command",
    [
        ["mypy", "--strict", "--warn-unused-ignores", CALLS],
        ["pyright", "--pythonpath", sys.executable, CALLS],
    ],
    ids=["mypy", "pyright"],
)
def test_calls_by_class_are_typed_through_and_through(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
