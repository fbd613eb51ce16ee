"""Mistakes that everybody makes once are errors at once, which say what to do instead."""

from __future__ import annotations

from typing import Any

import pytest

from generated.clientset.versioned import AsyncClientset
from kube.client import AsyncDynamicClient, AsyncRESTClient, Config
from tests.kube.client.kinds import AsyncWidgets, widget
from tests.kube.client.scripted import AsyncScriptedTransport, answer

CONFIG: Any = Config(server="https://cluster.example")


def test_a_config_in_the_place_of_a_rest_client_is_refused_with_the_right_call() -> None:
    with pytest.raises(TypeError, match=r"not Config; .* AsyncClientset\.for_config\(config\)"):
        AsyncClientset(CONFIG)
    with pytest.raises(TypeError, match=r"not Config; .* AsyncRESTClient\.for_config\(config\)"):
        AsyncDynamicClient(CONFIG)
    with pytest.raises(TypeError, match=r"a transport, not Config; .* AsyncRESTClient\.for_config"):
        AsyncRESTClient(CONFIG)


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
    transport = AsyncScriptedTransport(answer(201, b'{"metadata":{},"spec":{}}'))
    placed = widget("one")
    placed.metadata.namespace = "there"
    await AsyncWidgets(AsyncRESTClient(transport)).create(placed)
    assert transport.requests[0].path == "/apis/example.com/v1/namespaces/there/widgets"
