"""Server-side apply: who owns which field, and what happens when two want one."""

from __future__ import annotations

import json

import pytest

from tests.kube.conformance.conftest import configmap, widget

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def owners(tree):
    """Fields by manager and operation; the time is the server's."""
    return {
        (e["manager"], e["operation"], e.get("subresource", "")): e["fieldsV1"]
        for e in tree["metadata"]["managedFields"]
    }


@pytest.fixture
def apply(api):
    def apply(path, body, manager="one", **query):
        name = body["metadata"]["name"]
        return api.patch("apply", f"{path}/{name}", body, fieldManager=manager, **query)

    return apply


def test_an_applied_object_is_created_and_its_fields_are_owned(apply, configmaps):
    answer = apply(configmaps, configmap("a", x="1"))
    assert answer.status == 201
    (entry,) = answer.body["metadata"]["managedFields"]
    assert entry.pop("time")
    assert entry == {
        "manager": "one",
        "operation": "Apply",
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {"f:x": {}}},
    }
    assert apply(configmaps, configmap("a", x="1")).status == 200


def test_applying_the_same_again_changes_nothing(apply, configmaps, widgets):
    for path, body in ((configmaps, configmap("a", x="1")), (widgets, widget("a", size=3))):
        made = apply(path, body).ok()
        assert apply(path, body).ok() == made


def test_what_is_no_longer_applied_is_removed(apply, configmaps):
    apply(configmaps, configmap("a", x="1", y="2")).ok()
    found = apply(configmaps, configmap("a", x="1")).ok()
    assert found["data"] == {"x": "1"}
    assert owners(found) == {("one", "Apply", ""): {"f:data": {"f:x": {}}}}


def test_a_field_of_another_manager_is_a_conflict(apply, configmaps):
    apply(configmaps, configmap("a", x="1")).ok()
    answer = apply(configmaps, configmap("a", x="2"), "two")
    assert answer.refusal() == (
        409,
        "Conflict",
        'Apply failed with 1 conflict: conflict with "one": .data.x',
    )
    assert answer.body["details"]["causes"] == [
        {"reason": "FieldManagerConflict", "message": 'conflict with "one"', "field": ".data.x"}
    ]


def test_several_conflicts_are_told_at_once(apply, configmaps):
    apply(configmaps, configmap("a", x="1", y="1")).ok()
    apply(configmaps, configmap("a", z="1"), "three").ok()
    answer = apply(configmaps, configmap("a", x="2", y="2", z="2"), "two")
    assert answer.refusal() == (
        409,
        "Conflict",
        'Apply failed with 3 conflicts: conflicts with "one":\n- .data.x\n- .data.y\n'
        'conflicts with "three":\n- .data.z',
    )


def test_force_takes_the_field_away_from_its_owner(apply, configmaps):
    apply(configmaps, configmap("a", x="1", y="1")).ok()
    found = apply(configmaps, configmap("a", x="2"), "two", force="true").ok()
    assert found["data"] == {"x": "2", "y": "1"}
    assert owners(found) == {
        ("one", "Apply", ""): {"f:data": {"f:y": {}}},
        ("two", "Apply", ""): {"f:data": {"f:x": {}}},
    }


def test_agreement_is_shared_ownership(apply, configmaps):
    apply(configmaps, configmap("a", x="1")).ok()
    found = apply(configmaps, configmap("a", x="1"), "two").ok()
    assert owners(found) == {
        ("one", "Apply", ""): {"f:data": {"f:x": {}}},
        ("two", "Apply", ""): {"f:data": {"f:x": {}}},
    }
    nothing = configmap("a")
    del nothing["data"]
    found = apply(configmaps, nothing, "two").ok()
    assert found["data"] == {"x": "1"}
    assert owners(found) == {("one", "Apply", ""): {"f:data": {"f:x": {}}}}


def test_an_update_takes_the_fields_it_changes(api, apply, configmaps):
    made = apply(configmaps, configmap("a", x="1", y="1")).ok()
    made["data"]["x"] = "2"
    found = api.put(f"{configmaps}/a", made, fieldManager="updater").ok()
    assert owners(found) == {
        ("one", "Apply", ""): {"f:data": {"f:y": {}}},
        ("updater", "Update", ""): {"f:data": {"f:x": {}}},
    }
    answer = apply(configmaps, configmap("a", x="3", y="1"))
    code, reason, message = answer.refusal()
    assert (code, reason) == (409, "Conflict")
    assert message.startswith('Apply failed with 1 conflict: conflict with "updater"')
    assert message.endswith(": .data.x")


def test_a_patch_takes_the_fields_it_changes(api, apply, configmaps):
    apply(configmaps, configmap("a", x="1")).ok()
    patch = {"data": {"x": "2", "z": "3"}}
    found = api.patch("merge", f"{configmaps}/a", patch, fieldManager="patcher").ok()
    assert owners(found) == {("patcher", "Update", ""): {"f:data": {"f:x": {}, "f:z": {}}}}


def test_items_of_a_keyed_list_are_owned_one_by_one(apply, widgets):
    apply(widgets, widget("a", parts=[{"name": "x", "weight": 1}])).ok()
    found = apply(widgets, widget("a", parts=[{"name": "y", "weight": 2}]), "two").ok()
    assert found["spec"]["parts"] == [{"name": "x", "weight": 1}, {"name": "y", "weight": 2}]
    fields = owners(found)
    for manager, name in (("one", "x"), ("two", "y")):
        assert fields[manager, "Apply", ""]["f:spec"]["f:parts"] == {
            f'k:{{"name":"{name}"}}': {".": {}, "f:name": {}, "f:weight": {}}
        }
    answer = apply(widgets, widget("a", parts=[{"name": "x", "weight": 9}]), "two")
    assert answer.refusal()[2] == (
        'Apply failed with 1 conflict: conflict with "one": .spec.parts[name="x"].weight'
    )
    found = apply(widgets, widget("a"), "two").ok()
    assert found["spec"]["parts"] == [{"name": "x", "weight": 1}]


def test_items_of_a_set_are_owned_one_by_one(apply, widgets):
    apply(widgets, widget("a", tags=["x"])).ok()
    found = apply(widgets, widget("a", tags=["y"]), "two").ok()
    assert found["spec"]["tags"] == ["x", "y"]
    assert owners(found)["two", "Apply", ""]["f:spec"]["f:tags"] == {'v:"y"': {}}
    found = apply(widgets, widget("a"), "two").ok()
    assert found["spec"]["tags"] == ["x"]


def test_labels_are_owned_one_by_one(apply, configmaps):
    def labelled(**labels):
        body = configmap("a")
        del body["data"]
        body["metadata"]["labels"] = labels
        return body

    apply(configmaps, labelled(x="1")).ok()
    found = apply(configmaps, labelled(y="2"), "two").ok()
    assert found["metadata"]["labels"] == {"x": "1", "y": "2"}
    assert owners(found)["two", "Apply", ""] == {"f:metadata": {"f:labels": {"f:y": {}}}}


def test_a_status_is_applied_through_its_subresource(api, apply, widgets):
    apply(widgets, widget("a", size=3)).ok()
    body = {**widget("a"), "status": {"phase": "Ready"}}
    del body["spec"]
    path = f"{widgets}/a/status"
    found = api.patch("apply", path, body, fieldManager="controller").ok()
    assert found["status"] == {"phase": "Ready"}
    assert owners(found)["controller", "Apply", "status"] == {"f:status": {"f:phase": {}}}
    assert owners(found)["one", "Apply", ""] == {"f:spec": {"f:size": {}}}


def test_conditions_of_several_controllers_live_side_by_side(api, apply, widgets):
    apply(widgets, widget("a")).ok()
    path = f"{widgets}/a/status"
    for manager in ("one", "two"):
        condition = {"type": manager.title(), "status": "True"}
        body = {**widget("a"), "status": {"conditions": [condition]}}
        found = api.patch("apply", path, body, fieldManager=manager).ok()
    assert [each["type"] for each in found["status"]["conditions"]] == ["One", "Two"]


def test_defaults_are_owned_by_nobody_who_applies(apply, widgets):
    found = apply(widgets, widget("a", color="red")).ok()
    assert found["spec"]["size"] == 1
    assert owners(found) == {("one", "Apply", ""): {"f:spec": {"f:color": {}}}}


def test_apply_needs_a_manager(api, configmaps):
    answer = api.patch("apply", f"{configmaps}/a", configmap("a"))
    assert answer.refusal() == (
        422,
        "Invalid",
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for '
        "apply patch",
    )


def test_force_belongs_to_apply_alone(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    answer = api.patch("merge", f"{configmaps}/a", {}, force="true")
    assert answer.refusal()[:2] == (422, "Invalid")
    assert [cause[:2] for cause in answer.causes()] == [("FieldValueForbidden", "force")]


def test_managed_fields_may_not_be_applied(apply, configmaps):
    body = configmap("a")
    body["metadata"]["managedFields"] = [{"manager": "x"}]
    code, reason, message = apply(configmaps, body).refusal()
    assert (code, reason) == (400, "BadRequest")
    assert message == "metadata.managedFields must be nil"


def test_an_applied_object_says_its_kind(apply, configmaps):
    body = configmap("a")
    del body["kind"]
    assert apply(configmaps, body).status == 400


def test_a_name_is_taken_from_the_path_and_must_agree(api, configmaps):
    answer = api.patch("apply", f"{configmaps}/a", configmap("b"), fieldManager="one")
    assert answer.refusal()[:2] == (400, "BadRequest")


def test_an_applied_version_is_a_precondition(apply, configmaps):
    made = apply(configmaps, configmap("a", x="1")).ok()
    apply(configmaps, configmap("a", x="2")).ok()
    body = configmap("a", x="3")
    body["metadata"]["resourceVersion"] = made["metadata"]["resourceVersion"]
    assert apply(configmaps, body).refusal()[:2] == (409, "Conflict")


def test_an_applied_unknown_field_is_refused(apply, widgets):
    code, _, message = apply(widgets, widget("a", nonsense=1)).refusal()
    assert code == 500
    assert message.endswith(".spec.nonsense: field not declared in schema")


def test_an_applied_object_is_validated(apply, widgets):
    answer = apply(widgets, widget("a", size=101))
    assert answer.refusal()[:2] == (422, "Invalid")
    assert [cause[1] for cause in answer.causes()] == ["spec.size"]


def test_a_dry_run_of_apply_stores_nothing(api, apply, configmaps):
    assert apply(configmaps, configmap("a", x="1"), dryRun="All").status == 201
    assert api.get(f"{configmaps}/a").status == 404


def test_an_applied_object_may_be_written_in_yaml(api, configmaps):
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: '1'\n"
    found = api.patch("apply", f"{configmaps}/a", body, fieldManager="one").ok()
    assert found["data"] == {"x": "1"}


def test_managed_fields_can_be_cleared(api, apply, configmaps):
    apply(configmaps, configmap("a", x="1")).ok()
    patch = {"metadata": {"managedFields": [{}]}}
    found = api.patch("merge", f"{configmaps}/a", patch).ok()
    assert "managedFields" not in found["metadata"]


def test_the_manager_is_named_after_the_program_where_it_does_not_say(api, configmaps):
    made = api.post(configmaps, configmap("a", x="1")).ok()
    (entry,) = made["metadata"]["managedFields"]
    assert entry["operation"] == "Update"
    assert entry["manager"]


def test_who_applies_and_updates_appears_once_for_each(api, apply, configmaps):
    apply(configmaps, configmap("a", x="1")).ok()
    patch = {"data": {"y": "2"}}
    found = api.patch("merge", f"{configmaps}/a", patch, fieldManager="one").ok()
    assert owners(found) == {
        ("one", "Apply", ""): {"f:data": {"f:x": {}}},
        ("one", "Update", ""): {"f:data": {"f:y": {}}},
    }


def manifest(namespace, **data):
    body = configmap("a", **data)
    body["metadata"]["namespace"] = namespace.name
    return body


@pytest.fixture
def applied_by_client(api, configmaps, namespace):
    """`applied_by_client(x="1")` stores what `kubectl apply` would create."""

    def create(**data):
        body = manifest(namespace, **data)
        text = json.dumps(body) + "\n"
        body["metadata"] = {**body["metadata"], "annotations": {LAST_APPLIED: text}}
        return api.post(configmaps, body, fieldManager="kubectl-client-side-apply").ok()

    return create


def test_what_kubectl_applied_on_the_client_side_is_no_conflict_for_kubectl(
    apply, applied_by_client, configmaps, namespace
):
    applied_by_client(x="1", y="<1>")
    found = apply(configmaps, manifest(namespace, x="2", y="<2>&"), "kubectl").ok()

    assert found["data"] == {"x": "2", "y": "<2>&"}
    # So that a user may go back, the annotation follows.
    text = found["metadata"]["annotations"][LAST_APPLIED]
    assert json.loads(text) == manifest(namespace, x="2", y="<2>&")
    assert "\\u003c2\\u003e\\u0026" in text
    assert text.endswith("}\n")
    assert owners(found) == {
        ("kubectl", "Apply", ""): {"f:data": {"f:x": {}, "f:y": {}}},
        ("kubectl-client-side-apply", "Update", ""): {
            "f:data": {},
            "f:metadata": {"f:annotations": {".": {}, f"f:{LAST_APPLIED}": {}}},
        },
    }


def test_another_manager_than_kubectl_meets_the_conflict(
    apply, applied_by_client, configmaps, namespace
):
    applied_by_client(x="1")
    assert apply(configmaps, manifest(namespace, x="2"), "other").status == 409
    found = apply(configmaps, manifest(namespace, x="2"), "other", force="true").ok()
    text = found["metadata"]["annotations"][LAST_APPLIED]
    assert json.loads(text)["data"] == {"x": "1"}


def test_a_field_that_was_changed_after_the_client_applied_it_stays_a_conflict(
    api, apply, applied_by_client, configmaps, namespace
):
    applied_by_client(x="1", y="1")
    api.patch("merge", f"{configmaps}/a", {"data": {"x": "3"}}, fieldManager="scaler").ok()
    answer = apply(configmaps, manifest(namespace, x="2", y="2"), "kubectl")

    assert answer.refusal() == (
        409,
        "Conflict",
        'Apply failed with 1 conflict: conflict with "scaler" using v1: .data.x',
    )


def test_an_object_without_the_annotation_gets_none(apply, configmaps, namespace):
    apply(configmaps, manifest(namespace, x="1"), "kubectl").ok()
    found = apply(configmaps, manifest(namespace, x="2"), "kubectl").ok()
    assert "annotations" not in found["metadata"]


def test_managed_fields_that_a_client_sends_count(api, apply, configmaps):
    entry, *_ = apply(configmaps, configmap("a", x="1")).ok()["metadata"]["managedFields"]
    handed_over = {"metadata": {"managedFields": [{**entry, "manager": "two"}]}}
    found = api.patch("merge", f"{configmaps}/a", handed_over, fieldManager="me").ok()
    assert owners(found) == {("two", "Apply", ""): {"f:data": {"f:x": {}}}}
    assert apply(configmaps, configmap("a", x="2"), "two").status == 200


@pytest.mark.parametrize(
    "entry",
    [
        {"manager": "x", "operation": "Nonsense", "apiVersion": "v1", "fieldsType": "FieldsV1"},
        {"manager": "x", "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1": {"f:a": {}}},
    ],
)
def test_managed_fields_that_cannot_be_read_leave_the_stored_ones(api, apply, configmaps, entry):
    made = apply(configmaps, configmap("a", x="1")).ok()
    patch = {"metadata": {"managedFields": [entry]}}
    found = api.patch("merge", f"{configmaps}/a", patch).ok()
    assert owners(found) == owners(made)


def test_managed_fields_cannot_be_set_through_a_subresource(api, apply, widgets):
    made = apply(widgets, widget("a", size=3)).ok()
    entry = {**made["metadata"]["managedFields"][0], "manager": "two"}
    patch = {"metadata": {"managedFields": [entry]}}
    found = api.patch("merge", f"{widgets}/a/status", patch).ok()
    assert owners(found) == owners(made)


def test_an_applied_uid_is_that_of_the_object_or_nothing_is_stored(api, apply, configmaps):
    made = apply(configmaps, configmap("a", x="1")).ok()
    mine = configmap("a", x="2")
    mine["metadata"]["uid"] = made["metadata"]["uid"]
    assert apply(configmaps, mine).ok()["data"] == {"x": "2"}
    api.delete(f"{configmaps}/a").ok()
    code, reason, message = apply(configmaps, mine).refusal()
    assert (code, reason) == (409, "Conflict")
    assert message == (
        'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object '
        f"specified uid {made['metadata']['uid']}, and no existing object was found"
    )
    assert api.get(f"{configmaps}/a").status == 404
