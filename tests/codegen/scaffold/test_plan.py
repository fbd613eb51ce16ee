"""What becomes of each file, by what was written of it, what is wanted and what is there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from codegen import __version__
from codegen.diagnostics import Diagnostics
from codegen.scaffold import plan, record
from codegen.scaffold.plan import Former, Planned
from codegen.scaffold.tree import File

OLD, NEW = "one\ntwo\nthree\n", "one\ntwo\nthree\nfour\n"


def upgraded(
    written: Mapping[str, str], wanted: Mapping[str, str], disk: Mapping[str, bytes]
) -> tuple[Planned, list[str], dict[str, str]]:
    diagnostics = Diagnostics()
    new = {path: File(text, path) for path, text in wanted.items()}
    planned = plan.upgrade(written, new, disk.get, diagnostics)
    recorded = next(c.new for c in planned.changes if c.path == record.NAME)
    texts = record.read(recorded, Diagnostics()) or {}
    reported = [f"{d.severity.value} {d.position} {d.code}" for d in diagnostics]
    return planned, reported, texts


def contents(planned: Planned) -> dict[str, bytes | None]:
    return {c.path: c.new for c in planned.changes if c.path != record.NAME}


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (OLD, NEW),  # as it was written: it is replaced
        (OLD.replace("\n", "\r\n"), NEW.replace("\n", "\r\n")),  # git gave it other line ends
        (NEW, None),  # both changed alike
        (None, None),  # deleted: it stays so
        ("mine\n" + OLD, "mine\n" + NEW),
        ("\ufeffmine\r\n", None),
    ],
)
def test_an_upgraded_file_has_the_changes_of_the_templates_and_those_of_the_user(
    there: str | None, expected: str | None
) -> None:
    disk = {} if there is None else {"a": there.encode()}
    if there == "\ufeffmine\r\n":
        planned, _, _ = upgraded({"a": OLD}, {"a": OLD}, disk)
    else:
        planned, _, recorded = upgraded({"a": OLD}, {"a": NEW}, disk)
        assert recorded == {"a": NEW}
    assert contents(planned) == ({} if expected is None else {"a": expected.encode()})
    assert planned.conflicts == ()


def test_a_conflict_is_marked_and_its_place_is_known() -> None:
    planned, _, recorded = upgraded(
        {"a": OLD}, {"a": NEW}, {"a": OLD.replace("three", "mine").encode()}
    )
    marked = f"one\ntwo\n<<<<<<< yours\nmine\n=======\nthree\nfour\n>>>>>>> codegen {__version__}\n"
    assert contents(planned) == {"a": marked.encode()}
    assert [str(p) for p in planned.conflicts] == ["a:3:1"]
    assert recorded == {"a": NEW}
    resolved = {"a": b"one\ntwo\nmine\nfour\n"}
    again = plan.upgrade(
        recorded, {"a": File(NEW, "a")}, {**resolved, record.NAME: b""}.get,
        Diagnostics(),
    )  # fmt: skip
    assert contents(again) == {}


def test_a_file_that_is_not_text_is_left_and_reported_and_stays_to_be_merged() -> None:
    planned, reported, recorded = upgraded({"a": OLD}, {"a": NEW}, {"a": b"\xff\x00"})
    assert contents(planned) == {}
    assert reported == ["warning a:1:1 scaffold-left"]
    assert recorded == {"a": OLD}


def test_a_template_that_is_gone_takes_its_file_with_it_unless_it_was_edited() -> None:
    planned, reported, recorded = upgraded(
        {"a": OLD, "b": OLD}, {"c": NEW}, {"a": OLD.encode(), "b": b"mine"}
    )
    assert contents(planned) == {"a": None, "c": NEW.encode()}
    assert reported == ["warning b:1:1 scaffold-left"]
    assert recorded == {"c": NEW}


def test_a_new_template_does_not_replace_a_file_of_the_users() -> None:
    planned, reported, recorded = upgraded({"b": OLD}, {"a": NEW, "b": OLD}, {"a": b"mine"})
    assert contents(planned) == {}
    assert reported == ["warning a:1:1 scaffold-left"]
    assert recorded == {"a": NEW, "b": OLD}


def test_a_project_of_an_older_version_gets_new_apis_without_an_upgrade() -> None:
    """Its record has other texts than today's templates make, and keeps them."""
    diagnostics = Diagnostics()
    former = Former(
        {"a": File(NEW, "a"), "newer": File("x\n", "newer")}, {"a": OLD, "retired": "y\n"}
    )
    new = {**former.tree, "b": File("kind\n", "b")}
    planned = plan.step(former, new, {"a": OLD.encode()}.get, (), diagnostics)
    assert contents(planned) == {"b": b"kind\n"}
    recorded = next(c.new for c in planned.changes if c.path == record.NAME)
    assert record.read(recorded, diagnostics) == {"a": OLD, "b": "kind\n", "retired": "y\n"}
