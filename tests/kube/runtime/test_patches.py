"""Patches of JSON trees, by examples and by laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.runtime.patches import PatchError, json_patch, merge_patch, strategic_merge_patch


# From the appendix of RFC 6902.
@pytest.mark.parametrize(
    ("document", "operation", "result"),
    [
        ({"a": "b"}, {"op": "add", "path": "/c", "value": 1}, {"a": "b", "c": 1}),
        ({"a": [1, 3]}, {"op": "add", "path": "/a/1", "value": 2}, {"a": [1, 2, 3]}),
        ({"a": [1]}, {"op": "add", "path": "/a/-", "value": [2]}, {"a": [1, [2]]}),
        ({"a": 1, "b": 2}, {"op": "remove", "path": "/b"}, {"a": 1}),
        ({"a": [1, 2, 3]}, {"op": "remove", "path": "/a/1"}, {"a": [1, 3]}),
        ({"a": 1}, {"op": "replace", "path": "/a", "value": 2}, {"a": 2}),
        (
            {"a": {"b": 1}, "c": {}},
            {"op": "move", "from": "/a/b", "path": "/c/d"},
            {"a": {}, "c": {"d": 1}},
        ),
        ({"a": [1, 2]}, {"op": "copy", "from": "/a/0", "path": "/a/-"}, {"a": [1, 2, 1]}),
        ({"/": 9, "~1": 10}, {"op": "test", "path": "/~01", "value": 10}, {"/": 9, "~1": 10}),
        ({"a": 1}, {"op": "replace", "path": "", "value": {"b": 2}}, {"b": 2}),
    ],
)
def test_a_json_patch_does_as_the_rfc_says(
    document: Any, operation: dict[str, Any], result: Any
) -> None:
    assert json_patch(document, [operation]) == result


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/nope"},
        {"op": "add", "path": "/a/9", "value": 1},
        {"op": "add", "path": "/x/y", "value": 1},
        {"op": "test", "path": "/flag", "value": 1},
        {"op": "move", "from": "/nope", "path": "/a"},
        {"op": "explode", "path": "/a"},
        {"op": "add", "value": 1},
        "add",
    ],
)
def test_a_json_patch_that_does_not_fit_is_an_error(operation: Any) -> None:
    with pytest.raises(PatchError):
        json_patch({"a": [1], "flag": True}, [operation])


values = st.recursive(
    st.one_of(st.none(), st.integers(0, 2), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(values, values)
def test_a_merge_patch_is_settled_after_one_application(document: Any, change: Any) -> None:
    once = merge_patch(document, change)
    assert merge_patch(once, change) == once


def test_a_strategic_merge_knows_lists_that_are_maps() -> None:
    live = {
        "containers": [{"name": "a", "image": "1"}, {"name": "b"}],
        "finalizers": ["x", "y"],
        "args": [1, 2],
    }
    change = {
        "containers": [
            {"name": "b", "$patch": "delete"},
            {"name": "c"},
            {"name": "a", "tty": True},
        ],
        "$setElementOrder/containers": [{"name": "a"}, {"name": "c"}],
        "$deleteFromPrimitiveList/finalizers": ["x"],
        "args": [3],
    }
    merged = {"x-kubernetes-patch-strategy": "merge"}
    schema = {
        "properties": {
            "containers": {**merged, "x-kubernetes-patch-merge-key": "name"},
            "finalizers": merged,
        }
    }
    assert strategic_merge_patch(live, change, schema) == {
        "containers": [{"name": "a", "image": "1", "tty": True}, {"name": "c"}],
        "finalizers": ["y"],
        "args": [3],
    }


def test_a_strategic_merge_leaves_out_new_maps_that_have_a_directive() -> None:
    change = {"new": {"a": 1, "$patch": "merge"}, "list": [{"$patch": "merge"}, {"a": 1}]}
    assert strategic_merge_patch({}, change, {}) == {"list": [{"a": 1}]}
