"""The client by class: typed, discovered and metadata-only kinds, on both servers."""

from __future__ import annotations

import pytest

from kube.api.core.v1 import Namespace
from kube.client import Client, NoMatchError, metadata_of, unstructured
from kube.runtime import PartialObjectMetadata, errors
from kube.runtime.unstructured import Unstructured
from tests.kube.client.kinds import WIDGETS_CRD, Widget, wanted, widget

DISCOVERED = unstructured("example.com/v1", "Widget")
CRDS = unstructured("apiextensions.k8s.io/v1", "CustomResourceDefinition")


@pytest.fixture(scope="module")
def whole(environment):
    """A client of all namespaces, on a server that serves widgets."""
    with Client.for_config(environment.config, field_manager="tests") as client:
        client.create(Unstructured.from_tree(WIDGETS_CRD))
        with client.watch(CRDS, field_selector="metadata.name=widgets.example.com") as events:
            for event in events:
                conditions = event.object.get("status", {}).get("conditions") or ()
                if any(c["type"] == "Established" and c["status"] == "True" for c in conditions):
                    break
        yield client
        client.delete(CRDS, "widgets.example.com")


@pytest.fixture
def client(whole, namespace):
    return whole.in_namespace(namespace.name)


def test_a_view_of_a_namespace_places_what_names_none(client, namespace):
    assert client.create(widget("one")).metadata.namespace == namespace.name
    assert client.apply(wanted("two")).metadata.namespace == namespace.name
    kind = {"apiVersion": "example.com/v1", "kind": "Widget"}
    tree = {**kind, "metadata": {"name": "three"}, "spec": {}}
    assert client.create(Unstructured.from_tree(tree)).metadata.namespace == namespace.name
    assert [w.metadata.name for w in client.iterate(Widget, page_size=1)] == ["one", "three", "two"]
    assert client.get(Namespace, namespace.name).metadata.name == namespace.name


def test_a_status_is_written_by_its_subresource_alone(client):
    one = client.create(widget("one"))
    one.spec.size, one.status.ready = 9, True
    written = client.status(one).update()
    assert (written.spec.size, written.status.ready) == (1, True)
    assert not client.status(one).patch({"status": {"ready": False}}).status.ready
    applied = client.status(one).apply({"status": {"ready": True}}, force=True)
    assert applied.status.ready
    managers = {(m.manager, m.subresource) for m in applied.metadata.managed_fields or ()}
    assert ("tests", "status") in managers
    written.spec.size, written.status.ready = 5, False
    with pytest.raises(errors.ConflictError):
        client.update(written)


def test_a_scale_is_read_and_written_without_a_class(client):
    one = client.create(widget("one"))
    scale = client.subresource(one, "scale", Unstructured)
    read = scale.get()
    assert (read.kind, read["spec"]["replicas"]) == ("Scale", 1)
    read["spec"]["replicas"] = 7
    scale.update(read)
    assert client.get(Widget, "one").spec.size == 7


def test_metadata_alone_is_read_watched_patched_and_deleted(client):
    client.create(widget("one", labels={"a": "b"}))
    kind = metadata_of(Widget)
    one = client.get(kind, "one")
    assert (type(one), one.api_version, one.kind) == (
        PartialObjectMetadata,
        "example.com/v1",
        "Widget",
    )
    assert [(item.kind, item.metadata.labels) for item in client.list(kind).items] == [
        ("Widget", {"a": "b"})
    ]
    with client.watch(kind) as events:
        event = next(iter(events))
    assert (type(event.object), event.object.kind) == (PartialObjectMetadata, "Widget")
    patched = client.patch(one, {"metadata": {"labels": {"a": "c"}}})
    assert (type(patched), patched.metadata.labels) == (PartialObjectMetadata, {"a": "c"})
    client.delete(one)
    assert client.list(Widget).items == []


def test_a_dry_run_stores_nothing(client):
    dry = client.with_defaults(dry_run=True)
    dry.create(widget("one"))
    dry.apply(wanted("two"))
    assert client.list(Widget).items == []
    client.create(widget("one"))
    dry.delete(Widget, "one")
    dry.delete_all_of(Widget)
    assert dry.patch(Widget, {"spec": {"size": 3}}, name="one").spec.size == 3
    assert [w.spec.size for w in client.list(Widget).items] == [1]


def test_field_validation_is_the_clients_unless_a_call_has_its_own(client):
    strict = client.with_defaults(field_validation="Strict")
    body = {"metadata": {"nonsense": "x"}}
    client.create(widget("one"))
    with pytest.raises(errors.APIError, match="nonsense"):
        strict.patch(Widget, body, name="one")
    strict.patch(Widget, body, name="one", field_validation="Ignore")


def test_a_kind_that_is_not_served_is_no_match(client):
    with pytest.raises(NoMatchError, match="Gadget"):
        client.list(unstructured("example.com/v1", "Gadget"))


def test_delete_all_of_takes_what_the_selector_matches(client):
    client.create(widget("one", labels={"a": "b"}))
    client.create(widget("two"))
    client.delete_all_of(DISCOVERED, label_selector="a=b")
    assert [w.metadata.name for w in client.list(Widget).items] == ["two"]
