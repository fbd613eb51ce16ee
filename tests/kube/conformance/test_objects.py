"""Creating, reading, replacing and deleting; what is refused, and in which words."""

from __future__ import annotations

import re

import pytest

from tests.kube.conformance.api import names, unmanaged
from tests.kube.conformance.conftest import configmap, widget


def test_a_created_object_comes_back_with_its_identity(api, namespace, configmaps):
    answer = api.post(configmaps, configmap("a", key="value"))
    assert answer.status == 201
    made = answer.body
    assert made["kind"] == "ConfigMap"
    assert made["apiVersion"] == "v1"
    metadata = unmanaged(made)["metadata"]
    assert set(metadata) == {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}
    assert metadata["namespace"] == namespace.name
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", metadata["uid"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", metadata["creationTimestamp"])
    assert api.get(f"{configmaps}/a").ok() == made


def test_a_custom_resource_begins_at_generation_1(api, widgets):
    metadata = unmanaged(api.post(widgets, widget("a")).ok())["metadata"]
    assert metadata["generation"] == 1
    assert set(metadata) == {
        "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation",
    }  # fmt: skip


def test_what_the_server_alone_decides_is_not_taken_from_the_client(api, configmaps):
    wanted = configmap("a")
    wanted["metadata"] |= {
        "uid": "mine", "creationTimestamp": "2001-01-01T00:00:00Z",
        "deletionTimestamp": "2001-01-01T00:00:00Z", "deletionGracePeriodSeconds": 5,
    }  # fmt: skip
    metadata = api.post(configmaps, wanted).ok()["metadata"]
    assert metadata["uid"] != "mine"
    assert not metadata["creationTimestamp"].startswith("2001")
    assert "deletionTimestamp" not in metadata
    assert "deletionGracePeriodSeconds" not in metadata


def test_a_second_object_of_one_name_is_refused(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    answer = api.post(configmaps, configmap("a"))
    assert answer.refusal() == (409, "AlreadyExists", 'configmaps "a" already exists')
    assert answer.body["details"] == {"name": "a", "kind": "configmaps"}
    assert answer.body["metadata"] == {}
    assert answer.body["status"] == "Failure"


def test_a_second_custom_resource_of_one_name_is_refused(api, widgets):
    api.post(widgets, widget("a")).ok()
    answer = api.post(widgets, widget("a"))
    message = 'widgets.example.io "a" already exists'
    assert answer.refusal() == (409, "AlreadyExists", message)
    assert answer.body["details"] == {"name": "a", "group": "example.io", "kind": "widgets"}


def test_a_missing_object_is_not_found(api, configmaps, widgets):
    answer = api.get(f"{configmaps}/none")
    assert answer.refusal() == (404, "NotFound", 'configmaps "none" not found')
    assert answer.body["details"] == {"name": "none", "kind": "configmaps"}
    answer = api.delete(f"{widgets}/none")
    assert answer.refusal() == (404, "NotFound", 'widgets.example.io "none" not found')
    assert answer.body["details"] == {"name": "none", "group": "example.io", "kind": "widgets"}
    answer = api.patch("merge", f"{widgets}/none", {})
    assert answer.refusal() == (404, "NotFound", 'widgets.example.io "none" not found')


def test_an_update_of_a_missing_custom_resource_is_not_found(api, widgets):
    answer = api.put(f"{widgets}/none", widget("none"))
    assert answer.refusal() == (404, "NotFound", 'widgets.example.io "none" not found')


def test_an_unknown_resource_is_no_page_at_all(api, namespace):
    answer = api.get(namespace.path("nonsense.example.io/v1/things"))
    assert (answer.status, answer.body) == (404, "404 page not found\n")


def test_an_unknown_resource_of_a_known_group_is_not_found(api, namespace):
    answer = api.get(namespace.path("example.io/v1/things"))
    assert answer.status == 404
    answer = api.get(namespace.path("things"))
    message = "the server could not find the requested resource"
    assert answer.refusal() == (404, "NotFound", message)


def test_a_namespace_that_is_not_there_takes_no_objects(api):
    answer = api.post("/api/v1/namespaces/nowhere/configmaps", configmap("a"))
    assert answer.refusal() == (404, "NotFound", 'namespaces "nowhere" not found')
    assert answer.body["details"] == {"name": "nowhere", "kind": "namespaces"}
    answer = api.post("/apis/example.io/v1/namespaces/nowhere/widgets", widget("a"))
    assert answer.refusal() == (404, "NotFound", 'namespaces "nowhere" not found')


def test_a_namespace_that_is_not_there_lists_as_empty(api):
    assert api.get("/api/v1/namespaces/nowhere/configmaps").ok()["items"] == []


def test_the_namespace_of_object_and_path_must_agree(api, configmaps):
    wanted = configmap("a")
    wanted["metadata"]["namespace"] = "elsewhere"
    answer = api.post(configmaps, wanted)
    message = (
        "the namespace of the provided object does not match the namespace sent on the request"
    )
    assert answer.refusal() == (400, "BadRequest", message)


def test_the_name_of_object_and_path_must_agree(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    answer = api.put(f"{configmaps}/a", configmap("b"))
    message = "the name of the object (b) does not match the name on the URL (a)"
    assert answer.refusal() == (400, "BadRequest", message)


def test_an_object_of_another_kind_is_refused(api, configmaps, widgets):
    answer = api.post(configmaps, {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}})
    assert answer.refusal() == (
        400,
        "BadRequest",
        'Secret in version "v1" cannot be handled as a ConfigMap: '
        "converting (v1.Secret) to (core.ConfigMap): unknown conversion",
    )
    answer = api.post(widgets, {**widget("a"), "kind": "Gizmo"})
    why = 'Invalid value: "Gizmo": must be Widget'
    assert answer.refusal() == (422, "Invalid", f'Gizmo.example.io "a" is invalid: kind: {why}')


def test_an_object_of_another_version_is_refused(api, widgets):
    answer = api.post(widgets, {**widget("a"), "apiVersion": "example.io/v9"})
    assert answer.refusal() == (
        400,
        "BadRequest",
        "the API version in the data (example.io/v9) does not match the expected API version "
        "(example.io/v1)",
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"{} {}"])
def test_a_body_that_is_no_object_is_a_bad_request(api, configmaps, widgets, body):
    assert api.post(configmaps, body).status in (400, 422)
    assert api.post(widgets, body).status in (400, 422)


def test_a_body_of_an_unknown_media_type_is_refused(api, configmaps):
    answer = api.request("POST", configmaps, b"a", media="text/csv")
    code, reason, message = answer.refusal()
    assert (code, reason) == (415, "UnsupportedMediaType")
    assert message.startswith("the body of the request was in an unknown format")


def test_yaml_is_taken_as_well(api, configmaps):
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  key: value\n"
    made = api.request("POST", configmaps, body, media="application/yaml").ok()
    assert made["data"] == {"key": "value"}


def test_an_answer_may_be_asked_for_as_yaml(api, configmaps):
    api.post(configmaps, configmap("a", key="value")).ok()
    answer = api.get(f"{configmaps}/a", accept="application/yaml")
    assert answer.headers["content-type"] == "application/yaml"
    assert "data:\n  key: value\n" in answer.body


def test_what_cannot_be_served_is_not_acceptable(api, configmaps):
    answer = api.get(configmaps, accept="text/csv")
    code, reason, message = answer.refusal()
    assert (code, reason) == (406, "NotAcceptable")
    assert message.startswith(
        "406: Not Acceptable\n\nAvailable representations: application/json, "
    )


def test_a_name_is_needed(api, configmaps, widgets):
    for path, body, kind in (
        (configmaps, {"apiVersion": "v1", "kind": "ConfigMap"}, "ConfigMap"),
        (widgets, {"apiVersion": "example.io/v1", "kind": "Widget"}, "Widget.example.io"),
    ):
        answer = api.post(path, body)
        why = "metadata.name: Required value: name or generateName is required"
        assert answer.refusal() == (422, "Invalid", f'{kind} "" is invalid: {why}')
        cause = ("FieldValueRequired", "metadata.name", why.partition(": ")[2])
        assert answer.causes() == [cause]


@pytest.mark.parametrize("name", ["Upper", "under_score", "-a", "a" * 254, "a/b"])
def test_a_name_that_is_no_dns_subdomain_is_refused(api, configmaps, widgets, name):
    for path, body in ((configmaps, configmap(name)), (widgets, widget(name))):
        answer = api.post(path, body)
        assert answer.refusal()[:2] == (422, "Invalid")
        assert {cause[:2] for cause in answer.causes()} == {("FieldValueInvalid", "metadata.name")}


def test_the_words_for_a_bad_name_are_those_of_kubernetes(api, configmaps):
    answer = api.post(configmaps, configmap("Bad"))
    why = (
        'Invalid value: "Bad": a lowercase RFC 1123 subdomain must consist of lower case '
        "alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
        "character (e.g. 'example.com', regex used for validation is "
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    )
    message = f'ConfigMap "Bad" is invalid: metadata.name: {why}'
    assert answer.refusal() == (422, "Invalid", message)
    assert answer.body["details"] == {
        "name": "Bad",
        "kind": "ConfigMap",
        "causes": [{"reason": "FieldValueInvalid", "message": why, "field": "metadata.name"}],
    }


def test_labels_and_annotations_are_validated(api, configmaps, widgets):
    for path, body in ((configmaps, configmap("a")), (widgets, widget("a"))):
        body["metadata"] |= {
            "labels": {"good": "Value-1", "bad key": "x", "key": "not a value"},
            "annotations": {"Example.io/Key": "any text", "a/b/c": ""},
        }
        answer = api.post(path, body)
        assert answer.refusal()[:2] == (422, "Invalid")
        assert [cause[:2] for cause in answer.causes()] == [
            ("FieldValueInvalid", "metadata.annotations"),
            ("FieldValueInvalid", "metadata.labels"),
            ("FieldValueInvalid", "metadata.labels"),
        ]


def test_owner_references_are_validated(api, configmaps):
    wanted = configmap("a")
    wanted["metadata"]["ownerReferences"] = [
        {"apiVersion": "v1", "kind": "", "name": "", "uid": ""}
    ]
    answer = api.post(configmaps, wanted)
    found = [cause[1] for cause in answer.causes()]
    where = "metadata.ownerReferences"
    assert found == [f"{where}.{field}" for field in ("kind", "name", "uid")]


def test_one_owner_alone_may_be_the_controller(api, configmaps):
    wanted = configmap("a")
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "controller": True}
    wanted["metadata"]["ownerReferences"] = [
        {**owner, "name": "x", "uid": "1"}, {**owner, "name": "y", "uid": "2"},
    ]  # fmt: skip
    answer = api.post(configmaps, wanted)
    assert answer.refusal()[:2] == (422, "Invalid")
    assert [cause[1] for cause in answer.causes()] == ["metadata.ownerReferences"]


def test_a_finalizer_must_be_a_qualified_name(api, configmaps):
    wanted = configmap("a")
    wanted["metadata"]["finalizers"] = ["not qualified"]
    answer = api.post(configmaps, wanted)
    assert answer.refusal()[:2] == (422, "Invalid")
    where = "metadata.finalizers"
    assert [cause[1] for cause in answer.causes()] == [where, f"{where}[0]"]


def test_a_generated_name_begins_as_asked(api, configmaps, widgets):
    for path, body in ((configmaps, configmap("")), (widgets, widget(""))):
        body["metadata"] = {"generateName": "made-"}
        first = api.post(path, body).ok()["metadata"]
        second = api.post(path, body).ok()["metadata"]
        for metadata in (first, second):
            assert re.fullmatch(r"made-[a-z0-9]{5}", metadata["name"])
            assert metadata["generateName"] == "made-"
        assert first["name"] != second["name"]


def test_a_name_wins_over_a_generated_one(api, configmaps):
    wanted = configmap("named")
    wanted["metadata"]["generateName"] = "made-"
    assert api.post(configmaps, wanted).ok()["metadata"]["name"] == "named"


def test_a_long_base_of_a_generated_name_is_cut(api, configmaps):
    wanted = configmap("")
    wanted["metadata"] = {"generateName": "x" * 100}
    assert len(api.post(configmaps, wanted).ok()["metadata"]["name"]) == 63


def test_an_update_replaces_all_but_identity(api, configmaps):
    made = api.post(configmaps, configmap("a", old="1")).ok()
    changed = {**configmap("a", new="2")}
    changed["metadata"]["labels"] = {"x": "y"}
    updated = api.put(f"{configmaps}/a", changed)
    assert updated.status == 200
    metadata = updated.body["metadata"]
    assert updated.body["data"] == {"new": "2"}
    assert metadata["uid"] == made["metadata"]["uid"]
    assert metadata["creationTimestamp"] == made["metadata"]["creationTimestamp"]
    assert int(metadata["resourceVersion"]) > int(made["metadata"]["resourceVersion"])
    assert metadata["labels"] == {"x": "y"}


def test_an_update_that_changes_nothing_keeps_the_version(api, configmaps, widgets):
    for path, body in ((configmaps, configmap("a", k="v")), (widgets, widget("a", size=3))):
        made = api.post(path, body).ok()
        again = api.put(f"{path}/a", made).ok()
        assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_an_update_from_an_old_version_is_a_conflict(api, configmaps):
    first = api.post(configmaps, configmap("a", k="1")).ok()
    api.put(f"{configmaps}/a", {**first, "data": {"k": "2"}}).ok()
    answer = api.put(f"{configmaps}/a", {**first, "data": {"k": "3"}})
    message = (
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    assert answer.refusal() == (409, "Conflict", message)
    assert answer.body["details"] == {"name": "a", "kind": "configmaps"}
    assert api.get(f"{configmaps}/a").ok()["data"] == {"k": "2"}


def test_a_conflict_names_the_group_of_a_custom_resource(api, widgets):
    first = api.post(widgets, widget("a", size=1)).ok()
    api.put(f"{widgets}/a", {**first, "spec": {"size": 2}}).ok()
    answer = api.put(f"{widgets}/a", {**first, "spec": {"size": 3}})
    assert answer.refusal() == (
        409,
        "Conflict",
        'Operation cannot be fulfilled on widgets.example.io "a": the object has been modified; '
        "please apply your changes to the latest version and try again",
    )
    assert answer.body["details"] == {"name": "a", "group": "example.io", "kind": "widgets"}


def test_an_update_for_another_uid_is_a_conflict(api, configmaps):
    made = api.post(configmaps, configmap("a")).ok()
    made["metadata"]["uid"] = "00000000-0000-0000-0000-000000000000"
    code, reason, message = api.put(f"{configmaps}/a", made).refusal()
    assert (code, reason) == (409, "Conflict")
    assert "Precondition failed: UID in precondition: 00000000-" in message


def test_a_custom_resource_is_not_updated_without_a_version(api, widgets):
    api.post(widgets, widget("a")).ok()
    answer = api.put(f"{widgets}/a", widget("a", size=2))
    assert answer.refusal() == (
        422,
        "Invalid",
        'widgets.example.io "a" is invalid: metadata.resourceVersion: Invalid value: 0: '
        "must be specified for an update",
    )


def test_a_version_may_not_be_set_on_a_new_object(api, configmaps):
    wanted = configmap("a")
    wanted["metadata"]["resourceVersion"] = "1"
    answer = api.post(configmaps, wanted)
    message = "resourceVersion should not be set on objects to be created"
    assert answer.refusal() == (500, "", message)


def test_the_generation_follows_the_spec_alone(api, widgets):
    made = api.post(widgets, widget("a", size=1)).ok()
    made["metadata"]["labels"] = {"x": "y"}
    labelled = api.put(f"{widgets}/a", made).ok()
    assert labelled["metadata"]["generation"] == 1
    labelled["spec"]["size"] = 2
    resized = api.put(f"{widgets}/a", labelled).ok()
    assert resized["metadata"]["generation"] == 2


def test_empty_labels_and_data_are_left_out(api, configmaps):
    made = api.post(configmaps, {**configmap("a"), "data": {}}).ok()
    assert "data" not in made
    assert "labels" not in made["metadata"]


def test_a_deleted_object_is_gone_and_the_answer_says_which(api, configmaps, widgets):
    made = api.post(configmaps, configmap("a")).ok()
    answer = api.delete(f"{configmaps}/a")
    assert answer.status == 200
    assert answer.body == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {"name": "a", "kind": "configmaps", "uid": made["metadata"]["uid"]},
    }
    assert api.get(f"{configmaps}/a").status == 404
    made = api.post(widgets, widget("a")).ok()
    details = {"name": "a", "group": "example.io", "kind": "widgets"}
    details["uid"] = made["metadata"]["uid"]
    assert api.delete(f"{widgets}/a").ok()["details"] == details


def test_a_deleted_name_may_be_used_again_for_another_object(api, configmaps):
    first = api.post(configmaps, configmap("a")).ok()
    api.delete(f"{configmaps}/a").ok()
    second = api.post(configmaps, configmap("a")).ok()
    assert first["metadata"]["uid"] != second["metadata"]["uid"]
    assert names(api.get(configmaps).ok()) == ["a"]


def test_a_method_that_a_resource_does_not_have_is_refused(api, configmaps):
    answer = api.request("POST", f"{configmaps}/a", configmap("a"))
    assert answer.status == 405
    answer = api.request("PUT", configmaps, configmap("a"))
    assert answer.status == 405


def test_a_cluster_scoped_resource_has_no_namespace(api, namespace):
    gizmo = {
        "apiVersion": "example.io/v1", "kind": "Gizmo",
        "metadata": {"name": namespace.name}, "spec": {"model": "x"},
    }  # fmt: skip
    made = api.post("/apis/example.io/v1/gizmos", gizmo).ok()
    assert "namespace" not in made["metadata"]
    assert api.get(namespace.path("example.io/v1/gizmos", namespace.name)).status == 404


def test_one_object_is_served_in_each_of_its_versions(api, namespace):
    gizmo = {
        "apiVersion": "example.io/v1beta1", "kind": "Gizmo",
        "metadata": {"name": namespace.name}, "spec": {"model": "x"},
    }  # fmt: skip
    answer = api.post("/apis/example.io/v1beta1/gizmos", gizmo)
    assert answer.ok()["apiVersion"] == "example.io/v1beta1"
    warning = "example.io/v1beta1 Gizmo is deprecated; use example.io/v1 Gizmo"
    assert answer.warnings() == [warning]
    found = api.get(f"/apis/example.io/v1/gizmos/{namespace.name}")
    assert found.ok()["apiVersion"] == "example.io/v1"
    assert found.warnings() == []
    assert found.body["metadata"]["uid"] == answer.body["metadata"]["uid"]


def test_a_new_namespace_is_active_and_carries_its_name(api, namespace):
    found = api.get(f"/api/v1/namespaces/{namespace.name}").ok()
    assert found["status"] == {"phase": "Active"}
    assert found["spec"] == {"finalizers": ["kubernetes"]}
    assert found["metadata"]["labels"] == {"kubernetes.io/metadata.name": namespace.name}


def test_the_kind_of_a_sent_object_may_be_left_out_for_a_built_in_kind(api, configmaps):
    made = api.post(configmaps, {"metadata": {"name": "a"}}).ok()
    assert (made["apiVersion"], made["kind"]) == ("v1", "ConfigMap")


def test_a_secret_takes_plain_strings_and_gives_base64(api, namespace):
    path = namespace.path("secrets")
    made = api.post(path, {"metadata": {"name": "a"}, "stringData": {"k": "v"}}).ok()
    assert made["data"] == {"k": "dg=="}
    assert made["type"] == "Opaque"
    assert "stringData" not in made


def test_an_immutable_config_map_stays_as_it_is(api, configmaps):
    made = api.post(configmaps, {**configmap("a", k="1"), "immutable": True}).ok()
    answer = api.put(f"{configmaps}/a", {**made, "data": {"k": "2"}})
    assert answer.refusal()[:2] == (422, "Invalid")
    assert answer.causes() == [
        ("FieldValueForbidden", "data", "Forbidden: field is immutable when `immutable` is set")
    ]


def test_a_generation_of_zero_is_left_out(api, configmaps):
    body = configmap("a")
    body["metadata"]["generation"] = 0
    assert "generation" not in api.post(configmaps, body).ok()["metadata"]
