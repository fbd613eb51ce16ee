# Derived from tests/kube/client/_async/test_mistakes.py: python hack/unasync.py. DO NOT EDIT.
"""Mistakes that everybody makes once are errors at once, which say what to do instead."""

from __future__ import annotations

from typing import Any

import pytest

from generated.clientset.versioned import Clientset
from kube.client import (
    Client,
    Config,
    DiscoveryClient,
    DynamicClient,
    RESTClient,
)
from tests.kube.client.kinds import Widget, Widgets, widget
from tests.kube.client.scripted import ScriptedTransport, answer

CONFIG: Any = Config(server="https://cluster.example")


def test_a_config_in_the_place_of_a_rest_client_is_refused_with_the_right_call() -> None:
    with pytest.raises(TypeError, match=r"not Config; .* Clientset\.for_config\(config\)"):
        Clientset(CONFIG)
    with pytest.raises(TypeError, match=r"not Config; .* RESTClient\.for_config\(config\)"):
        DynamicClient(CONFIG)
    with pytest.raises(TypeError, match=r"a transport, not Config; .* RESTClient\.for_config"):
        RESTClient(CONFIG)


def test_discovery_and_for_config_refuse_what_they_cannot_use() -> None:
    with pytest.raises(TypeError, match=r"not Config; .* RESTClient\.for_config\(config\)"):
        DiscoveryClient(CONFIG)
    path: Any = "kubeconfig"
    with pytest.raises(TypeError, match=r"takes a Config, not str; Config\.load\(path\)"):
        Clientset.for_config(path)


def test_what_is_not_a_kind_or_an_object_is_refused_with_what_to_pass() -> None:
    client: Any = Client(RESTClient(ScriptedTransport(AssertionError("asked"))))
    for wrong in ("Widget", widget("one")):
        with pytest.raises(TypeError, match=r"does not name a kind: pass a class"):
            client.get(wrong, "one", "there")
    with pytest.raises(TypeError, match="Widget is a class: pass an object of it"):
        client.create(Widget)
    with pytest.raises(TypeError, match=r"a dict is not an object .*Unstructured\.from_tree"):
        client.create({"apiVersion": "v1", "kind": "ConfigMap"})
    widgets: Any = Widgets(client.rest)
    with pytest.raises(TypeError, match=r"label_selector is text .*, not dict"):
        widgets.list(label_selector={"tier": "web"})


def test_creating_and_deleting_all_need_a_namespace() -> None:
    transport = ScriptedTransport(AssertionError("asked"))
    widgets = Widgets(RESTClient(transport))
    nowhere = widget("one")
    nowhere.metadata.namespace = ""
    with pytest.raises(ValueError, match=r"create of widgets needs a namespace: .* set metadata"):
        widgets.create(nowhere)
    with pytest.raises(ValueError, match="delete_collection of widgets needs a namespace"):
        widgets.delete_collection()


def test_the_namespace_of_an_object_is_enough_to_create_it() -> None:
    transport = ScriptedTransport(answer(201, b'{"kind":"Widget","spec":{}}'))
    placed = widget("one")
    placed.metadata.namespace = "there"
    Widgets(RESTClient(transport)).create(placed)
    assert transport.requests[0].path == "/apis/example.com/v1/namespaces/there/widgets"
