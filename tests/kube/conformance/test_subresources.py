"""The subresources status and scale."""

from __future__ import annotations

from tests.kube.conformance.conftest import widget


def test_status_is_written_through_its_subresource_alone(api, widgets):
    body = {**widget("a", size=3), "status": {"phase": "Ready"}}
    made = api.post(widgets, body).ok()
    assert "status" not in made
    made["status"] = {"phase": "Ready"}
    assert "status" not in api.put(f"{widgets}/a", made).ok()
    found = api.put(f"{widgets}/a/status", {**made, "spec": {"size": 50}}).ok()
    assert found["status"] == {"phase": "Ready"}
    assert found["spec"]["size"] == 3
    assert api.get(f"{widgets}/a/status").ok() == api.get(f"{widgets}/a").ok()


def test_an_update_of_the_rest_keeps_the_status(api, widgets):
    made = api.post(widgets, widget("a")).ok()
    found = api.put(f"{widgets}/a/status", {**made, "status": {"phase": "Ready"}}).ok()
    del found["status"]
    found["spec"]["size"] = 7
    updated = api.put(f"{widgets}/a", found).ok()
    assert updated["status"] == {"phase": "Ready"}
    assert updated["spec"]["size"] == 7


def test_a_status_does_not_raise_the_generation_nor_take_labels(api, widgets):
    made = api.post(widgets, widget("a")).ok()
    made["status"] = {"phase": "Ready"}
    made["metadata"]["labels"] = {"x": "y"}
    made["metadata"]["finalizers"] = ["example.io/hold"]
    found = api.put(f"{widgets}/a/status", made).ok()["metadata"]
    assert found["generation"] == 1
    assert "labels" not in found
    assert "finalizers" not in found


def test_a_status_is_patched(api, widgets):
    api.post(widgets, widget("a")).ok()
    path = f"{widgets}/a/status"
    found = api.patch("merge", path, {"status": {"phase": "Ready"}, "spec": {"size": 9}}).ok()
    assert found["status"] == {"phase": "Ready"}
    assert found["spec"]["size"] == 1
    patch = [{"op": "replace", "path": "/status/phase", "value": "Broken"}]
    assert api.patch("json", path, patch).ok()["status"] == {"phase": "Broken"}


def test_a_status_is_validated_and_pruned(api, widgets):
    api.post(widgets, widget("a")).ok()
    path = f"{widgets}/a/status"
    answer = api.patch("merge", path, {"status": {"phase": "Odd"}})
    assert answer.refusal()[:2] == (422, "Invalid")
    assert answer.causes() == [
        (
            "FieldValueNotSupported",
            "status.phase",
            'Unsupported value: "Odd": supported values: "Ready", "Broken"',
        )
    ]
    found = api.patch("merge", path, {"status": {"phase": "Ready", "nonsense": 1}}).ok()
    assert found["status"] == {"phase": "Ready"}


def test_a_status_from_an_old_version_is_a_conflict(api, widgets):
    made = api.post(widgets, widget("a")).ok()
    api.put(f"{widgets}/a/status", {**made, "status": {"phase": "Ready"}}).ok()
    answer = api.put(f"{widgets}/a/status", {**made, "status": {"phase": "Broken"}})
    assert answer.refusal()[:2] == (409, "Conflict")


def test_a_resource_without_the_status_subresource_keeps_its_status_in_the_object(api, namespace):
    gizmos = "/apis/example.io/v1/gizmos"
    gizmo = {
        "apiVersion": "example.io/v1", "kind": "Gizmo", "metadata": {"name": namespace.name},
        "spec": {"model": "x"}, "status": {"phase": "Ready"},
    }  # fmt: skip
    made = api.post(gizmos, gizmo).ok()
    assert made["status"] == {"phase": "Ready"}
    answer = api.put(f"{gizmos}/{namespace.name}/status", made)
    assert answer.refusal()[:2] == (404, "NotFound")
    assert api.get(f"{gizmos}/{namespace.name}/scale").status == 404


def test_the_scale_of_a_custom_resource_is_read(api, widgets, namespace):
    made = api.post(widgets, widget("a", replicas=3)).ok()
    patch = {"status": {"replicas": 2, "selector": "app=a"}}
    made = api.patch("merge", f"{widgets}/a/status", patch).ok()
    scale = api.get(f"{widgets}/a/scale").ok()
    assert (scale["kind"], scale["apiVersion"]) == ("Scale", "autoscaling/v1")
    assert scale["spec"] == {"replicas": 3}
    assert scale["status"] == {"replicas": 2, "selector": "app=a"}
    metadata = made["metadata"]
    assert scale["metadata"] == {
        key: metadata[key]
        for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    }


def test_a_scale_without_replicas_cannot_be_read_but_written(api, widgets):
    api.post(widgets, widget("a")).ok()
    answer = api.get(f"{widgets}/a/scale")
    why = 'the spec replicas field ".spec.replicas" does not exist'
    message = f"Internal error occurred: {why}"
    assert answer.refusal() == (500, "InternalError", message)
    assert answer.body["details"] == {"causes": [{"message": why}]}
    scale = {
        "apiVersion": "autoscaling/v1", "kind": "Scale",
        "metadata": {"name": "a"}, "spec": {"replicas": 3},
    }  # fmt: skip
    written = api.put(f"{widgets}/a/scale", scale).ok()
    assert written["spec"] == {"replicas": 3}
    assert written["status"] == {"replicas": 0}


def test_the_scale_of_a_custom_resource_is_written(api, widgets):
    api.post(widgets, widget("a", replicas=3, size=5)).ok()
    scale = api.get(f"{widgets}/a/scale").ok()
    scale["spec"]["replicas"] = 8
    answer = api.put(f"{widgets}/a/scale", scale)
    assert answer.status == 200
    assert answer.body["spec"] == {"replicas": 8}
    found = api.get(f"{widgets}/a").ok()
    assert found["spec"]["replicas"] == 8
    assert found["spec"]["size"] == 5
    assert found["metadata"]["generation"] == 2


def test_a_scale_is_patched(api, widgets):
    api.post(widgets, widget("a", replicas=3)).ok()
    scale = api.patch("merge", f"{widgets}/a/scale", {"spec": {"replicas": 4}}).ok()
    assert scale["spec"] == {"replicas": 4}
    assert api.get(f"{widgets}/a").ok()["spec"]["replicas"] == 4


def test_a_scale_from_an_old_version_is_a_conflict(api, widgets):
    api.post(widgets, widget("a", replicas=3)).ok()
    scale = api.get(f"{widgets}/a/scale").ok()
    api.patch("merge", f"{widgets}/a", {"spec": {"replicas": 4}}).ok()
    scale["spec"]["replicas"] = 8
    answer = api.put(f"{widgets}/a/scale", scale)
    assert answer.refusal()[:2] == (409, "Conflict")


def test_a_negative_scale_is_refused(api, widgets):
    api.post(widgets, widget("a", replicas=3)).ok()
    answer = api.patch("merge", f"{widgets}/a/scale", {"spec": {"replicas": -1}})
    assert answer.refusal()[:2] == (422, "Invalid")
    why = "Invalid value: -1: should be a non-negative integer"
    assert answer.causes() == [("FieldValueInvalid", ".spec.replicas", why)]


def test_a_subresource_that_a_kind_does_not_have_is_not_found(api, configmaps, widgets):
    api.post(widgets, widget("a")).ok()
    assert api.get(f"{widgets}/a/nonsense").status == 404
    message = "the server could not find the requested resource"
    assert api.get(f"{configmaps}/a/status").refusal() == (404, "NotFound", message)
