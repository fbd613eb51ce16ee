"""One client, used by many threads or by several event loops."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from kube.client import AsyncRESTClient, Config, RESTClient
from kube.envtest import Environment
from tests.kube.client.faulty import answers, faulty, sends
from tests.kube.client.kinds import Widgets, widget, widget_server


def test_many_threads_share_one_synchronous_client() -> None:
    with (
        Environment(server=widget_server()) as environment,
        RESTClient.for_config(Config.load(environment.kubeconfig, qps=-1)) as rest,
        ThreadPoolExecutor(20) as threads,
    ):
        widgets = Widgets(rest, "default")
        names = [f"w{number}" for number in range(60)]
        list(threads.map(lambda name: widgets.create(widget(name)), names))
        found = list(threads.map(widgets.get, names))
    assert [obj.metadata.name for obj in found] == names


def test_an_asynchronous_client_says_that_it_belongs_to_one_loop() -> None:
    with faulty(sends(answers(b"1"))) as server:
        rest = AsyncRESTClient.for_config(Config(server=server.url))
        with asyncio.Runner() as first, asyncio.Runner() as second:
            first.run(rest.request("GET", "/x"))
            with pytest.raises(RuntimeError, match="belongs to another event loop"):
                second.run(rest.request("GET", "/x"))
            first.run(rest.close())
