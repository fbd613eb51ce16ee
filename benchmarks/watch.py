"""Watch events over https, from the connection to a handler that counts them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

from benchmarks.measure import Code, Numbers, Round, race, serving
from benchmarks.report import OURS, Column, Table, aim_of_value
from benchmarks.samples import Sample

CASES = (("small", 50), ("small", 500), ("full", 500))
"""Kinds of Pods, and how many the cache holds: the more, the colder is the memory."""

SECONDS = 300.0
"""After which a contestant that did not see all the events is given up."""


def tables(*, count: int, rounds: int) -> list[Table]:
    """`count` events a round."""
    return [_table(kind, objects, count, rounds) for kind, objects in CASES]


def _table(kind: str, objects: int, count: int, rounds: int) -> Table:
    size = len(Sample(kind).pod(0, 0)) / 1000
    with serving(kind=kind, objects=objects, events=count) as kubeconfig:
        options = {"kubeconfig": kubeconfig, "count": count}

        def entry(name: str, function: str, distribution: str = "") -> Code:
            return Code(name, f"{__name__}:{function}", options, distribution)

        outcomes = race(
            [
                entry(OURS, "ours"),
                entry("floor: aiohttp, msgspec and a dict", "floor"),
                entry("lightkube, a loop and a dict", "lightkube", "lightkube"),
                entry("kubernetes, its informer", "kubernetes", "kubernetes"),
                entry(
                    "kubernetes_asyncio, a loop and a dict",
                    "kubernetes_asyncio",
                    "kubernetes_asyncio",
                ),
            ],
            rounds,
        )
    return Table(
        f"A watch event of a Pod of {size:.1f} KB, through an informer of {objects} to its handler",
        [Column("CPU, µs an event", "event", 1e6)],
        outcomes,
        [aim_of_value(outcomes, "event", 15, "µs", 1e6)] if kind == "small" else (),
    )


class Stretch:
    """The CPU time from the first event to the last."""

    def __init__(self, count: int, done: Callable[[], Any]) -> None:
        self._count = count
        self._done = done
        self._began = self._ended = 0.0
        self._seen = 0

    def event(self, *_: object) -> None:
        self._seen += 1
        if self._seen == 1:
            self._began = time.process_time()
        elif self._seen == self._count:
            self._ended = time.process_time()
            self._done()

    def numbers(self) -> Numbers:
        if self._seen < self._count:
            raise TimeoutError(f"{self._seen} of {self._count} events came")
        return {"event": (self._ended - self._began) / (self._count - 1)}


def ours(kubeconfig: str, count: int) -> Round:
    from benchmarks.clients import PODS, config
    from kube.cache import SharedInformerFactory
    from kube.client import AsyncClientsetBase

    async def watched() -> Numbers:
        done = asyncio.Event()
        stretch = Stretch(count, done.set)
        async with (
            AsyncClientsetBase.for_config(config(kubeconfig)) as clients,
            SharedInformerFactory(clients) as factory,
        ):
            factory.informer_for(PODS).add_event_handler(on_update=stretch.event)
            await factory.wait_for_cache_sync()
            await asyncio.wait_for(done.wait(), SECONDS)
        return stretch.numbers()

    return lambda: asyncio.run(watched())


def floor(kubeconfig: str, count: int) -> Round:
    import aiohttp
    import msgspec

    from benchmarks.floor import plain
    from benchmarks.requests import server_of
    from kube.api.core.v1 import Pod

    event: Any = msgspec.defstruct("Event", [("type", str), ("object", plain(Pod))], gc=False)
    decode = msgspec.json.Decoder(event).decode
    url, tls = server_of(kubeconfig)

    async def watched() -> Numbers:
        stretch = Stretch(count, bool)
        cache: dict[str, Any] = {}
        seen = 0
        async with (
            aiohttp.ClientSession(read_bufsize=2**18) as session,
            session.get(f"{url}/api/v1/pods?watch=1", ssl=tls) as response,
        ):
            async for line in response.content:
                pod = decode(line).object
                cache[pod.metadata.name] = pod
                stretch.event()
                seen += 1
                if seen == count:
                    break
        return stretch.numbers()

    return lambda: asyncio.run(watched())


def lightkube(kubeconfig: str, count: int) -> Round:
    from lightkube import AsyncClient, KubeConfig
    from lightkube.resources.core_v1 import Pod

    async def watched() -> Numbers:
        stretch = Stretch(count, bool)
        cache: dict[str, Any] = {}
        seen = 0
        client = AsyncClient(KubeConfig.from_file(kubeconfig))
        async for _, pod in client.watch(Pod, namespace="*"):
            cache[pod.metadata.name] = pod
            stretch.event(pod)
            seen += 1
            if seen == count:
                break
        await client.close()
        return stretch.numbers()

    return lambda: asyncio.run(watched())


def kubernetes(kubeconfig: str, count: int) -> Round:
    from kubernetes import client, config
    from kubernetes.informer import MODIFIED, SharedInformer

    config.load_kube_config(kubeconfig)

    def watched() -> Numbers:
        done = threading.Event()
        stretch = Stretch(count, done.set)
        informer = SharedInformer(client.CoreV1Api().list_pod_for_all_namespaces)
        informer.add_event_handler(MODIFIED, stretch.event)
        informer.start()
        done.wait(SECONDS)
        informer.stop()
        return stretch.numbers()

    return watched


def kubernetes_asyncio(kubeconfig: str, count: int) -> Round:
    from kubernetes_asyncio import client, config, watch

    async def watched() -> Numbers:
        stretch = Stretch(count, bool)
        cache: dict[str, Any] = {}
        seen = 0
        await config.load_kube_config(kubeconfig)
        async with client.ApiClient() as api:
            list_pods = client.CoreV1Api(api).list_pod_for_all_namespaces
            async with watch.Watch() as stream:
                async for event in stream.stream(list_pods):
                    cache[event["object"].metadata.name] = event["object"]
                    stretch.event(event)
                    seen += 1
                    if seen == count:
                        break
        return stretch.numbers()

    return lambda: asyncio.run(watched())
