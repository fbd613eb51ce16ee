"""From updates to server-side apply: the cases of client-go/util/csaupgrade."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from kube.api.core.v1 import ConfigMap
from kube.api.meta.v1 import ManagedFieldsEntry, ObjectMeta
from kube.client.csaupgrade import (
    find_fields_owners,
    upgrade_managed_fields,
    upgrade_managed_fields_patch,
)


def entry(manager: str, operation: str, *names: str, **more: Any) -> ManagedFieldsEntry:
    fields = {"f:data": {".": {}, **{f"f:{name}": {} for name in names}}}
    return ManagedFieldsEntry(
        manager=manager,
        operation=operation,
        fields_type="FieldsV1",
        fields_v1=msgspec.Raw(json.dumps(fields).encode()),
        **{"api_version": "v1", **more},
    )


def upgraded(*entries: ManagedFieldsEntry, managers: tuple[str, ...] = ("csa",), **options: Any):
    obj = ConfigMap(metadata=ObjectMeta(name="a", resource_version="7"))
    obj.metadata.managed_fields = list(entries)
    before = obj.deep_copy()
    patch = upgrade_managed_fields_patch(obj, managers, "ssa", **options)
    assert obj == before
    upgrade_managed_fields(obj, managers, "ssa", **options)
    assert (patch is None) == (obj.metadata.managed_fields == list(entries))
    if patch is not None:
        assert [p["path"] for p in patch] == [
            "/metadata/managedFields",
            "/metadata/resourceVersion",
        ]
        assert patch[1]["value"] == "7"
        assert len(patch[0]["value"]) == len(obj.metadata.managed_fields or ())
    return [
        (e.manager, e.operation, e.subresource, *sorted(json.loads(bytes(e.fields_v1))["f:data"]))
        for e in obj.metadata.managed_fields or ()
    ]


def test_an_update_becomes_an_apply() -> None:
    assert upgraded(entry("csa", "Update", "x")) == [("ssa", "Apply", "", ".", "f:x")]


def test_an_apply_that_is_there_takes_the_fields_of_the_update() -> None:
    entries = (entry("ssa", "Apply", "x"), entry("csa", "Update", "y"), entry("o", "Update", "z"))
    assert upgraded(*entries) == [
        ("ssa", "Apply", "", ".", "f:x", "f:y"),
        ("o", "Update", "", ".", "f:z"),
    ]


def test_of_several_updates_the_first_stays_and_those_of_other_versions_go() -> None:
    entries = (entry("csa", "Update", "x"), entry("csa", "Update", "y", api_version="v0"))
    assert upgraded(*entries) == [("ssa", "Apply", "", ".", "f:x")]


def test_several_managers_become_one() -> None:
    entries = (entry("a", "Update", "x"), entry("b", "Update", "y"))
    assert upgraded(*entries, managers=("a", "b")) == [("ssa", "Apply", "", ".", "f:x", "f:y")]


def test_a_subresource_is_upgraded_apart() -> None:
    entries = (entry("csa", "Update", "x"), entry("csa", "Update", "y", subresource="status"))
    assert upgraded(*entries, subresource="status") == [
        ("csa", "Update", "", ".", "f:x"),
        ("ssa", "Apply", "status", ".", "f:y"),
    ]


def test_where_nothing_is_to_be_upgraded_there_is_no_patch() -> None:
    entries = (entry("ssa", "Apply", "x"), entry("o", "Update", "y"))
    assert upgraded(*entries)[0] == ("ssa", "Apply", "", ".", "f:x")
    assert upgrade_managed_fields_patch(ConfigMap(), ["csa"], "ssa") is None


def test_a_single_name_in_place_of_a_list_is_refused() -> None:
    with pytest.raises(TypeError, match=r"write \['csa'\]"):
        upgrade_managed_fields(ConfigMap(), "csa", "ssa")


def test_owners_are_those_who_own_all_of_a_set() -> None:
    entries = [entry("a", "Update", "x", "y"), entry("b", "Update", "x"), entry("c", "Apply", "x")]
    both = {"f:data": {"f:x": {}, "f:y": {}}}
    assert [e.manager for e in find_fields_owners(entries, "Update", both)] == ["a"]
    one = {"f:data": {"f:x": {}}}
    assert [e.manager for e in find_fields_owners(entries, "Update", one)] == ["a", "b"]
