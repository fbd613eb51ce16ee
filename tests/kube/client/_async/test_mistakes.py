"""Mistakes that everybody makes once are errors at once, which say what to do instead."""

from __future__ import annotations

from typing import Any

import pytest

from generated.clientset.versioned import AsyncClientset
from kube.client import (
    AsyncClient,
    AsyncDiscoveryClient,
    AsyncDynamicClient,
    AsyncRESTClient,
    Config,
)
from tests.kube.client.kinds import AsyncWidgets, Widget, widget
from tests.kube.client.scripted import AsyncScriptedTransport, answer

CONFIG: Any = Config(server="https://cluster.example")


def test_a_config_in_the_place_of_a_rest_client_is_refused_with_the_right_call() -> None:
    with pytest.raises(TypeError, match=r"not Config; .* AsyncClientset\.for_config\(config\)"):
        AsyncClientset(CONFIG)
    with pytest.raises(TypeError, match=r"not Config; .* AsyncRESTClient\.for_config\(config\)"):
        AsyncDynamicClient(CONFIG)
    with pytest.raises(TypeError, match=r"a transport, not Config; .* AsyncRESTClient\.for_config"):
        AsyncRESTClient(CONFIG)


def test_discovery_and_for_config_refuse_what_they_cannot_use() -> None:
    with pytest.raises(TypeError, match=r"not Config; .* AsyncRESTClient\.for_config\(config\)"):
        AsyncDiscoveryClient(CONFIG)
    path: Any = "kubeconfig"
    with pytest.raises(TypeError, match=r"takes a Config, not str; Config\.load\(path\)"):
        AsyncClientset.for_config(path)


async def test_what_is_not_a_kind_or_an_object_is_refused_with_what_to_pass() -> None:
    client: Any = AsyncClient(AsyncRESTClient(AsyncScriptedTransport(AssertionError("asked"))))
    for wrong in ("Widget", widget("one")):
        with pytest.raises(TypeError, match=r"does not name a kind: pass a class"):
            await client.get(wrong, "one", "there")
    with pytest.raises(TypeError, match="Widget is a class: pass an object of it"):
        await client.create(Widget)
    with pytest.raises(TypeError, match=r"a dict is not an object .*Unstructured\.from_tree"):
        await client.create({"apiVersion": "v1", "kind": "ConfigMap"})
    widgets: Any = AsyncWidgets(client.rest)
    with pytest.raises(TypeError, match=r"label_selector is text .*, not dict"):
        await widgets.list(label_selector={"tier": "web"})


async def test_creating_and_deleting_all_need_a_namespace() -> None:
    transport = AsyncScriptedTransport(AssertionError("asked"))
    widgets = AsyncWidgets(AsyncRESTClient(transport))
    nowhere = widget("one")
    nowhere.metadata.namespace = ""
    with pytest.raises(ValueError, match=r"create of widgets needs a namespace: .* set metadata"):
        await widgets.create(nowhere)
    with pytest.raises(ValueError, match="delete_collection of widgets needs a namespace"):
        await widgets.delete_collection()


async def test_the_namespace_of_an_object_is_enough_to_create_it() -> None:
    transport = AsyncScriptedTransport(answer(201, b'{"kind":"Widget","spec":{}}'))
    placed = widget("one")
    placed.metadata.namespace = "there"
    await AsyncWidgets(AsyncRESTClient(transport)).create(placed)
    assert transport.requests[0].path == "/apis/example.com/v1/namespaces/there/widgets"
