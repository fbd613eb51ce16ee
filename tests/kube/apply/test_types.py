"""Type checkers accept right uses of apply configurations, and refuse wrong ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
USES = "tests/kube/apply/typed_uses.py"


@pytest.mark.parametrize(
    "command",
    [
        ["mypy", "--strict", "--no-pretty", USES],
        ["pyright", "--pythonpath", sys.executable, USES],
    ],
    ids=["mypy", "pyright"],
)
def test_right_uses_are_accepted_and_wrong_ones_refused(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    refused = {int(line) for line in re.findall(r"typed_uses\.py:(\d+).*error", done.stdout)}
    lines = (ROOT / USES).read_text().split("\n")
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("  # wrong")}
    assert wrong
    assert sorted(refused) == sorted(wrong), done.stdout
