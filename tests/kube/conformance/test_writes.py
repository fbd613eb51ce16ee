"""Patches of every type, field validation and dry runs."""

from __future__ import annotations

import pytest

from tests.kube.conformance.api import unmanaged
from tests.kube.conformance.conftest import configmap, widget


def test_a_merge_patch_changes_what_it_names_and_null_removes(api, configmaps, widgets):
    api.post(configmaps, configmap("a", keep="1", change="1", remove="1")).ok()
    patch = {
        "data": {"change": "2", "remove": None, "new": "3"},
        "metadata": {"labels": {"x": "y"}},
    }
    answer = api.patch("merge", f"{configmaps}/a", patch)
    assert answer.status == 200
    assert answer.body["data"] == {"keep": "1", "change": "2", "new": "3"}
    assert answer.body["metadata"]["labels"] == {"x": "y"}
    api.post(widgets, widget("a", tags=["x", "y"], labels={"a": "b"})).ok()
    found = api.patch("merge", f"{widgets}/a", {"spec": {"tags": ["z"], "labels": None}}).ok()
    assert found["spec"]["tags"] == ["z"]
    assert "labels" not in found["spec"]


def test_a_json_patch_is_a_list_of_operations(api, configmaps):
    api.post(configmaps, configmap("a", one="1", two="2")).ok()
    patch = [
        {"op": "test", "path": "/data/one", "value": "1"},
        {"op": "replace", "path": "/data/one", "value": "uno"},
        {"op": "remove", "path": "/data/two"},
        {"op": "add", "path": "/data/three", "value": "3"},
        {"op": "copy", "from": "/data/three", "path": "/data/four"},
        {"op": "move", "from": "/data/three", "path": "/data/five"},
        {"op": "add", "path": "/metadata/labels", "value": {"a~b": "c"}},
    ]
    answer = api.patch("json", f"{configmaps}/a", patch)
    assert answer.refusal()[0] == 422  # a label's key may not hold a tilde
    patch[-1] = {"op": "add", "path": "/metadata/annotations", "value": {"x/y": "z"}}
    patch.append({"op": "replace", "path": "/metadata/annotations/x~1y", "value": "w"})
    found = api.patch("json", f"{configmaps}/a", patch).ok()
    assert found["data"] == {"one": "uno", "four": "3", "five": "3"}
    assert found["metadata"]["annotations"] == {"x/y": "w"}


def test_items_of_a_list_are_added_and_removed_by_position(api, widgets):
    api.post(widgets, widget("a", tags=["x"])).ok()
    patch = [
        {"op": "add", "path": "/spec/tags/-", "value": "z"},
        {"op": "add", "path": "/spec/tags/1", "value": "y"},
        {"op": "remove", "path": "/spec/tags/0"},
    ]
    assert api.patch("json", f"{widgets}/a", patch).ok()["spec"]["tags"] == ["y", "z"]


def test_a_json_patch_that_does_not_fit_is_refused_whole(api, configmaps):
    made = api.post(configmaps, configmap("a", k="1")).ok()
    patches = (
        [
            {"op": "replace", "path": "/data/k", "value": "2"},
            {"op": "remove", "path": "/data/none"},
        ],
        [{"op": "test", "path": "/data/k", "value": "other"}],
        [{"op": "add", "path": "/none/k", "value": "2"}],
    )
    for patch in patches:
        answer = api.patch("json", f"{configmaps}/a", patch)
        assert answer.refusal()[:2] == (422, "Invalid")
    assert api.get(f"{configmaps}/a").ok() == made


@pytest.mark.parametrize(
    "body", [b"{", b"", b'{"op": "add"}', b'[{"op": "jump", "path": "/data"}]', b'[{"op": "add"}]']
)
def test_a_body_that_is_no_json_patch_is_refused(api, configmaps, body):
    api.post(configmaps, configmap("a", k="1")).ok()
    assert api.patch("json", f"{configmaps}/a", body).status in (400, 422)


def test_the_words_for_a_json_patch_that_fails_its_test(api, configmaps):
    api.post(configmaps, configmap("a", k="1")).ok()
    patch = [{"op": "test", "path": "/data/k", "value": "other"}]
    code, reason, message = api.patch("json", f"{configmaps}/a", patch).refusal()
    assert (code, reason) == (422, "Invalid")
    assert message == "the server rejected our request due to an error in our request"


def test_a_strategic_merge_patch_knows_the_keys_of_lists(api, namespace):
    secret = {
        "metadata": {
            "name": "a",
            "finalizers": ["example.io/a"],
            "ownerReferences": [
                {"apiVersion": "v1", "kind": "Secret", "name": "x", "uid": "1"},
                {"apiVersion": "v1", "kind": "Secret", "name": "y", "uid": "2"},
            ],
        }
    }
    path = namespace.path("secrets")
    api.post(path, secret).ok()
    patch = {
        "metadata": {
            "finalizers": ["example.io/b"],
            "ownerReferences": [
                {"uid": "2", "name": "z"}, {"uid": "1", "$patch": "delete"},
            ],
        }
    }  # fmt: skip
    found = api.patch("strategic", f"{path}/a", patch).ok()["metadata"]
    assert sorted(found["finalizers"]) == ["example.io/a", "example.io/b"]
    assert found["ownerReferences"] == [
        {"apiVersion": "v1", "kind": "Secret", "name": "z", "uid": "2"}
    ]


def test_a_strategic_merge_patch_can_replace_and_delete_a_map(api, configmaps):
    api.post(configmaps, configmap("a", x="1", y="2")).ok()
    found = api.patch(
        "strategic", f"{configmaps}/a", {"data": {"$patch": "replace", "z": "3"}}
    ).ok()
    assert found["data"] == {"z": "3"}
    found = api.patch(
        "strategic", f"{configmaps}/a", {"data": {"$retainKeys": ["w"], "w": "4"}}
    ).ok()
    assert found["data"] == {"w": "4"}


def test_custom_resources_have_no_strategic_merge_patch(api, widgets):
    api.post(widgets, widget("a")).ok()
    code, reason, message = api.patch("strategic", f"{widgets}/a", {}).refusal()
    assert (code, reason) == (415, "UnsupportedMediaType")
    assert message == (
        "the body of the request was in an unknown format - accepted media types include: "
        "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    )


def test_a_patch_of_an_unknown_media_type_is_refused(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    answer = api.request("PATCH", f"{configmaps}/a", {}, media="application/json")
    assert answer.refusal()[:2] == (415, "UnsupportedMediaType")


def test_a_patch_from_an_old_version_is_a_conflict(api, configmaps):
    first = api.post(configmaps, configmap("a", k="1")).ok()
    api.patch("merge", f"{configmaps}/a", {"data": {"k": "2"}}).ok()
    version = first["metadata"]["resourceVersion"]
    patch = {"metadata": {"resourceVersion": version}, "data": {"k": "3"}}
    code, reason, message = api.patch("merge", f"{configmaps}/a", patch).refusal()
    assert (code, reason) == (409, "Conflict")
    assert "the object has been modified" in message


def test_a_patch_that_changes_nothing_keeps_the_version(api, configmaps, widgets):
    for path, body, same in (
        (configmaps, configmap("a", k="v"), {"data": {"k": "v"}}),
        (widgets, widget("a", size=3), {"spec": {"size": 3}}),
    ):
        made = api.post(path, body).ok()
        again = api.patch("merge", f"{path}/a", same).ok()
        assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_a_patch_cannot_change_identity(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    answer = api.patch("merge", f"{configmaps}/a", {"metadata": {"name": "b"}})
    message = "the name of the object (b) does not match the name on the URL (a)"
    assert answer.refusal() == (400, "BadRequest", message)
    answer = api.patch("merge", f"{configmaps}/a", {"metadata": {"uid": "other"}})
    assert answer.refusal()[:2] == (422, "Invalid")
    where = "metadata.uid"
    assert {cause[:2] for cause in answer.causes()} == {("FieldValueInvalid", where)}


def test_a_json_patch_may_replace_what_is_not_there(api, configmaps):
    api.post(configmaps, configmap("a", k="1")).ok()
    patch = [{"op": "replace", "path": "/data/none", "value": "2"}]
    assert api.patch("json", f"{configmaps}/a", patch).ok()["data"] == {"k": "1", "none": "2"}


def test_a_patched_object_is_validated(api, widgets):
    api.post(widgets, widget("a", size=3)).ok()
    answer = api.patch("merge", f"{widgets}/a", {"spec": {"size": 101}})
    assert answer.refusal()[:2] == (422, "Invalid")
    assert [cause[1] for cause in answer.causes()] == ["spec.size"]
    assert api.get(f"{widgets}/a").ok()["spec"]["size"] == 3


def unknown_and_doubled():
    return (
        b'{"apiVersion": "example.io/v1", "kind": "Widget", "metadata": {"name": "a", "nick": "b"},'
        b'"spec": {"size": 1, "size": 2, "nonsense": true, "parts": [{"name": "x", "y": 1}]}}'
    )


FAULTS = [
    'duplicate field "spec.size"',
    'unknown field "metadata.nick"',
    'unknown field "spec.nonsense"',
    'unknown field "spec.parts[0].y"',
]


def test_strict_field_validation_refuses_unknown_and_doubled_fields(api, widgets):
    answer = api.post(widgets, unknown_and_doubled(), fieldValidation="Strict")
    code, reason, message = answer.refusal()
    assert (code, reason) == (400, "BadRequest")
    for fault in FAULTS:
        assert fault in message
    assert api.get(f"{widgets}/a").status == 404


def test_warnings_name_unknown_and_doubled_fields(api, widgets):
    for query in ({"fieldValidation": "Warn"}, {}):
        answer = api.post(widgets, unknown_and_doubled(), **query)
        assert sorted(answer.warnings()) == FAULTS
        assert answer.ok()["spec"]["size"] == 2
        assert "nonsense" not in answer.body["spec"]
        api.delete(f"{widgets}/a").ok()


def test_ignored_fields_are_dropped_in_silence(api, widgets):
    answer = api.post(widgets, unknown_and_doubled(), fieldValidation="Ignore")
    assert answer.warnings() == []
    assert answer.ok()["spec"]["size"] == 2


def test_strict_field_validation_says_what_it_found(api, widgets):
    body = widget("a", nonsense=True)
    answer = api.post(widgets, body, fieldValidation="Strict")
    assert answer.refusal() == (
        400,
        "BadRequest",
        'Widget in version "v1" cannot be handled as a Widget: strict decoding error: '
        'unknown field "spec.nonsense"',
    )


def test_strict_field_validation_holds_for_updates_and_patches(api, widgets):
    made = api.post(widgets, widget("a")).ok()
    made["spec"]["nonsense"] = True
    answer = api.put(f"{widgets}/a", made, fieldValidation="Strict")
    assert answer.refusal()[:2] == (400, "BadRequest")
    answer = api.patch("merge", f"{widgets}/a", {"spec": {"nonsense": 1}}, fieldValidation="Strict")
    code, reason, message = answer.refusal()
    assert (code, reason) == (422, "Invalid")
    assert 'unknown field "spec.nonsense"' in message


def test_strict_field_validation_holds_for_built_in_kinds(api, configmaps):
    body = {**configmap("a"), "nonsense": True}
    code, reason, message = api.post(configmaps, body, fieldValidation="Strict").refusal()
    assert (code, reason) == (400, "BadRequest")
    assert message == (
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: '
        'unknown field "nonsense"'
    )
    answer = api.post(configmaps, body, fieldValidation="Warn")
    assert answer.status == 201
    assert len(answer.warnings()) == 1
    assert "nonsense" not in answer.body


def test_a_free_form_part_has_no_unknown_fields(api, widgets):
    body = widget("a", free={"anything": {"goes": [1, "2", None]}})
    found = api.post(widgets, body, fieldValidation="Strict").ok()
    assert found["spec"]["free"] == {"anything": {"goes": [1, "2", None]}}


def test_an_unknown_field_validation_is_refused(api, widgets):
    answer = api.post(widgets, widget("a"), fieldValidation="Sometimes")
    assert answer.refusal()[:2] == (422, "Invalid")
    assert [cause[:2] for cause in answer.causes()] == [
        ("FieldValueNotSupported", "fieldValidation")
    ]


def test_a_dry_run_answers_as_if_and_stores_nothing(api, configmaps, widgets):
    for path, body in ((configmaps, configmap("a")), (widgets, widget("a"))):
        answer = api.post(path, body, dryRun="All")
        assert answer.status == 201
        assert answer.body["metadata"]["uid"]
        assert api.get(f"{path}/a").status == 404


def test_a_dry_run_of_a_change_changes_nothing(api, configmaps):
    made = api.post(configmaps, configmap("a", k="1")).ok()
    path = f"{configmaps}/a"
    assert api.put(path, configmap("a", k="2"), dryRun="All").ok()["data"] == {"k": "2"}
    assert api.patch("merge", path, {"data": {"k": "3"}}, dryRun="All").ok()["data"] == {"k": "3"}
    api.delete(path, dryRun="All").ok()
    api.delete(configmaps, dryRun="All").ok()
    assert api.get(path).ok() == made


def test_a_dry_run_may_be_asked_for_in_the_body_of_a_delete(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    options = {"apiVersion": "v1", "kind": "DeleteOptions", "dryRun": ["All"]}
    api.delete(f"{configmaps}/a", options).ok()
    assert api.get(f"{configmaps}/a").status == 200


def test_a_dry_run_is_validated_as_a_real_one(api, widgets):
    answer = api.post(widgets, widget("a", size=-1), dryRun="All")
    assert answer.refusal()[:2] == (422, "Invalid")
    api.post(widgets, widget("a")).ok()
    assert api.post(widgets, widget("a"), dryRun="All").status == 409


def test_a_dry_run_of_a_kind_that_does_not_exist_is_refused(api, widgets):
    answer = api.post(widgets, widget("a"), dryRun="Some")
    assert answer.refusal()[:2] == (422, "Invalid")
    assert [cause[:2] for cause in answer.causes()] == [("FieldValueNotSupported", "dryRun")]


def test_a_generated_name_of_a_dry_run_is_made_up(api, configmaps):
    body = {**configmap(), "metadata": {"generateName": "made-"}}
    assert api.post(configmaps, body, dryRun="All").ok()["metadata"]["name"].startswith("made-")


def test_managed_fields_name_who_wrote_what(api, configmaps):
    made = api.post(configmaps, configmap("a", k="v"), fieldManager="me").ok()
    (entry,) = made["metadata"]["managedFields"]
    assert entry.pop("time") == made["metadata"]["creationTimestamp"]
    assert entry == {
        "manager": "me",
        "operation": "Update",
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {".": {}, "f:k": {}}},
    }
    assert "managedFields" not in unmanaged(made)["metadata"]
