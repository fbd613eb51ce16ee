# Derived from tests/kube/client/_async/test_discovery.py: python hack/unasync.py. DO NOT EDIT.
"""Discovery, the REST mapper and the dynamic client, against the embedded server."""

from __future__ import annotations

import pytest

from kube.client import (
    DiscoveryClient,
    DynamicClient,
    NoMatchError,
    RESTClient,
    RESTMapper,
    discovery,
)
from kube.envtest import MemoryTransport, Server
from kube.runtime import errors
from kube.runtime.codec import DecodeError
from kube.runtime.unstructured import Unstructured
from tests.kube.client.kinds import WIDGETS_CRD, widget_server
from tests.kube.client.scripted import ScriptedTransport, answer, refusal


@pytest.fixture
def rest() -> RESTClient:
    return RESTClient(MemoryTransport(widget_server()))


def test_the_server_tells_its_version(rest: RESTClient) -> None:
    version = DiscoveryClient(rest).server_version()
    assert version.git_version.startswith(f"v{version.major}.{version.minor}")


def test_the_old_documents_tell_what_the_aggregated_ones_tell(
    rest: RESTClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    aggregated = DiscoveryClient(rest).served()
    monkeypatch.setattr("kube.client._sync.discovery.ACCEPT", "application/json")
    old = DiscoveryClient(rest).served()
    assert old == aggregated
    found = aggregated.by_kind("Widget", "example.com")
    assert (found.plural, found.namespaced, found.preferred) == ("widgets", True, True)
    assert found.subresources == {"scale", "status"}
    assert "deletecollection" in found.verbs


def test_a_group_that_does_not_answer_hides_only_itself() -> None:
    groups = [
        {"name": name, "versions": [{"groupVersion": f"{name}/v1", "version": "v1"}]}
        for name in ("broken", "works")
    ]
    things = {"resources": [{"name": "things", "kind": "Thing"}]}
    transport = ScriptedTransport(
        refusal(404, "NotFound"),
        answer(200, {"kind": "APIGroupList", "groups": groups}),
        answer(503, b"no endpoints"),
        answer(200, things),
    )
    served = DiscoveryClient(RESTClient(transport)).served()
    assert [found.gvk for found in served.resources] == [("works", "v1", "Thing")]
    with pytest.raises(NoMatchError, match="do not answer at the moment: broken/v1"):
        served.by_kind("Other")


def test_an_answer_that_is_not_a_discovery_document_is_an_error() -> None:
    transport = ScriptedTransport(answer(200, b"<html>"))
    with pytest.raises(ValueError, match="the discovery document of /api is not valid"):
        DiscoveryClient(RESTClient(transport)).served()


@pytest.mark.parametrize(
    "name",
    ["widgets", "widget", "Widget", "wi", "widgets.example.com", "widgets.v1.example.com"],
)
def test_the_mapper_understands_the_names_people_use(rest: RESTClient, name: str) -> None:
    mapper = RESTMapper(DiscoveryClient(rest))
    assert mapper.by_name(name).kind == "Widget"


def test_the_core_group_is_named_by_nothing(rest: RESTClient) -> None:
    mapper = RESTMapper(DiscoveryClient(rest))
    assert mapper.by_name("ns").gvr == ("", "v1", "namespaces")
    assert mapper.by_name("namespaces.v1.").gvr == ("", "v1", "namespaces")
    with pytest.raises(NoMatchError, match=r"no resource 'widgets\.other'"):
        mapper.by_name("widgets.other")


def test_a_kind_that_arrives_later_is_found() -> None:
    server = widget_server()
    rest = RESTClient(MemoryTransport(server))
    mapper = RESTMapper(DiscoveryClient(rest))
    mapper.by_kind("Widget", "example.com", "v1")
    with pytest.raises(NoMatchError, match=r"no kind 'Gadget' in example\.com/v1"):
        mapper.by_kind("Gadget", "example.com", "v1")
    spec = {
        **WIDGETS_CRD["spec"],
        "names": {"kind": "Gadget", "plural": "gadgets"},
    }
    server.load([{**WIDGETS_CRD, "metadata": {"name": "gadgets.example.com"}, "spec": spec}])
    assert mapper.by_kind("Gadget", "example.com", "v1").plural == "gadgets"


def test_the_dynamic_client_reads_changes_and_writes(rest: RESTClient) -> None:
    dynamic = DynamicClient(rest)
    widgets = dynamic.kind("example.com/v1", "Widget", "default")
    made = Unstructured.from_tree({"metadata": {"name": "one"}, "spec": {"size": 1}})
    created = widgets.create(made)
    assert (created.api_version, created.kind) == ("example.com/v1", "Widget")
    created["spec"]["size"] = 2
    widgets.update(created)
    found = dynamic.named("wi", "default").get("one")
    assert found["spec"] == {"size": 2}
    names = [item.metadata.name for item in widgets.iterate()]
    assert names == ["one"]
    with widgets.watch() as events:
        for event in events:
            assert event.object["spec"]["size"] == 2
            break
    widgets.delete("one")
    with pytest.raises(errors.NotFoundError):
        widgets.get("one")


def test_the_dynamic_client_lists_a_kind_whose_definition_names_its_lists() -> None:
    server = Server()
    names = {**WIDGETS_CRD["spec"]["names"], "listKind": "WidgetCollection"}
    server.load([{**WIDGETS_CRD, "spec": {**WIDGETS_CRD["spec"], "names": names}}])
    dynamic = DynamicClient(RESTClient(MemoryTransport(server)))
    widgets = dynamic.kind("example.com/v1", "Widget", "default")
    widgets.create(Unstructured.from_tree({"metadata": {"name": "one"}, "spec": {}}))
    listed = widgets.list()
    assert listed.kind == "WidgetCollection"
    assert [item.metadata.name for item in listed.items] == ["one"]


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("", ""), ("v1", "Status"), ("example.com/v1", "Widget"), ("example.com/v2", "WidgetList2")],
)
def test_the_dynamic_client_does_not_take_another_answer_for_a_list(
    api_version: str, kind: str
) -> None:
    transport = ScriptedTransport(answer(200, {"apiVersion": api_version, "kind": kind}))
    described = discovery.ServedResource(
        group="example.com", version="v1", kind="Widget", plural="widgets"
    )
    dynamic = DynamicClient(RESTClient(transport))
    with pytest.raises(DecodeError, match="where a list of widgets is a WidgetList"):
        dynamic.resource(described.resource()).list()


def test_the_dynamic_client_reads_and_writes_subresources() -> None:
    scale = {"kind": "Scale", "apiVersion": "autoscaling/v1", "spec": {"replicas": 3}}
    transport = ScriptedTransport(answer(200, scale))
    described = discovery.ServedResource(
        group="apps", version="v1", kind="Deployment", plural="deployments", namespaced=True
    )
    dynamic = DynamicClient(RESTClient(transport))
    deployments = dynamic.resource(described.resource(), "default")
    found = deployments.get_subresource("web", "scale")
    assert (found.kind, found["spec"]) == ("Scale", {"replicas": 3})
    deployments.update_subresource("web", found, "scale")
    put = transport.requests[1]
    assert put.path == "/apis/apps/v1/namespaces/default/deployments/web/scale"
    assert b'"kind":"Scale"' in (put.body or b"")
