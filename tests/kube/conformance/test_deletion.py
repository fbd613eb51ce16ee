"""Deletion: finalizers, preconditions, propagation. No controller runs here."""

from __future__ import annotations

import pytest

from tests.kube.conformance.conftest import configmap, widget
from tests.kube.conformance.waiting import eventually


def held(body, *finalizers):
    body["metadata"]["finalizers"] = list(finalizers or ["example.io/hold"])
    return body


def test_a_finalizer_keeps_a_deleted_object_until_it_is_taken_away(api, configmaps, widgets):
    for path, body in ((configmaps, configmap("a")), (widgets, widget("a"))):
        made = api.post(path, held(body)).ok()
        answer = api.delete(f"{path}/a")
        assert answer.status == 200
        marked = answer.body
        assert marked["kind"] == body["kind"]
        assert marked["metadata"]["deletionTimestamp"]
        assert marked["metadata"]["deletionGracePeriodSeconds"] == 0
        assert marked["metadata"]["uid"] == made["metadata"]["uid"]
        assert api.get(f"{path}/a").ok() == marked
        api.patch("merge", f"{path}/a", {"metadata": {"finalizers": []}}).ok()
        assert api.get(f"{path}/a").status == 404


def test_a_second_deletion_of_a_held_object_changes_nothing(api, configmaps):
    api.post(configmaps, held(configmap("a"))).ok()
    first = api.delete(f"{configmaps}/a").ok()
    assert api.delete(f"{configmaps}/a").ok() == first


def test_the_generation_of_a_marked_custom_resource_rises(api, widgets):
    api.post(widgets, held(widget("a"))).ok()
    assert api.delete(f"{widgets}/a").ok()["metadata"]["generation"] == 2


def test_an_object_that_is_being_deleted_takes_no_new_finalizers(api, configmaps):
    api.post(configmaps, held(configmap("a"))).ok()
    marked = api.delete(f"{configmaps}/a").ok()
    marked["metadata"]["finalizers"].append("example.io/late")
    answer = api.put(f"{configmaps}/a", marked)
    assert answer.refusal()[:2] == (422, "Invalid")
    assert set(answer.causes()) == {
        (
            "FieldValueForbidden",
            "metadata.finalizers",
            "Forbidden: no new finalizers can be added if the object is being deleted, "
            'found new finalizers []string{"example.io/late"}',
        )
    }


def test_an_object_that_is_being_deleted_may_still_be_changed(api, configmaps):
    api.post(configmaps, held(configmap("a", k="1"))).ok()
    api.delete(f"{configmaps}/a").ok()
    found = api.patch("merge", f"{configmaps}/a", {"data": {"k": "2"}}).ok()
    assert found["data"] == {"k": "2"}
    assert found["metadata"]["deletionTimestamp"]


def test_the_last_update_of_a_deleted_object_is_answered_with_the_object(api, configmaps):
    api.post(configmaps, held(configmap("a"))).ok()
    marked = api.delete(f"{configmaps}/a").ok()
    del marked["metadata"]["finalizers"]
    answer = api.put(f"{configmaps}/a", marked)
    assert answer.status == 200
    assert answer.body["metadata"]["name"] == "a"
    assert api.get(f"{configmaps}/a").status == 404


def test_a_client_cannot_end_a_deletion(api, configmaps):
    api.post(configmaps, held(configmap("a"))).ok()
    marked = api.delete(f"{configmaps}/a").ok()
    sent = {**marked, "metadata": {**marked["metadata"]}}
    del sent["metadata"]["deletionTimestamp"]
    found = api.put(f"{configmaps}/a", sent).ok()
    when = marked["metadata"]["deletionTimestamp"]
    assert found["metadata"]["deletionTimestamp"] == when


@pytest.mark.parametrize("field", ["uid", "resourceVersion"])
def test_a_deletion_for_another_state_is_a_conflict(api, configmaps, field):
    made = api.post(configmaps, configmap("a")).ok()["metadata"]
    options = {"preconditions": {field: "1" if field == "resourceVersion" else "other"}}
    code, reason, message = api.delete(f"{configmaps}/a", options).refusal()
    assert (code, reason) == (409, "Conflict")
    what = "UID" if field == "uid" else "ResourceVersion"
    fate = "deleted and then recreated" if field == "uid" else "modified"
    given = options["preconditions"][field]
    assert message == (
        f'Operation cannot be fulfilled on ConfigMap "a": the {what} in the precondition ({given}) '
        f"does not match the {what} in record ({made[field]}). The object might have been {fate}"
    )
    api.delete(f"{configmaps}/a", {"preconditions": {field: made[field]}}).ok()
    assert api.get(f"{configmaps}/a").status == 404


def test_a_deletion_may_orphan_or_wait_and_leaves_that_to_a_collector(api, configmaps, widgets):
    for path, body in ((configmaps, configmap), (widgets, widget)):
        for policy, finalizer in (("Orphan", "orphan"), ("Foreground", "foregroundDeletion")):
            api.post(path, body("a")).ok()
            found = api.delete(f"{path}/a", {"propagationPolicy": policy}).ok()
            assert found["metadata"]["finalizers"] == [finalizer]
            assert found["metadata"]["deletionTimestamp"]
            api.patch("merge", f"{path}/a", {"metadata": {"finalizers": None}}).ok()
            assert api.get(f"{path}/a").status == 404
        api.post(path, body("a")).ok()
        api.delete(f"{path}/a", {"propagationPolicy": "Background"}).ok()
        assert api.get(f"{path}/a").status == 404


def test_the_old_spelling_of_orphaning_still_holds(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    found = api.delete(f"{configmaps}/a", {"orphanDependents": True}).ok()
    assert found["metadata"]["finalizers"] == ["orphan"]


def test_propagation_may_be_asked_for_in_the_query(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    found = api.delete(f"{configmaps}/a", propagationPolicy="Foreground").ok()
    assert found["metadata"]["finalizers"] == ["foregroundDeletion"]


def test_options_of_a_deletion_that_contradict_are_refused(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    answer = api.delete(f"{configmaps}/a", {"propagationPolicy": "Sideways"})
    assert answer.refusal()[:2] == (422, "Invalid")
    both = {"propagationPolicy": "Orphan", "orphanDependents": True}
    answer = api.delete(f"{configmaps}/a", both)
    assert answer.refusal()[:2] == (422, "Invalid")
    assert api.get(f"{configmaps}/a").status == 200


def test_dependents_stay_where_no_collector_runs(api, configmaps):
    owner = api.post(configmaps, configmap("owner")).ok()["metadata"]
    body = configmap("dependent")
    body["metadata"]["ownerReferences"] = [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["uid"]}
    ]
    made = api.post(configmaps, body).ok()
    assert made["metadata"]["ownerReferences"] == body["metadata"]["ownerReferences"]
    api.delete(f"{configmaps}/owner").ok()
    assert api.get(f"{configmaps}/dependent").status == 200


def test_a_deleted_namespace_terminates_and_takes_nothing_new(api, namespace, configmaps):
    path = f"/api/v1/namespaces/{namespace.name}"
    answer = api.delete(path)
    assert answer.status == 200
    assert answer.body["kind"] == "Namespace"
    found = api.get(path).ok()
    assert found["status"]["phase"] == "Terminating"
    assert found["spec"] == {"finalizers": ["kubernetes"]}
    answer = api.post(configmaps, configmap("a"))
    code, reason, message = answer.refusal()
    assert (code, reason) == (403, "Forbidden")
    assert message == (
        f'configmaps "a" is forbidden: unable to create new content in namespace {namespace.name} '
        "because it is being terminated"
    )
    assert answer.body["details"]["causes"] == [
        {
            "reason": "NamespaceTerminating",
            "message": f"namespace {namespace.name} is being terminated",
            "field": "metadata.namespace",
        }
    ]


def test_a_namespace_ends_when_its_last_finalizer_is_taken_away(api, namespace):
    path = f"/api/v1/namespaces/{namespace.name}"
    api.delete(path).ok()
    found = api.get(path).ok()
    found["spec"] = {"finalizers": []}
    api.put(f"{path}/finalize", found).ok()
    assert api.get(path).status == 404


def test_the_namespaces_of_the_system_cannot_be_deleted(api):
    code, reason, message = api.delete("/api/v1/namespaces/default").refusal()
    assert (code, reason) == (403, "Forbidden")
    assert message == 'namespaces "default" is forbidden: this namespace may not be deleted'


def test_a_definition_that_goes_takes_its_resources_with_it(api, namespace):
    plural = f"things{namespace.name.removeprefix('test-')}"
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.example.io"},
        "spec": {
            "group": "example.io",
            "scope": "Namespaced",
            "names": {"kind": plural.title(), "plural": plural},
            "versions": [
                {
                    "name": "v1", "served": True, "storage": True,
                    "schema": {"openAPIV3Schema": {"type": "object"}},
                }
            ],
        },
    }  # fmt: skip
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    api.post(definitions, definition).ok()
    path = f"{definitions}/{plural}.example.io"
    wait_for_condition(api, path, "Established")
    things = namespace.path(f"example.io/v1/{plural}")
    body = {"apiVersion": "example.io/v1", "kind": plural.title(), "metadata": {"name": "a"}}
    eventually(lambda: api.post(things, body).status == 201)
    api.delete(path).ok()
    eventually(lambda: api.get(path).status == 404)
    eventually(lambda: api.get(things).status == 404)


def wait_for_condition(api, path, wanted):
    def holds():
        conditions = api.get(path).ok().get("status", {}).get("conditions") or []
        return any(c["type"] == wanted and c["status"] == "True" for c in conditions)

    eventually(holds)
