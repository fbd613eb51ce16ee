"""Objects of kinds without a class."""

from __future__ import annotations

import copy
import pickle

import pytest

from kube.runtime import codec
from kube.runtime.unstructured import Unstructured, UnstructuredList

TREE = {
    "apiVersion": "example.com/v1",
    "kind": "Widget",
    "metadata": {"name": "one", "labels": {"a": "b"}, "future": 1},
    "spec": {"size": 3, "parts": [{"n": 1}], "none": None},
    "data": "x",
}


def test_a_document_survives_the_round_trip() -> None:
    obj = Unstructured.from_tree(TREE)
    assert (obj.kind, obj.metadata.name, obj.metadata.labels) == ("Widget", "one", {"a": "b"})
    assert obj.to_tree() == TREE
    assert obj["spec"]["size"] == 3
    assert obj.to_tree() == TREE


def test_changes_are_written() -> None:
    obj = Unstructured.from_tree(TREE)
    obj["spec"]["size"] = 4
    obj["more"] = [1]
    del obj["data"]
    assert obj.to_tree()["spec"]["size"] == 4
    assert list(obj) == ["spec", "more"]
    assert "data" not in obj.to_tree()
    assert obj.get("data", 7) == 7


def test_an_object_without_content_encodes() -> None:
    obj = Unstructured(kind="Empty")
    assert "spec" not in obj
    assert codec.to_builtins(obj) == {"kind": "Empty", "metadata": {}}


@pytest.mark.parametrize("looked", [False, True])
def test_copies_share_nothing_and_are_equal(looked: bool) -> None:
    obj = Unstructured.from_tree(TREE)
    if looked:
        assert obj["spec"]
    for copied in (obj.deep_copy(), copy.deepcopy(obj), pickle.loads(pickle.dumps(obj))):
        assert copied == obj
        copied["spec"]["parts"][0]["n"] = 2
        copied.metadata.labels["a"] = "c"
        assert copied != obj
        assert obj.to_tree() == TREE


def test_kind_and_metadata_are_no_members() -> None:
    with pytest.raises(KeyError, match="attribute"):
        Unstructured()["metadata"] = {}


def test_lists_decode() -> None:
    text = codec.encode({"metadata": {"resourceVersion": "5"}, "items": [TREE, {"kind": "Other"}]})
    found = codec.decode(text, UnstructuredList)
    assert [item.kind for item in found.items] == ["Widget", "Other"]
    assert found.items[0]["data"] == "x"


def test_shallow_copies_of_an_unstructured_object_do_not_share_its_content() -> None:
    obj = Unstructured.from_tree({"kind": "A", "spec": {"replicas": 1}})
    before = copy.copy(obj)
    assert obj["spec"] == {"replicas": 1}
    after = copy.copy(obj)
    obj["spec"]["replicas"] = 2
    obj["more"] = True
    assert [c["spec"] for c in (before, after)] == [{"replicas": 1}, {"replicas": 1}]
    assert "more" not in after
