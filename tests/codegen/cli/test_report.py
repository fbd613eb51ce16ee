from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from codegen import report
from codegen.diagnostics import Diagnostic, Severity
from codegen.model import Position

ROOT = Path("/project")
Shown: TypeAlias = Callable[..., str]


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    def shown(source: bytes | None, *found: Diagnostic) -> str:
        if source is not None:
            (tmp_path / "a.py").write_bytes(source)
            (tmp_path / "b.py").write_bytes(source)
        return report.text(found, tmp_path, tmp_path)

    return shown


def test_the_caret_stands_under_its_column_after_tabs(shown: Shown) -> None:
    text = shown(b"\tif x:\t# +tag\n", Diagnostic(Position("a.py", 1, 10), "wrong"))
    assert text == "a.py:1:10: error: wrong\n 1 | \tif x:\t# +tag\n   | \t     \t  ^\n"


def test_a_place_that_has_no_line_is_told_without_one(shown: Shown, tmp_path: Path) -> None:
    assert shown(None, Diagnostic(Position("a.py", 3, 1), "gone")) == "a.py:3:1: error: gone\n"
    assert shown(b"\n\n\n", Diagnostic(Position("a.py", 3), "bare")) == "a.py:3:1: error: bare\n"
    (tmp_path / "folder").mkdir()
    assert shown(None, Diagnostic(Position("folder"), "empty")) == "folder:1:1: error: empty\n"


def test_notes_come_last_a_line_each(shown: Shown) -> None:
    note = Diagnostic(Position("a.py"), "idle", "Remove it.", "n", Severity.NOTE)
    error = Diagnostic(Position("b.py"), "wrong")
    assert shown(b"x\n", note, error, note) == (
        "b.py:1:1: error: wrong\n 1 | x\n   | ^\n"
        "\n"
        "a.py:1:1: note: idle [n]: Remove it.\n"
        "a.py:1:1: note: idle [n]: Remove it.\n"
    )


def test_control_characters_of_a_source_never_reach_the_terminal(shown: Shown) -> None:
    text = shown(b"a\x1b[31m\r\xff\n", Diagnostic(Position("a.py", 1, 1), "odd", code="odd"))
    assert "\x1b" not in text
    assert "\r" not in text


def test_paths_are_relative_to_where_the_user_stands() -> None:
    found = [Diagnostic(Position("apis/a.py"), "x")]
    assert report.text(found, ROOT, ROOT / "apis/deep").startswith("../a.py:1:1:")
    assert "file=../a.py," in report.github(found, ROOT, ROOT / "apis/deep")


def test_annotations_escape_what_would_end_them() -> None:
    found = [Diagnostic(Position("a,b:c.py"), "100%\nof it", code="x", severity=Severity.NOTE)]
    assert report.github(found, ROOT, ROOT) == (
        "::notice file=a%2Cb%3Ac.py,line=1,col=1,title=codegen x::100%25%0Aof it\n"
    )


def test_counts_are_plural_where_they_should_be() -> None:
    error = Diagnostic(Position("a.py"), "x")
    warning = Diagnostic(Position("a.py"), "x", severity=Severity.WARNING)
    note = Diagnostic(Position("a.py"), "x", severity=Severity.NOTE)
    assert report.count([error, note, error, warning]) == "2 errors, 1 warning, 1 note"
    assert report.count([note]) == "1 note"
    assert report.count([]) == ""
