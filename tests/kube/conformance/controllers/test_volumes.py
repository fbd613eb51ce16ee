"""Claims and volumes: what is bound to what, and what goes when."""

from __future__ import annotations

import secrets

import pytest

from tests.kube.conformance.waiting import eventually

CONTROLLERS = [
    "persistentvolume-binder-controller", "persistentvolume-protection-controller",
    "persistentvolumeclaim-protection-controller",
]  # fmt: skip


@pytest.fixture
def storage_class(api):
    """The name of a class of the test's own."""
    return f"class-{secrets.token_hex(4)}"


VOLUMES = "/api/v1/persistentvolumes"
CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
COMPLETED = "pv.kubernetes.io/bind-completed"
BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"


def volume(storage_class, size="1Gi", **spec):
    name = f"volume-{secrets.token_hex(4)}"
    body = {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": size},
        "hostPath": {"path": "/tmp"},
        "storageClassName": storage_class,
        **spec,
    }
    return {"metadata": {"name": name}, "spec": body}


def claim(storage_class, size="1Gi", name="data", **spec):
    body = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": size}},
        "storageClassName": storage_class,
        **spec,
    }
    return {"metadata": {"name": name}, "spec": body}


def phase(api, path):
    return api.get(path).body.get("status", {}).get("phase")


def reasons(api, namespace):
    events = api.get(namespace.path("events")).ok()["items"]
    return {(e["type"], e["reason"], e["message"]) for e in events}


def test_a_claim_is_bound_to_the_smallest_volume_that_is_large_enough(
    api, namespace, storage_class
):
    names = [
        api.post(VOLUMES, volume(storage_class, size)).ok()["metadata"]["name"]
        for size in ("1Gi", "8Gi", "3Gi")
    ]
    eventually(lambda: all(phase(api, f"{VOLUMES}/{name}") == "Available" for name in names))
    claims = namespace.path("persistentvolumeclaims")
    api.post(claims, claim(storage_class, "2Gi")).ok()
    eventually(lambda: phase(api, f"{claims}/data") == "Bound")
    found = api.get(f"{claims}/data").ok()
    assert found["spec"]["volumeName"] == names[2]
    assert found["metadata"]["annotations"] == {COMPLETED: "yes", BY_CONTROLLER: "yes"}
    assert found["status"] == {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "3Gi"},
        "phase": "Bound",
    }
    bound = api.get(f"{VOLUMES}/{names[2]}").ok()
    assert bound["spec"]["claimRef"]["uid"] == found["metadata"]["uid"]
    assert bound["metadata"]["annotations"] == {BY_CONTROLLER: "yes"}
    assert bound["status"]["phase"] == "Bound"
    assert phase(api, f"{VOLUMES}/{names[0]}") == "Available"


def test_a_claim_without_a_volume_waits_and_says_so(api, namespace):
    claims = namespace.path("persistentvolumeclaims")
    api.post(claims, claim("")).ok()
    why = "no persistent volumes available for this claim and no storage class is set"
    eventually(lambda: ("Normal", "FailedBinding", why) in reasons(api, namespace))
    assert phase(api, f"{claims}/data") == "Pending"


def test_a_volume_that_is_reserved_goes_to_its_claim(api, namespace, storage_class):
    reference = {"namespace": namespace.name, "name": "data"}
    first = api.post(VOLUMES, volume(storage_class, claimRef=reference)).ok()["metadata"]["name"]
    claims = namespace.path("persistentvolumeclaims")
    api.post(claims, claim(storage_class, name="other")).ok()
    api.post(claims, claim(storage_class, volumeName=first)).ok()
    eventually(lambda: phase(api, f"{claims}/data") == "Bound")
    annotations = api.get(f"{claims}/data").ok()["metadata"]["annotations"]
    assert annotations == {COMPLETED: "yes"}
    assert phase(api, f"{claims}/other") == "Pending"


def test_a_class_asks_its_provisioner(api, namespace, storage_class):
    api.post(CLASSES, {"metadata": {"name": storage_class}, "provisioner": "example.com/a"}).ok()
    claims = namespace.path("persistentvolumeclaims")
    api.post(claims, claim(storage_class)).ok()
    wanted = {
        "volume.beta.kubernetes.io/storage-provisioner": "example.com/a",
        "volume.kubernetes.io/storage-provisioner": "example.com/a",
    }

    def annotations():
        return api.get(f"{claims}/data").ok()["metadata"].get("annotations")

    eventually(lambda: annotations() == wanted)
    eventually(lambda: any(e[1] == "ExternalProvisioning" for e in reasons(api, namespace)))
    [event] = reasons(api, namespace)
    assert event[2].startswith("Waiting for a volume to be created either by the external")


def test_a_class_may_wait_for_a_pod(api, namespace, storage_class):
    body = {"metadata": {"name": storage_class}, "provisioner": "example.com/a"}
    api.post(CLASSES, {**body, "volumeBindingMode": "WaitForFirstConsumer"}).ok()
    api.post(namespace.path("persistentvolumeclaims"), claim(storage_class)).ok()
    why = "waiting for first consumer to be created before binding"
    eventually(lambda: ("Normal", "WaitForFirstConsumer", why) in reasons(api, namespace))


def test_a_volume_is_released_and_goes_when_its_claim_is_gone(api, namespace, storage_class):
    name = api.post(VOLUMES, volume(storage_class)).ok()["metadata"]["name"]
    claims = namespace.path("persistentvolumeclaims")
    api.post(claims, claim(storage_class)).ok()
    eventually(lambda: phase(api, f"{claims}/data") == "Bound")
    api.delete(f"{VOLUMES}/{name}").ok()
    assert "deletionTimestamp" in api.get(f"{VOLUMES}/{name}").ok()["metadata"]
    api.delete(f"{claims}/data").ok()
    eventually(lambda: api.get(f"{claims}/data").status == 404)
    eventually(lambda: api.get(f"{VOLUMES}/{name}").status == 404)


def test_a_claim_that_a_pod_uses_stays_until_the_pod_is_gone(api, namespace, storage_class):
    claims, pods = namespace.path("persistentvolumeclaims"), namespace.path("pods")
    api.post(claims, claim(storage_class)).ok()
    mounted = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    spec = {
        "nodeName": "somewhere",
        "containers": [{"name": "main", "image": "a"}],
        "volumes": [mounted],
    }
    api.post(pods, {"metadata": {"name": "user"}, "spec": spec}).ok()
    api.delete(f"{claims}/data").ok()
    assert "deletionTimestamp" in api.get(f"{claims}/data").ok()["metadata"]
    api.delete(f"{pods}/user", {"gracePeriodSeconds": 0}).ok()
    eventually(lambda: api.get(f"{claims}/data").status == 404)


def test_a_claim_whose_volume_is_gone_is_lost(api, namespace, storage_class):
    name = api.post(VOLUMES, volume(storage_class)).ok()["metadata"]["name"]
    claims = namespace.path("persistentvolumeclaims")
    api.post(claims, claim(storage_class)).ok()
    eventually(lambda: phase(api, f"{claims}/data") == "Bound")
    # Before it is deleted, its protection would be put back.
    api.delete(f"{VOLUMES}/{name}").ok()
    api.patch("merge", f"{VOLUMES}/{name}", {"metadata": {"finalizers": None}}).ok()
    eventually(lambda: phase(api, f"{claims}/data") == "Lost")
    why = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
    eventually(lambda: ("Warning", "ClaimLost", why) in reasons(api, namespace))
