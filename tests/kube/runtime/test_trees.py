"""Trees: when two are the same, copies, and what two states of an object share."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.runtime.trees import copied, same, share

SCALARS = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
TREES = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@pytest.mark.parametrize(
    ("left", "right"), [(True, 1), ([1], [True]), ({"a": 0}, {"a": False}), ([], {}), ([1], [1, 2])]
)
def test_values_that_differ_in_json_are_not_the_same(left: Any, right: Any) -> None:
    assert not same(left, right)
    assert not same({"x": [left]}, {"x": [right]})


def containers(value: Any) -> list[int]:
    if not isinstance(value, (dict, list)):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [id(value), *(place for each in inner for place in containers(each))]


@given(TREES)
def test_a_copy_is_the_same_and_has_containers_of_its_own(tree: dict[str, Any]) -> None:
    copy = copied(tree)
    assert same(copy, tree)
    assert not set(containers(copy)) & set(containers(tree))


@given(TREES, TREES)
def test_sharing_changes_no_value(new: dict[str, Any], old: dict[str, Any]) -> None:
    before, had = copied(new), copied(old)
    share(new, old)
    assert same(new, before)
    assert same(old, had)


def test_what_did_not_change_is_held_once() -> None:
    old: dict[str, Any] = {"a": {"b": [1], "c": {"d": 1}}, "e": [{"f": 1}, {"g": 1}]}
    new: dict[str, Any] = {"a": {"b": [1], "c": {"d": True}}, "e": [{"f": 1}, {"g": 2}]}
    share(new, old)
    assert new["a"]["b"] is old["a"]["b"]
    assert new["a"]["c"] is not old["a"]["c"]
    assert (new["e"][0] is old["e"][0], new["e"][1] is old["e"][1]) == (True, False)
