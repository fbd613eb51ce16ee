"""GETs of one Pod over https, one at a time and 50 in flight."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.measure import Code, GoProgram, Numbers, Round, race, serving
from benchmarks.report import OURS, Column, Table, aim_of_ratio

ASYNC = f"{OURS}, async"
SYNC = f"{OURS}, sync"
AIOHTTP = "by hand: aiohttp and msgspec"
URLLIB3 = "by hand: urllib3 and msgspec"
BARE = "floor: TLS, the parser, msgspec"
IN_FLIGHT = 50

NAME, NAMESPACE = "web-7c5ddbdf54-00000000", "team-0000"


def tables(*, count: int, rounds: int) -> list[Table]:
    """`count` GETs a round."""
    with serving(kind="full") as kubeconfig:
        options = {"kubeconfig": kubeconfig, "count": count}

        def entry(name: str, function: str, distribution: str = "") -> Code:
            return Code(name, f"{__name__}:{function}", options, distribution)

        outcomes = race(
            [
                entry(ASYNC, "ours_async"),
                entry(SYNC, "ours_sync"),
                entry(AIOHTTP, "by_aiohttp"),
                entry(f"{URLLIB3}, in threads", "by_urllib3"),
                entry(f"{BARE}, a Protocol of asyncio", "bare_protocol"),
                entry(f"{BARE}, a reader of the event loop", "bare_reader"),
                entry(f"{BARE}, blocking, in threads", "bare_socket"),
                GoProgram(
                    "client-go 0.36, JSON", "go-client", [kubeconfig, NAMESPACE, NAME, str(count)]
                ),
                entry("lightkube, async", "lightkube_async", "lightkube"),
                entry("lightkube, sync", "lightkube_sync", "lightkube"),
                entry("kubernetes", "kubernetes", "kubernetes"),
                entry("kubernetes_asyncio", "kubernetes_asyncio", "kubernetes_asyncio"),
            ],
            rounds,
        )
        first = race(
            [
                entry(ASYNC, "first_async"),
                entry(SYNC, "first_sync"),
                entry(AIOHTTP, "first_by_aiohttp"),
                entry(URLLIB3, "first_by_urllib3"),
            ],
            rounds,
        )
    return [
        Table(
            "A GET of a Pod of 7.8 KB over https",
            [
                Column("one at a time: CPU, µs", "one", 1e6),
                Column("50 in flight: CPU, µs", "many", 1e6),
            ],
            outcomes,
            [
                f"{title}: {aim_of_ratio(outcomes, key, peer, least, ours)}"
                for ours, peer, least in (
                    (ASYNC, AIOHTTP, 2.5),
                    (SYNC, f"{URLLIB3}, in threads", 2),
                )
                for title, key in (("one at a time", "one"), ("50 in flight", "many"))
            ],
            reference=ASYNC,
        ),
        Table(
            "The first GET over a new connection",
            [Column("wall, ms", "wall", 1e3), Column("CPU, ms", "cpu", 1e3)],
            first,
            reference=ASYNC,
        ),
    ]


def _both_async(
    count: int, loop: asyncio.AbstractEventLoop, get: Callable[[], Awaitable[Any]]
) -> Round:
    async def some(number: int) -> None:
        for _ in range(number):
            await get()

    async def all_at_once() -> None:
        await asyncio.gather(*(some(count // IN_FLIGHT) for _ in range(IN_FLIGHT)))

    loop.run_until_complete(all_at_once())  # connections are made before they are measured

    def run() -> Numbers:
        began = time.process_time()
        loop.run_until_complete(some(count))
        one = time.process_time()
        loop.run_until_complete(all_at_once())
        many = time.process_time()
        return {"one": (one - began) / count, "many": (many - one) / count}

    return run


def _both_threaded(count: int, get: Callable[[], Any]) -> Round:
    executor = ThreadPoolExecutor(IN_FLIGHT)

    def some(number: int) -> None:
        for _ in range(number):
            get()

    def all_at_once() -> None:
        list(executor.map(some, [count // IN_FLIGHT] * IN_FLIGHT))

    get()  # alone: msgspec can crash where several threads first use one type at once
    all_at_once()

    def run() -> Numbers:
        began = time.process_time()
        some(count)
        one = time.process_time()
        all_at_once()
        many = time.process_time()
        return {"one": (one - began) / count, "many": (many - one) / count}

    return run


def ours_async(kubeconfig: str, count: int) -> Round:
    from benchmarks.clients import AsyncPodClient, config
    from kube.client import AsyncRESTClient

    loop = asyncio.new_event_loop()

    async def made() -> AsyncPodClient:
        return AsyncPodClient(AsyncRESTClient.for_config(config(kubeconfig)), NAMESPACE)

    pods = loop.run_until_complete(made())
    return _both_async(count, loop, lambda: pods.get(NAME))


def ours_sync(kubeconfig: str, count: int) -> Round:
    from benchmarks.clients import PodClient, config
    from kube.client import RESTClient

    pods = PodClient(RESTClient.for_config(config(kubeconfig)), NAMESPACE)
    return _both_threaded(count, lambda: pods.get(NAME))


def by_aiohttp(kubeconfig: str, count: int) -> Round:
    import aiohttp
    import msgspec

    from benchmarks.floor import plain
    from kube.api.core.v1 import Pod

    loop = asyncio.new_event_loop()
    decode = msgspec.json.Decoder(plain(Pod)).decode
    url, tls = server_of(kubeconfig)

    async def made() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=tls))

    session = loop.run_until_complete(made())

    async def get() -> None:
        async with session.get(f"{url}/api/v1/namespaces/{NAMESPACE}/pods/{NAME}") as response:
            decode(await response.read())

    return _both_async(count, loop, get)


def by_urllib3(kubeconfig: str, count: int) -> Round:
    import msgspec
    import urllib3

    from benchmarks.floor import plain
    from kube.api.core.v1 import Pod

    decode = msgspec.json.Decoder(plain(Pod)).decode
    url, tls = server_of(kubeconfig)
    pool = urllib3.connection_from_url(url, maxsize=IN_FLIGHT, ssl_context=tls)

    def get() -> None:
        decode(pool.request("GET", f"/api/v1/namespaces/{NAMESPACE}/pods/{NAME}").data)

    return _both_threaded(count, get)


def bare_protocol(kubeconfig: str, count: int) -> Round:
    from benchmarks.bare import BareProtocol

    return _bare(kubeconfig, count, BareProtocol.connect)


def bare_reader(kubeconfig: str, count: int) -> Round:
    from benchmarks.bare import BareReader

    return _bare(kubeconfig, count, BareReader.connect)


def _bare(
    kubeconfig: str, count: int, connect: Callable[[str, ssl.SSLContext], Awaitable[Any]]
) -> Round:
    import msgspec

    from benchmarks.floor import plain
    from kube.api.core.v1 import Pod

    loop = asyncio.new_event_loop()
    decode = msgspec.json.Decoder(plain(Pod)).decode
    url, tls = server_of(kubeconfig)

    async def made() -> list[Any]:
        return [await connect(url, tls) for _ in range(IN_FLIGHT)]

    idle = loop.run_until_complete(made())

    async def get() -> None:
        connection = idle.pop()
        decode(await connection.get(f"/api/v1/namespaces/{NAMESPACE}/pods/{NAME}"))
        idle.append(connection)

    return _both_async(count, loop, get)


def bare_socket(kubeconfig: str, count: int) -> Round:
    import msgspec

    from benchmarks.bare import BareSocket
    from benchmarks.floor import plain
    from kube.api.core.v1 import Pod

    decode = msgspec.json.Decoder(plain(Pod)).decode
    url, tls = server_of(kubeconfig)
    own = threading.local()

    def get() -> None:
        if not hasattr(own, "connection"):
            own.connection = BareSocket(url, tls)
        decode(own.connection.get(f"/api/v1/namespaces/{NAMESPACE}/pods/{NAME}"))

    return _both_threaded(count, get)


def _first(count: int, get: Callable[[], Any]) -> Round:
    """`get` makes a client, asks once and closes it."""
    number = max(1, count // 20)
    get()

    def run() -> Numbers:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(number):
            get()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return {"wall": wall / number, "cpu": cpu / number}

    return run


def first_async(kubeconfig: str, count: int) -> Round:
    from benchmarks.clients import AsyncPodClient, config
    from kube.client import AsyncRESTClient

    loop, loaded = asyncio.new_event_loop(), config(kubeconfig)
    tls = loaded.tls()  # the context takes longer than all the rest, and nobody makes it twice

    async def get() -> None:
        async with AsyncRESTClient(loaded.async_transport(tls)) as rest:
            await AsyncPodClient(rest, NAMESPACE).get(NAME)

    return _first(count, lambda: loop.run_until_complete(get()))


def first_sync(kubeconfig: str, count: int) -> Round:
    from benchmarks.clients import PodClient, config
    from kube.client import RESTClient

    loaded = config(kubeconfig)
    tls = loaded.tls()

    def get() -> None:
        with RESTClient(loaded.transport(tls)) as rest:
            PodClient(rest, NAMESPACE).get(NAME)

    return _first(count, get)


def first_by_aiohttp(kubeconfig: str, count: int) -> Round:
    import aiohttp
    import msgspec

    from benchmarks.floor import plain
    from kube.api.core.v1 import Pod

    loop = asyncio.new_event_loop()
    decode = msgspec.json.Decoder(plain(Pod)).decode
    url, tls = server_of(kubeconfig)

    async def get() -> None:
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls)) as session,
            session.get(f"{url}/api/v1/namespaces/{NAMESPACE}/pods/{NAME}") as response,
        ):
            decode(await response.read())

    return _first(count, lambda: loop.run_until_complete(get()))


def first_by_urllib3(kubeconfig: str, count: int) -> Round:
    import msgspec
    import urllib3

    from benchmarks.floor import plain
    from kube.api.core.v1 import Pod

    decode = msgspec.json.Decoder(plain(Pod)).decode
    url, tls = server_of(kubeconfig)

    def get() -> None:
        pool = urllib3.connection_from_url(url, ssl_context=tls)
        decode(pool.request("GET", f"/api/v1/namespaces/{NAMESPACE}/pods/{NAME}").data)
        pool.close()

    return _first(count, get)


def server_of(kubeconfig: str) -> tuple[str, ssl.SSLContext]:
    """The URL, and a context that trusts it."""
    with open(kubeconfig) as file:
        cluster = json.load(file)["clusters"][0]["cluster"]
    return cluster["server"], ssl.create_default_context(cafile=cluster["certificate-authority"])


def lightkube_async(kubeconfig: str, count: int) -> Round:
    from lightkube import AsyncClient, KubeConfig
    from lightkube.resources.core_v1 import Pod

    loop = asyncio.new_event_loop()

    async def made() -> AsyncClient:
        return AsyncClient(KubeConfig.from_file(kubeconfig), namespace=NAMESPACE)

    client = loop.run_until_complete(made())
    return _both_async(count, loop, lambda: client.get(Pod, NAME))


def lightkube_sync(kubeconfig: str, count: int) -> Round:
    from lightkube import Client, KubeConfig
    from lightkube.resources.core_v1 import Pod

    client = Client(KubeConfig.from_file(kubeconfig), namespace=NAMESPACE)
    return _both_threaded(count, lambda: client.get(Pod, NAME))


def kubernetes(kubeconfig: str, count: int) -> Round:
    from kubernetes import client, config

    config.load_kube_config(kubeconfig)
    core = client.CoreV1Api()
    return _both_threaded(count, lambda: core.read_namespaced_pod(NAME, NAMESPACE))


def kubernetes_asyncio(kubeconfig: str, count: int) -> Round:
    from kubernetes_asyncio import client, config

    loop = asyncio.new_event_loop()

    async def made() -> client.CoreV1Api:
        await config.load_kube_config(kubeconfig)
        return client.CoreV1Api()

    core = loop.run_until_complete(made())
    return _both_async(count, loop, lambda: core.read_namespaced_pod(NAME, NAMESPACE))
