"""An informer's first list, page by page over https: CPU, peak memory, and memory a cached Pod."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Iterable
from typing import Any

from benchmarks.measure import Code, Numbers, Round, peak_resident, race, resident, serving
from benchmarks.report import OURS, Column, Table, aim_of_ratio

PAGE = 500
SECONDS = 1800.0

MOST_FOR_SLOW_PEERS = 10_000
"""Above this, peers that take 100 KiB a Pod and more sit it out."""


def tables(*, objects: int, rounds: int) -> list[Table]:
    """`objects` Pods; each round is the first of a new process."""
    with serving(kind="full", objects=objects) as kubeconfig:
        options = {"kubeconfig": kubeconfig, "objects": objects}

        def entry(name: str, function: str, distribution: str = "", **more: Any) -> Code:
            prepare = f"{__name__}:{function}"
            return Code(name, prepare, {**options, **more}, distribution, fresh=True)

        contestants = [
            entry(OURS, "ours"),
            entry(f"{OURS}, strip_managed_fields", "ours", strip=True),
            entry(f"{OURS}, streamed", "ours", watch_list=True),
            entry("floor: aiohttp, msgspec and a dict", "floor"),
            entry("lightkube, a list into a dict", "lightkube", "lightkube"),
        ]
        if objects <= MOST_FOR_SLOW_PEERS:
            contestants.append(entry("kubernetes, its informer", "kubernetes", "kubernetes"))
        outcomes = race(contestants, rounds)
    return [
        Table(
            f"An informer's sync of {objects:,} Pods of 7.8 KB, in pages of {PAGE}",
            [
                Column("CPU, µs a Pod", "cpu", 1e6),
                Column("memory, KiB a cached Pod", "kept", 1 / 1024),
                Column("peak memory, MiB", "peak", 1 / 2**20),
            ],
            outcomes,
            [aim_of_ratio(outcomes, "kept", "lightkube, a list into a dict", 1)],
        )
    ]


class Sync:
    """What it took from here to `numbers`."""

    def __init__(self) -> None:
        gc.collect()
        self._memory = resident()
        self._began = time.process_time()

    def numbers(self, cached: Iterable[object], objects: int) -> Numbers:
        cpu = time.process_time() - self._began
        if (found := sum(1 for _ in cached)) != objects:
            raise AssertionError(f"{found} of {objects} Pods are cached")
        peak = peak_resident()
        gc.collect()
        kept = resident() - self._memory
        return {"cpu": cpu / objects, "kept": kept / objects, "peak": peak - self._memory}


def ours(kubeconfig: str, objects: int, *, watch_list: bool = False, strip: bool = False) -> Round:
    from benchmarks.clients import PODS, config
    from kube.cache import SharedInformerFactory, strip_managed_fields
    from kube.client import AsyncClientsetBase

    transform = strip_managed_fields if strip else None

    async def synced() -> Numbers:
        async with (
            AsyncClientsetBase.for_config(config(kubeconfig)) as clients,
            SharedInformerFactory(clients, transform=transform, watch_list=watch_list) as factory,
        ):
            informer = factory.informer_for(PODS)
            sync = Sync()
            await factory.wait_for_cache_sync(SECONDS)
            return sync.numbers(informer.indexer.list(), objects)

    return lambda: asyncio.run(synced())


def floor(kubeconfig: str, objects: int) -> Round:
    import aiohttp
    import msgspec

    from benchmarks.floor import plain
    from benchmarks.requests import server_of
    from kube.api.core.v1 import PodList
    from kube.client.decoding import collector_paused

    decode = msgspec.json.Decoder(plain(PodList)).decode
    url, tls = server_of(kubeconfig)

    async def synced() -> Numbers:
        cache: dict[str, Any] = {}
        following = ""
        async with aiohttp.ClientSession(read_bufsize=2**18) as session:
            sync = Sync()
            while True:
                page = f"{url}/api/v1/pods?limit={PAGE}&continue={following}"
                async with session.get(page, ssl=tls) as response:
                    body = await response.read()
                with collector_paused():
                    found = decode(body)
                for pod in found.items:
                    for entry in pod.metadata.managed_fields or ():
                        entry.fields_v1 = entry.fields_v1.copy()
                    cache[f"{pod.metadata.namespace}/{pod.metadata.name}"] = pod
                following = found.metadata.continue_
                if not following:
                    del body, found
                    return sync.numbers(cache, objects)

    return lambda: asyncio.run(synced())


def lightkube(kubeconfig: str, objects: int) -> Round:
    from lightkube import AsyncClient, KubeConfig
    from lightkube.resources.core_v1 import Pod

    async def synced() -> Numbers:
        client = AsyncClient(KubeConfig.from_file(kubeconfig))
        sync = Sync()
        cache = {
            f"{pod.metadata.namespace}/{pod.metadata.name}": pod
            async for pod in client.list(Pod, namespace="*", chunk_size=PAGE)
        }
        return sync.numbers(cache, objects)

    return lambda: asyncio.run(synced())


def kubernetes(kubeconfig: str, objects: int) -> Round:
    from kubernetes import client, config
    from kubernetes.informer import ADDED, SharedInformer

    config.load_kube_config(kubeconfig)

    def synced() -> Numbers:
        done = threading.Event()
        remaining = iter(range(objects - 1, -1, -1))

        def added(_: object) -> None:
            if next(remaining) == 0:
                done.set()

        informer = SharedInformer(client.CoreV1Api().list_pod_for_all_namespaces)
        informer.add_event_handler(ADDED, added)
        sync = Sync()
        informer.start()
        done.wait(SECONDS)
        # Not stopped: that waits for the watch, which is silent. The process ends in a moment.
        return sync.numbers(informer.cache.list(), objects)

    return synced
