"""The harness of golden files: what differs is an error that names its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import Golden


def test_a_golden_that_differs_names_the_command_that_stores_it(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"pytest 'tests/a.py::b\[c\]' --update-goldens"):
        Golden("tests/a.py::b[c]", update=False)(tmp_path / "expected.txt", "new\n")


def test_an_update_stores_what_is_made_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "expected"
    folder.mkdir()
    (folder / "old.txt").touch()
    Golden("", update=True)(folder, {"a/b.txt": "1\n"})
    assert [p.relative_to(folder).as_posix() for p in folder.rglob("*.txt")] == ["a/b.txt"]
    Golden("", update=False)(folder, {"a/b.txt": "1\n"})
    with pytest.raises(AssertionError):
        Golden("", update=False)(folder, {})
