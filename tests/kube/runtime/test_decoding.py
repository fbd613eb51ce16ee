"""What a document may hold, and what comes of it: the promises of `kube.runtime.codec`."""

from __future__ import annotations

import contextlib
import json
import pickle
from enum import StrEnum
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kube.api.meta.v1 import MicroTime, ObjectMeta
from kube.runtime import Object, ObjectList, OpenEnum, Struct, codec, field, learned
from kube.runtime.lenient import decode_by_parts
from kube.runtime.struct import UnknownMembers
from kube.runtime.tolerant import TolerantDecoder


class Phase(StrEnum):
    ACTIVE = "Active"
    GONE = "Gone"


class Colour(OpenEnum):
    RED = "Red"


class Leaf(Struct):
    name: str = ""
    count: int = 0
    phase: Phase | None = None
    size: Literal["small", "large"] | None = None


class Tree(Struct):
    leaf: Leaf = field(default_factory=Leaf)
    leaves: list[Leaf] | None = None
    by_name: dict[str, Leaf] | None = None
    words: list[str] | None = None
    inner: Tree | None = None
    trees: list[Tree] | None = None


class Plant(Object):
    spec: Tree = field(default_factory=Tree)
    replicas: int = 3
    pod_ip: str = field(default="", name="podIP")
    colour: Colour | None = None


class PlantList(ObjectList[Plant]):
    pass


class Circle(Struct):
    type: Literal["Circle"] = "Circle"
    radius: int = 0


class Square(Struct):
    type: Literal["Square"] = "Square"
    side: int = 0


class Drawing(Struct):
    shape: Circle | Square | None = None
    shapes: list[Circle | Square] | None = None


class Pinned(Struct):
    path: str
    leaf: Leaf | None = None


def decode(document: Any, kind: type[Any] = Plant) -> Any:
    return codec.decode(json.dumps(document).encode(), kind)


def written(value: Any) -> Any:
    return json.loads(codec.encode(value))


# --- names and what is written ----------------------------------------------------------------


def test_names_are_camel_case_unless_given() -> None:
    plant = decode({"podIP": "10.0.0.1", "spec": {"byName": {"a": {"name": "a"}}}})
    assert plant.pod_ip == "10.0.0.1"
    assert plant.spec.by_name == {"a": Leaf(name="a")}


def test_zero_values_are_left_out_and_any_other_default_is_written() -> None:
    assert written(Plant()) == {"metadata": {}, "spec": {"leaf": {}}, "replicas": 3}


def test_an_explicit_zero_is_written_where_the_default_is_not_zero() -> None:
    assert written(Plant(replicas=0))["replicas"] == 0


def test_a_list_document_always_shows_its_items() -> None:
    assert written(PlantList()) == {"metadata": {}, "items": []}


def test_a_micro_time_always_has_six_digits() -> None:
    class Lease(Struct):
        renew_time: MicroTime | None = None

    text = b'{"renewTime":"2026-01-02T03:04:05.000000Z"}'
    assert codec.encode(codec.decode(text, Lease)) == text


# --- what we do not know ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        {"new": 1},
        {"spec": {"new": {"deep": [1, {"x": None}]}}},
        {"spec": {"leaves": [{"name": "a"}, {"name": "b", "new": True}]}},
        {"spec": {"byName": {"k": {"new": "x"}}}},
        {"spec": {"inner": {"inner": {"leaf": {"new": 1}, "new": 2}, "trees": [{"new": 3}]}}},
        {"metadata": {"labels": {"a": "b"}, "new": []}},
        {"new": 1, "other": 2, "spec": {"new": 3}},
        {'a "quoted"\n name': 1},
        {"a`b": {"c`d": 1}},
    ],
    ids=str,
)
def test_unknown_members_are_written_back(document: dict[str, Any]) -> None:
    plant = decode(document)
    again = written(plant)
    assert again == {"metadata": {}, "replicas": 3, **document, "spec": again["spec"]}
    assert decode(again) == plant
    missing = {"leaf": {}}
    assert {**missing, **document.get("spec", {})}.keys() == again["spec"].keys()


def test_unknown_members_survive_copies_equality_and_pickle() -> None:
    plant = decode({"new": 1})
    assert plant != decode({"new": 2})
    assert plant.deep_copy() == plant
    assert pickle.loads(pickle.dumps(plant)) == plant
    assert written(plant.__copy__())["new"] == 1


def test_a_known_member_can_be_changed_beside_an_unknown_one() -> None:
    plant = decode({"spec": {"leaf": {"name": "old", "new": [1]}}})
    plant.spec.leaf.name = "fresh"
    assert written(plant)["spec"]["leaf"] == {"name": "fresh", "new": [1]}


def test_in_a_list_each_object_keeps_its_own_unknown_members() -> None:
    plants = decode({"items": [{"new": 1}, {}, {"new": 3}]}, PlantList)
    assert [written(p).get("new") for p in plants.items] == [1, None, 3]
    assert all(type(p) is Plant for p in plants.items)


def test_a_class_with_very_many_unknown_names_stays_decodable() -> None:
    class Wide(Struct):
        known: int = 0
        inner: Leaf | None = None

    for i in range(learned.MOST_LEARNED_NAMES + 20):
        document = {"known": i + 1, "inner": {"name": "x"}, f"name-{i}": i}
        assert written(decode(document, Wide)) == document


def test_the_fast_path_comes_back_after_a_plain_document() -> None:
    class Rare(Struct):
        known: int = 0

    decode({"new": 1}, Rare)
    decode({"known": 1}, Rare)
    assert Rare not in codec._try_tolerant


# --- nulls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        {"metadata": None},
        {"spec": None},
        {"spec": {"leaf": None}},
        {"replicas": None},
        {"podIP": None},
        {"spec": {"inner": {"leaf": None}}},
    ],
    ids=str,
)
def test_null_decodes_as_absent_wherever_go_accepts_it(document: dict[str, Any]) -> None:
    def without_nulls(tree: Any) -> Any:
        return {k: without_nulls(v) for k, v in tree.items() if v is not None}

    assert decode(document).spec == decode({**document, "metadata": {}}).spec
    stripped = {k: without_nulls(v) for k, v in document.items() if v is not None}
    assert decode(document) == decode(stripped)


def test_null_within_a_list_or_a_map_is_the_zero_value() -> None:
    plant = decode({"spec": {"words": ["a", None], "leaves": [None], "byName": {"k": None}}})
    assert plant.spec.words == ["a", ""]
    assert plant.spec.leaves == [Leaf()]
    assert plant.spec.by_name == {"k": Leaf()}


class Drivers(Struct):
    drivers: list[Leaf]
    by_name: dict[str, Leaf]
    name: str = ""


@pytest.mark.parametrize("more", [{}, {"newer": [None]}, {"name": None}], ids=str)
def test_a_list_or_a_map_that_is_required_and_null_is_empty(more: dict[str, Any]) -> None:
    text = json.dumps({"drivers": None, "byName": None, **more}).encode()
    for drivers in (codec.decode(text, Drivers), decode_by_parts(text, Drivers, codec.decode)):
        assert (drivers.drivers, drivers.by_name) == ([], {})


def test_a_required_list_that_is_missing_or_wrong_cannot_be_decoded() -> None:
    for text in (b'{"byName":{}}', b'{"byName":{},"drivers":[{"name":null},7]}'):
        with pytest.raises(codec.DecodeError, match="drivers"):
            codec.decode(text, Drivers)


def test_items_that_are_null_are_no_items() -> None:
    assert decode({"items": None}, PlantList).items == []


# --- closed lists -----------------------------------------------------------------------------


def test_an_unknown_value_of_a_closed_enum_is_kept() -> None:
    plant = decode({"spec": {"leaf": {"phase": "Exploded", "size": "huge"}}})
    assert plant.spec.leaf.phase == "Exploded"
    assert plant.spec.leaf.size == "huge"
    assert written(plant)["spec"]["leaf"] == {"phase": "Exploded", "size": "huge"}


def test_an_open_enum_makes_a_member_of_an_unknown_value() -> None:
    plant = decode({"colour": "Blue"})
    assert plant.colour == "Blue"
    assert isinstance(plant.colour, Colour)
    assert Colour("Blue") is plant.colour
    assert list(Colour) == [Colour.RED]


# --- unions -----------------------------------------------------------------------------------


def test_a_union_decodes_to_the_class_that_its_type_names() -> None:
    drawing = decode({"shapes": [{"type": "Circle", "radius": 2}, {"type": "Square"}]}, Drawing)
    assert drawing.shapes == [Circle(radius=2), Square()]
    assert drawing.shapes[0].type == "Circle"
    assert written(drawing) == {"shapes": [{"type": "Circle", "radius": 2}, {"type": "Square"}]}


def test_an_unknown_union_member_is_kept_raw() -> None:
    document = {"shape": {"type": "Star", "points": 5}}
    drawing = decode(document, Drawing)
    assert isinstance(drawing.shape, msgspec.Raw)
    assert written(drawing) == document
    assert written(drawing.deep_copy()) == document


def test_an_unknown_member_within_a_union_is_kept() -> None:
    document = {"shape": {"type": "Circle", "radius": 2, "fill": "red"}}
    drawing = decode(document, Drawing)
    assert drawing.shape.radius == 2
    assert written(drawing) == document


# --- what cannot be decoded -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"replicas": "three"}, "$.replicas"),
        ({"spec": {"leaves": [{}, {"count": "x"}]}}, "$.spec.leaves[1].count"),
        ({"spec": []}, "$.spec"),
        ({"replicas": 5.5}, "$.replicas"),
    ],
)
def test_a_wrong_json_type_is_an_error_with_its_path(document: Any, path: str) -> None:
    with pytest.raises(codec.DecodeError) as caught:
        decode(document)
    assert path in str(caught.value)


@pytest.mark.parametrize("document", [{}, {"path": None}, {"new": 1}, {"path": None, "new": 1}])
def test_a_missing_required_field_is_an_error_that_names_it(document: Any) -> None:
    with pytest.raises(codec.DecodeError, match="missing required field `path`"):
        decode(document, Pinned)


@pytest.mark.parametrize("text", [b"", b"{", b"[1,", b"nonsense", b"\xff\xfe", b'{"a":1}}'])
def test_text_that_is_no_json_is_an_error(text: bytes) -> None:
    with pytest.raises(codec.DecodeError):
        codec.decode(text, Plant)


# --- held against an oracle -------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
unknown_names = st.sampled_from(["new", "neuer", "x-y", 'q"', "ü", "a`b", "unknownMembers"])


def with_unknown(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries({}, optional=members)
    extra = st.dictionaries(unknown_names, json_values, max_size=2)
    return st.builds(lambda a, b: {**b, **a}, known, extra)


leaf_documents = with_unknown(
    name=st.text(min_size=1, max_size=4),
    count=st.integers(1, 9),
    phase=st.sampled_from(["Active", "Gone", "Other"]),
    size=st.sampled_from(["small", "odd"]),
)


def tree_documents(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return with_unknown(
        leaf=leaf_documents,
        leaves=st.lists(leaf_documents, max_size=3),
        byName=st.dictionaries(st.text(max_size=3), leaf_documents, max_size=2),
        words=st.lists(st.text(max_size=3), max_size=3),
        inner=inner,
        trees=st.lists(inner, max_size=2),
    )


trees = st.recursive(leaf_documents.map(lambda leaf: {"leaf": leaf}), tree_documents, max_leaves=4)


def with_by_value_members(tree: Any) -> Any:
    """What Go holds by value is always written, so a document that lacks it gains it."""
    tree = {"leaf": {}, **tree}
    if "inner" in tree and isinstance(tree["inner"], dict):
        tree["inner"] = with_by_value_members(tree["inner"])
    if "trees" in tree and isinstance(tree["trees"], list):
        tree["trees"] = [with_by_value_members(t) for t in tree["trees"]]
    return tree


@settings(max_examples=300, deadline=None)
@given(trees)
def test_decoding_and_encoding_loses_nothing_of_any_document(document: dict[str, Any]) -> None:
    assert written(decode(document, Tree)) == with_by_value_members(document)


def with_nulls(tree: Any) -> st.SearchStrategy[Any]:
    """The document with any of its values replaced by null."""
    if not isinstance(tree, dict) or not tree:
        return st.just(tree)
    members = {name: st.one_of(with_nulls(inner), st.none()) for name, inner in tree.items()}
    return st.fixed_dictionaries(members)


@settings(max_examples=300, deadline=None)
@given(trees.flatmap(with_nulls))
def test_every_path_of_the_decoder_gives_the_same_object(document: dict[str, Any]) -> None:
    data = json.dumps(document).encode()
    by_parts = decode_by_parts(data, Tree, lambda part, cls: codec.decode(part, cls))
    assert codec.decode(data, Tree) == by_parts
    assert TolerantDecoder(Tree).decode(data) == by_parts


@settings(max_examples=100, deadline=None)
@given(st.lists(trees, max_size=4))
def test_a_list_decodes_as_its_items_one_by_one(documents: list[dict[str, Any]]) -> None:
    plants = [{"spec": d} for d in documents]
    together = decode({"items": plants}, PlantList).items
    assert together == [decode(p) for p in plants]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | json_values.map(lambda v: json.dumps(v).encode()))
def test_arbitrary_input_is_decoded_or_refused_and_nothing_else(data: bytes) -> None:
    with contextlib.suppress(codec.DecodeError):
        assert isinstance(codec.decode(data, Plant), Plant)


def test_unknown_members_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        UnknownMembers(b'"a":1').raw = b""


def test_metadata_of_any_object_decodes() -> None:
    metadata = decode({"metadata": {"creationTimestamp": None, "name": "x"}}).metadata
    assert metadata == ObjectMeta(name="x")


def test_unknown_values_of_an_open_enum_do_not_pile_up_for_ever() -> None:
    class Shade(OpenEnum):
        DARK = "dark"

    texts = [f"shade-{i}" for i in range(5000)]
    found = codec.decode(codec.encode(texts), list[Shade])
    assert found == texts
    assert all(type(shade) is Shade for shade in found)
    assert codec.encode(found) == codec.encode(texts)
    assert len(Shade._value2member_map_) <= 1000
    assert list(Shade) == [Shade.DARK]
