"""Garbage collection and the deletion of namespaces, where controllers were asked for."""

from __future__ import annotations

import secrets

import pytest

from tests.kube.conformance.conftest import Namespace, configmap
from tests.kube.conformance.waiting import eventually

CONTROLLERS = ["garbage-collector-controller", "namespace-controller"]


@pytest.fixture
def owner(api, configmaps):
    return api.post(configmaps, configmap("owner")).ok()


def dependent(owner, name="dependent", *, blocks=False):
    body = configmap(name)
    metadata = owner["metadata"]
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": metadata["name"]}
    reference["uid"] = metadata["uid"]
    if blocks:
        reference["blockOwnerDeletion"] = True
    body["metadata"]["ownerReferences"] = [reference]
    return body


def test_dependents_go_after_their_owner(api, configmaps, owner):
    api.post(configmaps, dependent(owner)).ok()
    api.delete(f"{configmaps}/owner", {"propagationPolicy": "Background"}).ok()
    assert api.get(f"{configmaps}/owner").status == 404
    eventually(lambda: api.get(f"{configmaps}/dependent").status == 404)


def test_dependents_of_dependents_go_too(api, configmaps, owner):
    middle = api.post(configmaps, dependent(owner, "middle")).ok()
    api.post(configmaps, dependent(middle, "last")).ok()
    api.delete(f"{configmaps}/owner").ok()
    eventually(lambda: api.get(f"{configmaps}/last").status == 404)


def test_a_foreground_deletion_waits_for_dependents(api, configmaps, owner):
    body = dependent(owner, blocks=True)
    body["metadata"]["finalizers"] = ["example.io/hold"]
    api.post(configmaps, body).ok()
    marked = api.delete(f"{configmaps}/owner", {"propagationPolicy": "Foreground"}).ok()
    assert marked["metadata"]["finalizers"] == ["foregroundDeletion"]
    path = f"{configmaps}/dependent"
    eventually(lambda: "deletionTimestamp" in api.get(path).ok()["metadata"])
    assert api.get(f"{configmaps}/owner").status == 200
    api.patch("merge", path, {"metadata": {"finalizers": None}}).ok()
    eventually(lambda: api.get(f"{configmaps}/owner").status == 404)


def test_orphans_stay_and_forget_their_owner(api, configmaps, owner):
    api.post(configmaps, dependent(owner)).ok()
    api.delete(f"{configmaps}/owner", {"propagationPolicy": "Orphan"}).ok()
    eventually(lambda: api.get(f"{configmaps}/owner").status == 404)
    found = api.get(f"{configmaps}/dependent").ok()
    assert "ownerReferences" not in found["metadata"]


def test_a_dependent_with_another_owner_left_stays(api, configmaps, owner):
    other = api.post(configmaps, configmap("other")).ok()
    body = dependent(owner)
    body["metadata"]["ownerReferences"] += dependent(other)["metadata"]["ownerReferences"]
    api.post(configmaps, body).ok()
    api.delete(f"{configmaps}/owner").ok()

    def forgotten():
        found = api.get(f"{configmaps}/dependent").ok()
        return [o["name"] for o in found["metadata"]["ownerReferences"]] == ["other"]

    eventually(forgotten)


def test_a_dependent_of_an_owner_that_never_was_goes(api, configmaps, owner):
    body = dependent(owner)
    body["metadata"]["ownerReferences"][0] |= {"name": "ghost", "uid": "no-such-uid"}
    api.post(configmaps, body).ok()
    eventually(lambda: api.get(f"{configmaps}/dependent").status == 404)


def test_a_deleted_namespace_is_emptied_and_gone(api):
    name = f"test-{secrets.token_hex(4)}"
    api.post("/api/v1/namespaces", {"metadata": {"name": name}}).ok()
    configmaps = Namespace(name).path("configmaps")
    api.post(configmaps, configmap("a")).ok()
    api.delete(f"/api/v1/namespaces/{name}").ok()
    eventually(lambda: api.get(f"/api/v1/namespaces/{name}").status == 404)
    assert api.get(configmaps).ok()["items"] == []


def test_a_finalizer_holds_up_the_deletion_of_its_namespace(api):
    name = f"test-{secrets.token_hex(4)}"
    api.post("/api/v1/namespaces", {"metadata": {"name": name}}).ok()
    configmaps = Namespace(name).path("configmaps")
    body = configmap("held")
    body["metadata"]["finalizers"] = ["example.io/hold"]
    api.post(configmaps, body).ok()
    api.delete(f"/api/v1/namespaces/{name}").ok()
    path = f"{configmaps}/held"
    eventually(lambda: "deletionTimestamp" in api.get(path).ok()["metadata"])
    assert api.get(f"/api/v1/namespaces/{name}").ok()["status"]["phase"] == "Terminating"
    api.patch("merge", path, {"metadata": {"finalizers": None}}).ok()
    eventually(lambda: api.get(f"/api/v1/namespaces/{name}").status == 404)
