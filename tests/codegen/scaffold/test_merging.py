"""Three texts become one: the user's, with what changed in the scaffold."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.scaffold import record
from codegen.scaffold.merging import Merged, merge, unresolved

NEW = "0.2.0"
BASE = "one\ntwo\nthree\nfour\nfive\n"

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "  a"]), max_size=8)
TEXTS = st.builds(
    lambda lines, end: "\n".join(lines) + ("\n" if end and lines else ""), LINES, st.booleans()
)


def merged(base: str, new: str, user: str) -> Merged:
    return merge(base, new, user, NEW)


def test_changes_at_different_places_are_both_there() -> None:
    new = BASE.replace("one", "ONE") + "six\n"
    user = BASE.replace("three", "mine\nthree")
    assert merged(BASE, new, user) == Merged("ONE\ntwo\nmine\nthree\nfour\nfive\nsix\n")


def test_what_both_changed_alike_is_no_conflict() -> None:
    both = BASE.replace("three", "3")
    assert merged(BASE, both, both.replace("one", "1")) == Merged(both.replace("one", "1"))


def test_what_both_changed_differently_is_marked_with_the_names_of_the_sides() -> None:
    new, user = BASE.replace("three", "theirs"), BASE.replace("three", "mine")
    expected = "one\ntwo\n<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> codegen 0.2.0\nfour\nfive\n"
    assert merged(BASE, new, user) == Merged(expected, (3,))
    assert [*unresolved(expected)] == [3]
    assert [*unresolved(BASE)] == []
    assert [*unresolved("Title\n=======\n")] == []


def test_what_both_inserted_at_one_place_conflicts_in_what_differs_alone() -> None:
    new = BASE.replace("three", "x\ny\nz\nthree")
    user = BASE.replace("three", "x\nown\nz\nthree")
    text = "x\n<<<<<<< yours\nown\n=======\ny\n>>>>>>> codegen 0.2.0\nz\n"
    assert merged(BASE, new, user) == Merged(BASE.replace("three\n", f"{text}three\n"), (4,))


def test_line_ends_and_byte_order_marks_stay_the_users() -> None:
    user = "\ufeff" + BASE.replace("five", "mine").replace("\n", "\r\n")
    new = BASE.replace("one", "ONE\nmore")
    assert merged(BASE, new, user).text == user.replace("one", "ONE\r\nmore")
    assert merged(BASE, BASE + "six\n", BASE.removesuffix("\n")).text == BASE + "six"


def test_a_conflict_at_the_end_of_a_text_without_a_last_line_end_can_be_read() -> None:
    text = merged("a", "b", "c").text
    assert text == "<<<<<<< yours\nc\n=======\nb\n>>>>>>> codegen 0.2.0"


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_one_side_that_changed_nothing_gives_the_other(base: str, text: str) -> None:
    assert merged(base, base, text) == Merged(text)
    assert merged(base, text, base) == Merged(text)
    assert merged(base, text, text) == Merged(text)


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_a_merge_that_is_merged_again_stays_as_it_is(base: str, new: str, user: str) -> None:
    once = merged(base, new, user)
    assert once.conflicts == tuple(unresolved(once.text))
    assert merged(new, new, once.text).text == once.text
    assert bool(merged(base, user, new).conflicts) == bool(once.conflicts)


@settings(deadline=None)
@given(st.integers(2, 8), st.data())
def test_changes_of_lines_that_are_apart_never_conflict(count: int, data: st.DataObject) -> None:
    base = [f"line {i}" for i in range(count * 2)]
    new, user = [*base], [*base]
    expected = [*base]
    for i in range(0, count * 2, 2):
        side = data.draw(st.sampled_from(["new", "user", "none"]))
        if side != "none":
            (new if side == "new" else user)[i] = expected[i] = f"{side} {i}"
    texts = ["".join(f"{line}\n" for line in lines) for lines in (base, new, user, expected)]
    assert merged(*texts[:3]) == Merged(texts[3])


# --- the record ---------------------------------------------------------------------------------

RECORDED = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["a.py", "b/c.yaml", "file x"]), RECORDED, min_size=1))
def test_a_record_has_every_text_to_the_byte(texts: dict[str, str]) -> None:
    written = record.printed(texts).encode()
    assert record.read(written, Diagnostics()) == texts
    assert record.read(written.replace(b"\n", b"\r\n"), Diagnostics()) == texts


def test_a_record_that_is_missing_or_damaged_is_reported_with_what_to_do() -> None:
    diagnostics = Diagnostics()
    assert record.read(None, diagnostics) is None
    assert (
        record.read(record.printed({"a": "b\n"}).encode() + b"<<<<<<< HEAD\n", diagnostics) is None
    )
    faults = [(d.position.line, d.code) for d in diagnostics]
    assert faults == [(1, "no-scaffold-record"), (6, "bad-scaffold-record")]
    assert all("version control" in d.hint or "as it was committed" in d.hint for d in diagnostics)
    twice = record.printed({"a": "b\n"}) + "file a\n    c\n"
    assert record.read(twice.encode(), Diagnostics()) is None
    binary = Diagnostics()
    assert record.read(b"\xff", binary) is None
    assert binary.failed
