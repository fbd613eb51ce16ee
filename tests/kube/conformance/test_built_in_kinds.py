"""Every kind of `kube.api`, from its creation to its deletion, on both servers."""

from __future__ import annotations

import contextlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kube.client import Client
from kube.runtime import Struct, codec, errors
from kube.runtime.struct import unknown_member_names
from tests.kube.api.test_built_in import KINDS, class_of, schemas
from tests.kube.conformance.built_in import objects

# Kinds that the server answers and does not store, or writes itself.
ANSWERED = {
    "Binding", "ComponentStatus", "Eviction", "LocalSubjectAccessReview", "Scale",
    "SelfSubjectAccessReview", "SelfSubjectReview", "SelfSubjectRulesReview",
    "SubjectAccessReview", "TokenRequest", "TokenReview",
}  # fmt: skip


def signing_request() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM)


def test_no_kind_is_left_out():
    stored = {type(each) for each in objects("any", b"")}
    kinds = {class_of(name) for name in KINDS}
    assert {kind.__name__ for kind in kinds - stored} == ANSWERED
    assert len(schemas()) > len(kinds)


@pytest.fixture(scope="module")
def client(environment):
    with Client.for_config(environment.config, field_manager="tests") as client:
        yield client


def test_a_kind_is_created_read_updated_listed_watched_and_deleted(client):
    failed = {}
    namespace = "default"
    for obj in objects(namespace, signing_request()):
        kind = type(obj)
        try:
            _live(client.in_namespace(namespace), obj)
        except Exception as error:
            failed[f"{kind.__module__}.{kind.__name__}"] = repr(error)
    assert not failed


def unknown_members(value):
    """The members, at any depth, that the classes do not have."""
    if isinstance(value, Struct):
        inner = [getattr(value, name) for name in value.__struct_fields__]
        return [*unknown_member_names(value), *(n for i in inner for n in unknown_members(i))]
    if isinstance(value, list | dict):
        inner = value.values() if isinstance(value, dict) else value
        return [name for each in inner for name in unknown_members(each)]
    return []


def _annotated(client, kind, name):
    """The object as it was read, and as it was updated; controllers may write it in between."""
    while True:
        read = client.get(kind, name)
        read.metadata.annotations = {**(read.metadata.annotations or {}), "example.com/a": "b"}
        with contextlib.suppress(errors.ConflictError):
            return read, client.update(read)


def _live(client, obj):
    kind, name = type(obj), obj.metadata.name
    created = client.create(obj)
    assert type(created) is kind
    assert not unknown_members(created)
    read, updated = _annotated(client, kind, name)
    assert updated.metadata.annotations["example.com/a"] == "b"
    listed = client.list(kind, field_selector=f"metadata.name={name}")
    assert [each.metadata.name for each in listed.items] == [name]
    with client.watch(
        kind,
        field_selector=f"metadata.name={name}",
        resource_version=read.metadata.resource_version,
    ) as events:
        client.patch(kind, {"metadata": {"annotations": {"example.com/a": "c"}}}, name=name)
        for event in events:
            if event.object.metadata.annotations["example.com/a"] == "c":
                break
    assert codec.decode(codec.encode(listed.items[0]), kind) == listed.items[0]
    client.delete(kind, name)
