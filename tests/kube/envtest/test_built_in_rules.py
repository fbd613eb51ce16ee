"""Rules of Kubernetes' own kinds that go through the whole of a write.

What each kind does is held to a real server in tests/kube/conformance/kinds.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kube.envtest import Server
from tests.kube.envtest.api import Client

CORE = "/api/v1/namespaces/default"
ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles"
CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"


@pytest.fixture
def client() -> Client:
    return Client(Server())


def owned(body: Any) -> list[Any]:
    return [entry["fieldsV1"] for entry in body["metadata"].get("managedFields", ())]


def test_an_empty_map_is_shown_in_a_refusal_and_never_stored(client: Client) -> None:
    disk = {"metadata": {"name": "a"}, "provisioner": "example.com/disk", "parameters": {"a": "b"}}
    client.create(CLASSES, disk)
    refused = client.update(f"{CLASSES}/a", {**disk, "parameters": {}})
    assert "parameters: Invalid value: {}: field is immutable" in refused.message
    stored = client.create(CLASSES, {**disk, "metadata": {"name": "b"}, "parameters": {}})
    assert "parameters" not in stored.body


def test_a_list_that_is_left_out_belongs_to_nobody_and_an_empty_one_to_its_sender(
    client: Client,
) -> None:
    left_out = client.create(ROLES, {"metadata": {"name": "a"}})
    empty = client.create(ROLES, {"metadata": {"name": "b"}, "rules": []})
    assert (left_out.body["rules"], empty.body["rules"]) == (None, None)
    assert (owned(left_out.body), owned(empty.body)) == ([], [{"f:rules": {}}])


def test_items_that_cannot_be_told_apart_leave_an_object_without_managed_fields(
    client: Client,
) -> None:
    account = {"metadata": {"name": "a"}, "secrets": [{"kind": "Secret"}]}
    assert owned(client.create(f"{CORE}/serviceaccounts", account).body) == []


def test_a_resource_version_is_refused_only_where_a_valid_object_is_created(
    client: Client,
) -> None:
    body = {"metadata": {"name": "a", "resourceVersion": "7"}}
    refused = client.create(f"{CORE}/configmaps", body)
    assert refused.message == "resourceVersion should not be set on objects to be created"
    assert client.create(f"{CORE}/configmaps", body, dryRun="All").status == 201
    nameless = client.create(f"{CORE}/configmaps", {"metadata": {"resourceVersion": "7"}})
    assert nameless.status == 422


def test_ports_of_one_number_share_a_node_port(client: Client) -> None:
    ports = [{"name": p.lower(), "port": 53, "protocol": p} for p in ("TCP", "UDP")]
    body = {"metadata": {"name": "dns"}, "spec": {"type": "NodePort", "ports": ports}}
    created = client.create(f"{CORE}/services", body).body["spec"]["ports"]
    assert created[0]["nodePort"] == created[1]["nodePort"]


def test_amounts_of_resources_are_rounded_up_to_thousandths(client: Client) -> None:
    body = {"metadata": {"name": "a"}, "spec": {"hard": {"requests.cpu": "1u"}}}
    created = client.create(f"{CORE}/resourcequotas", body)
    assert created.body["spec"]["hard"] == {"requests.cpu": "1m"}


def test_a_request_for_a_certificate_names_who_asks(client: Client) -> None:
    block = b"-----BEGIN CERTIFICATE REQUEST-----\n\n-----END CERTIFICATE REQUEST-----\n"
    pem = base64.b64encode(block).decode()
    spec = {"request": pem, "signerName": "example.com/a", "usages": ["any"], "username": "root"}
    created = client.create(REQUESTS, {"metadata": {"name": "a"}, "spec": spec}).body["spec"]
    assert (created["username"], created["groups"]) == (
        "admin",
        ["system:masters", "system:authenticated"],
    )
