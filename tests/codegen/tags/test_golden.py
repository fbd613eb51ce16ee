"""Every misuse of a tag, one folder a case: `input.py`, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.tags import Place, parse
from tests.golden import Golden, reported

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())


def place_of(following: str) -> Place:
    """What the block above this line belongs to."""
    if following.startswith('"""'):
        return Place.PACKAGE
    if following.startswith("class "):
        return Place.CLASS
    if following.startswith("def "):
        return Place.FUNCTION
    return Place.FIELD if following.strip() else Place.ANYWHERE


def diagnose(source: str) -> str:
    """What is said about each comment block of a source."""
    diagnostics = Diagnostics()
    block: list[tuple[Position, str]] = []
    for number, line in enumerate(source.splitlines(), 1):
        text = line.lstrip()
        if text.startswith("#"):
            block.append((Position("input.py", number, len(line) - len(text) + 1), text))
        elif block:
            parse(block, place_of(text), diagnostics)
            block = []
    return reported(diagnostics)


@pytest.mark.parametrize("case", CASES)
def test_a_misused_tag_is_reported_with_its_place_and_remedy(case: str, golden: Golden) -> None:
    folder = GOLDEN / case
    golden(folder / "expected.txt", diagnose((folder / "input.py").read_text()))
