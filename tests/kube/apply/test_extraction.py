"""Extraction: what a field manager has applied, from the managed fields of a live object."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import ConfigMap
from kube.api.meta.v1 import ManagedFieldsEntry, ObjectMeta
from kube.applyconfiguration.apps.v1 import DeploymentApplyConfiguration, extract_deployment
from kube.applyconfiguration.core.v1 import (
    ConfigMapApplyConfiguration,
    extract_config_map,
    extract_pod,
)
from kube.runtime import codec, from_tree
from kube.runtime.extraction import extract
from kube.runtime.topology import structure
from kube.runtime.unstructured import Unstructured


def entry(fields: dict[str, Any], **more: Any) -> ManagedFieldsEntry:
    values = {"manager": "me", "operation": "Apply", "api_version": "apps/v1", **more}
    return ManagedFieldsEntry(
        fields_type="FieldsV1", fields_v1=msgspec.Raw(json.dumps(fields).encode()), **values
    )


def live(*entries: ManagedFieldsEntry, **spec: Any) -> Deployment:
    metadata = {"name": "web", "namespace": "default", "labels": {"a": "1", "b": "2"}}
    template = spec.pop("template", {})
    tree = {"metadata": metadata, "spec": {"selector": {}, "template": template, **spec}}
    made = from_tree(tree, Deployment)
    made.metadata.managed_fields = list(entries)
    return made


def extracted(obj: Deployment, **options: Any) -> Any:
    tree = codec.to_builtins(extract_deployment(obj, "me", **options))
    assert tree.pop("apiVersion") == "apps/v1"
    assert tree.pop("kind") == "Deployment"
    assert tree["metadata"].pop("name") == "web"
    assert tree["metadata"].pop("namespace") == "default"
    return {key: value for key, value in tree.items() if value}


def test_an_object_without_managed_fields_is_refused() -> None:
    with pytest.raises(ValueError, match=r"has no managedFields, .* without a transform that"):
        extract_deployment(live(), "me")


def test_nothing_of_this_manager_gives_the_name_alone() -> None:
    others = [
        entry({"f:spec": {"f:replicas": {}}}, manager="you"),
        entry({"f:spec": {"f:replicas": {}}}, operation="Update"),
        entry({"f:spec": {"f:replicas": {}}}, subresource="status"),
    ]
    assert extracted(live(*others, replicas=3)) == {}


def test_an_object_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="is for objects of"):
        extract(DeploymentApplyConfiguration, ConfigMap(), "me")
    other = Unstructured.from_tree({"apiVersion": "v1", "kind": "ConfigMap"})
    with pytest.raises(TypeError, match="is for apps/v1, Kind=Deployment"):
        extract(DeploymentApplyConfiguration, other, "me")


def test_fields_are_taken_where_they_are_owned_and_nowhere_else() -> None:
    fields = {"f:metadata": {"f:labels": {"f:b": {}}}, "f:spec": {"f:replicas": {}}}
    assert extracted(live(entry(fields), replicas=3, paused=True)) == {
        "metadata": {"labels": {"b": "2"}},
        "spec": {"replicas": 3},
    }


def test_what_another_manager_has_removed_since_is_missing() -> None:
    fields = {"f:metadata": {"f:labels": {"f:gone": {}}}, "f:spec": {"f:paused": {}}}
    assert extracted(live(entry(fields))) == {}
    owned = {"f:metadata": {"f:labels": {".": {}, "f:gone": {}}}}
    assert extracted(live(entry(owned))) == {"metadata": {"labels": {}}}


def test_items_of_keyed_lists_are_found_by_their_live_keys() -> None:
    containers = [
        {"name": "a", "image": "x", "ports": [{"containerPort": 80, "protocol": "TCP"}]},
        {"name": "b", "image": "y", "tty": True},
    ]
    port = {'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:containerPort": {}}}
    steps = {
        'k:{"name":"b"}': {".": {}, "f:name": {}, "f:tty": {}},
        'k:{"name":"a"}': {".": {}, "f:name": {}, "f:ports": port},
        'k:{"name":"gone"}': {".": {}, "f:name": {}},
    }
    fields = {"f:spec": {"f:template": {"f:spec": {"f:containers": steps}}}}
    template = {"spec": {"containers": containers}}
    found = extracted(live(entry(fields), template=template))
    assert found["spec"]["template"]["spec"]["containers"] == [
        {"name": "a", "ports": [{"containerPort": 80}]},
        {"name": "b", "tty": True},
    ]


def test_items_of_sets_are_found_by_value_and_others_by_index() -> None:

    obj = ConfigMap(metadata=ObjectMeta(name="a", finalizers=["x", "y"]))

    def finalizers(steps: dict[str, Any]) -> list[str] | None:
        fields = {"f:metadata": {"f:finalizers": steps}}
        obj.metadata.managed_fields = [entry(fields, api_version="v1")]
        metadata = extract_config_map(obj, "me").metadata
        assert metadata is not None
        return metadata.finalizers

    assert finalizers({'v:"y"': {}, 'v:"gone"': {}}) == ["y"]
    assert finalizers({"i:0": {}, "i:7": {}}) == ["x"]
    assert finalizers({'v:"gone"': {}}) is None


def test_a_list_of_many_items_is_walked_once() -> None:
    count = 5_000
    containers = [{"name": f"c{i}"} for i in range(count)]
    steps = {f'k:{{"name":"c{i}"}}': {".": {}, "f:name": {}} for i in range(count)}
    fields = {"f:spec": {"f:template": {"f:spec": {"f:containers": steps}}}}
    found = extracted(live(entry(fields), template={"spec": {"containers": containers}}))
    assert found["spec"]["template"]["spec"]["containers"] == containers


def test_an_atomic_struct_is_taken_whole_and_an_emptied_map_empty() -> None:
    fields = {"f:metadata": {"f:annotations": {}, "f:labels": {}}, "f:spec": {"f:selector": {}}}
    found = extracted(live(entry(fields), selector={"matchLabels": {"app": "web"}}))
    assert found["spec"] == {"selector": {"matchLabels": {"app": "web"}}}
    assert found["metadata"] == {"labels": {}}


def test_a_zero_that_is_owned_is_extracted() -> None:
    fields = {"f:status": {"f:replicas": {}, "f:conditions": {'k:{"type":"A"}': {"f:message": {}}}}}
    obj = live(entry(fields, subresource="status"))
    obj.status = codec.from_builtins(
        {"conditions": [{"type": "A", "status": "True", "message": "", "reason": "R"}]},
        type(obj.status),
    )
    obj.status.replicas = 0
    assert extracted(obj, subresource="status")["status"] == {
        "replicas": 0,
        "conditions": [{"message": ""}],
    }


def test_an_object_without_a_class_is_extracted_as_well() -> None:
    tree = codec.to_builtins(live(entry({"f:spec": {"f:replicas": {}}}), replicas=3))
    obj = Unstructured.from_tree({**tree, "apiVersion": "apps/v1", "kind": "Deployment"})
    config = extract(DeploymentApplyConfiguration, obj, "me")
    assert config.spec is not None
    assert config.spec.replicas == 3


def test_members_that_a_newer_server_has_are_kept() -> None:
    tree = codec.to_builtins(live(entry({"f:spec": {"f:novel": {}}})))
    tree["spec"]["novel"] = {"deep": True}
    obj = from_tree(tree, Deployment)
    assert extracted(obj)["spec"] == {"novel": {}}
    plain = ConfigMap(metadata=ObjectMeta(name="web"), data={"a": "1"})
    plain.metadata.managed_fields = [entry({"f:data": {"f:a": {}}}, api_version="v1")]
    assert extract_config_map(plain, "me") == ConfigMapApplyConfiguration(
        api_version="v1",
        kind="ConfigMap",
        metadata=codec.from_builtins(
            {"name": "web"}, type(extract_config_map(plain, "me").metadata)
        ),
        data={"a": "1"},
    )


def test_of_two_versions_the_objects_own_is_taken() -> None:
    entries = [
        entry({"f:spec": {"f:paused": {}}}, api_version="apps/v1beta1"),
        entry({"f:spec": {"f:replicas": {}}}),
    ]
    assert extracted(live(*entries, replicas=3, paused=True))["spec"] == {"replicas": 3}


def test_types_that_contain_themselves_have_a_structure() -> None:
    from kube.applyconfiguration.apiextensions.v1 import JSONSchemaPropsApplyConfiguration

    schema = structure(JSONSchemaPropsApplyConfiguration)
    inner = schema.get("properties")["properties"]["additionalProperties"]
    assert inner.get("properties")["required"] == schema.get("properties")["required"]
    assert extract_pod.__name__ == "extract_pod"
