"""Sets of fields, by their laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.runtime import fieldsets

trees = st.recursive(
    st.one_of(st.integers(0, 3), st.text("ab", max_size=2), st.booleans()),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
        st.lists(inner, max_size=2),
    ),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from("abcd"), trees, max_size=3)


@given(objects, objects)
def test_applying_a_tree_leaves_nothing_of_it_to_change(live: Any, change: Any) -> None:
    merged = fieldsets.merge({}, live, change)
    assert fieldsets.merge({}, merged, change) == merged


@given(objects, objects)
def test_what_changed_and_what_is_gone_are_told_apart(old: Any, new: Any) -> None:
    changed, gone = fieldsets.changes({}, old, new)
    assert fieldsets.intersection(changed, gone) == {}
    assert fieldsets.difference(changed, fieldsets.every({}, new)) == {}
    assert fieldsets.difference(gone, fieldsets.every({}, old)) == {}


@given(objects)
def test_a_set_survives_the_form_of_fields_v1(tree: Any) -> None:
    fields = fieldsets.every({}, tree)
    assert fieldsets.decode(fieldsets.encode(fields)) == fields
    assert fieldsets.difference(fields, fields) == {}
    assert fieldsets.union(fields, fields) == fields


def test_items_without_their_keys_cannot_be_owned() -> None:
    listed = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    schema = {"properties": {"parts": listed}}
    with pytest.raises(fieldsets.KeylessItemError):
        fieldsets.changes(schema, {}, {"parts": [{"size": 1}]})


def test_a_map_that_loses_its_last_member_is_null_where_the_schema_allows_that() -> None:
    spec = {"properties": {"a": {"type": "integer"}}}
    gone = fieldsets.every({}, {"spec": {"a": 1}})
    for schema, left in ((spec, {}), ({**spec, "nullable": True}, {"spec": None})):
        whole = {"properties": {"spec": schema}}
        assert fieldsets.without(whole, {"spec": {"a": 1}}, gone, {"f:spec": {}}) == left
