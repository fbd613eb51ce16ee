"""What the decoder's second path costs, in walks, rebuilt shadows and parts decoded one by one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest

from kube.runtime import Object, ObjectList, Struct, codec, field, tolerant
from kube.runtime.learned import FREE_ROUNDS, KNOWLEDGE, MOST_LEARNED_NAMES, Learned
from kube.runtime.shapes import reach
from kube.runtime.survey import Observed

WORK = {"survey": "walks", "Shadows": "shadows", "decode_by_parts": "parts"}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often each costly step was taken."""
    counts: Counter[str] = Counter()

    def counted(name: str, step: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            counts[name] += 1
            return step(*args, **options)

        return call

    for attribute, name in WORK.items():
        monkeypatch.setattr(tolerant, attribute, counted(name, getattr(tolerant, attribute)))
    return counts


def kinds() -> Any:
    """Fresh classes, about which nothing was learned: a list of objects with a spec and parts."""

    class Part(Struct):
        name: str = ""

    class Spec(Struct):
        size: int = 0
        parts: list[Part] | None = None

    class Thing(Object):
        spec: Spec = field(default_factory=Spec)

    class ThingList(ObjectList[Thing]):
        pass

    globals().update(Part=Part, Spec=Spec, Thing=Thing)
    reach(ThingList)  # evaluates the annotations now
    return ThingList


def decode(document: Any, kind: Any) -> Any:
    value = codec.decode(json.dumps(document).encode(), kind)
    written = json.loads(codec.encode(value))
    for item, original in zip(written["items"], document["items"], strict=True):
        assert {**item, "metadata": {}} == {"metadata": {}, "spec": {}, **original}
    return value


def odd(names: int, **more: Any) -> dict[str, Any]:
    return {"spec": {**{f"odd{i}": i for i in range(names)}, **more}}


def test_all_unknown_names_of_a_document_are_learned_in_one_walk(work: Counter[str]) -> None:
    things = kinds()
    parts = [{"name": "a", f"part{i}": i} for i in range(30)]
    decode({"items": [{"new": 1, **odd(30, parts=parts)}, {"other": 2}]}, things)
    assert work == {"walks": 1, "shadows": 2}
    decode({"items": [{"new": 1, **odd(30, parts=parts)}]}, things)
    assert work == {"walks": 1, "shadows": 2}


@pytest.mark.parametrize("names", [1000, 20_000])
def test_an_object_with_very_many_unknown_names_teaches_nothing(
    work: Counter[str], names: int
) -> None:
    things = kinds()
    decode({"items": [odd(names)]}, things)
    assert work["walks"] == 1
    assert work["shadows"] <= 4
    assert work["parts"] == 3  # the list, the object, its spec
    assert all(not known_of(cls).unknown for cls in ours(things))


def test_a_list_with_a_new_name_in_every_object_costs_in_proportion_to_it(
    work: Counter[str],
) -> None:
    things = kinds()

    def parts_of(size: int) -> int:
        work.clear()
        items = [{"spec": {"parts": [{"name": "a", f"x{i}": i}]}} for i in range(size)]
        decode({"items": items}, things)
        return work["parts"]

    parts_of(1000)
    once, twice = parts_of(1000), parts_of(2000)
    assert 2 * once - 10 <= twice <= 2 * once + 10
    assert work["walks"] == 1
    assert work["shadows"] <= 1


def test_one_odd_object_slows_no_other_down(work: Counter[str]) -> None:
    things = kinds()
    newer = {"items": [{"spec": {"size": 1, "new": i}} for i in range(3)]}
    decode(newer, things)
    decode({"items": [odd(500), *newer["items"]]}, things)
    work.clear()
    decode(newer, things)
    assert work == {}
    assert known_of(Spec).unknown == {"new"}  # type: ignore[name-defined]  # noqa: F821


def test_names_that_several_objects_have_are_learned_beside_an_odd_one(work: Counter[str]) -> None:
    things = kinds()
    newer = [{"spec": {"size": 1, "new": i}} for i in range(3)]
    decode({"items": [odd(500), *newer]}, things)
    work.clear()
    decode({"items": newer}, things)
    assert work == {}


def test_a_null_leaves_the_other_values_of_its_field_on_the_fast_path(work: Counter[str]) -> None:
    things = kinds()
    newer = {"items": [{"spec": {"parts": [{"name": "a", "new": 1}]}}]}
    decode(newer, things)
    codec.decode(b'{"items":[{"spec":null},{"spec":{"parts":[null,{"name":null}]}}]}', things)
    decode(newer, things)
    work.clear()
    decode(newer, things)
    assert work == {}


def test_documents_that_each_have_another_name_teach_less_and_less(work: Counter[str]) -> None:
    things = kinds()
    for i in range(1000):
        decode({"items": [{"spec": {f"x{i}": 1}}]}, things)
    decoders = 3  # of the list, of its items, of their specs
    assert work["shadows"] <= decoders * (FREE_ROUNDS + 10)
    assert work["walks"] <= 1000
    assert all(len(known_of(cls).unknown) <= MOST_LEARNED_NAMES for cls in ours(things))


def test_a_class_that_knows_too_many_names_keeps_those_that_are_common_now() -> None:
    learned = Learned()
    assert learned.take(Observed(Counter({f"a{i}": 1 for i in range(MOST_LEARNED_NAMES)})))
    assert learned.take(Observed(Counter({"a1": 3, "b": 1})))
    assert learned.unknown == {"a1", "b"}
    assert not learned.take(Observed(Counter(["b"])))
    many = {f"c{i}": 1 for i in range(MOST_LEARNED_NAMES)}
    assert learned.take(Observed(Counter({**many, "a1": 3})))
    assert len(learned.unknown) == MOST_LEARNED_NAMES
    assert "a1" in learned.unknown


def test_a_lesson_about_one_class_rebuilds_nothing_of_another(work: Counter[str]) -> None:
    one = kinds()
    decode({"items": [{"new": 1}]}, one)
    other = kinds()
    decode({"items": [{"newer": 1}]}, other)
    work.clear()
    decode({"items": [{"new": 1}]}, one)
    assert work == {}


class Mode(StrEnum):
    ON = "on"


class Node(Struct):
    mode: Mode | None = None
    modes: list[Mode] | None = None
    data: bytes = b""
    inner: Node | None = None


def test_names_within_an_object_of_its_own_class_are_learned_too(work: Counter[str]) -> None:
    text = b'{"inner":{"inner":{"new":1,"inner":{"deep":1}}}}'
    codec.decode(text, Node)
    work.clear()
    assert codec.encode(codec.decode(text, Node)) == text
    assert work["parts"] == 0


def test_a_value_of_a_loosened_field_is_what_it_was() -> None:
    codec.decode(b'{"data":null,"mode":"off","modes":["off"]}', Node)
    node = codec.decode(b'{"data":"bnVsbA==","mode":"on","modes":["on","half"],"new":1}', Node)
    assert node.data == b"null"
    assert node.mode is Mode.ON
    assert node.modes == [Mode.ON, "half"]


def known_of(cls: Any) -> Learned:
    return KNOWLEDGE.classes.get(cls, Learned())


def ours(things: Any) -> list[Any]:
    """The classes of this module: others, such as ObjectMeta, learn from other tests too."""
    return [cls for cls in reach(things) if cls.__module__ == __name__]
