"""The soak: rounds of random writes and random faults, each followed by a rest that is examined.

At rest every store and every handler's own book equals the server's list. Then everything is
deleted, and what is left of memory, tasks, threads and file descriptors is compared with the first
rests: those who do not grow do not leak.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal

import msgspec

from kube.cache import backoff, recovery, reflector
from kube.client import AsyncRESTClient, TransportError
from kube.client.transport import AsyncTransport
from kube.envtest import AsyncMemoryTransport, Environment
from kube.runtime.errors import AlreadyExistsError, APIError
from tests.kube.soak.faults import FaultyTransport
from tests.kube.soak.followers import WIDGETS, Follower

NAMESPACES = ("soak-x", "soak-y", "soak-z")
CRDS = Path(__file__).parents[1] / "conformance" / "definitions" / "widgets.yaml"

WRITERS = 3
ROUND_SECONDS = 3.0
RATES = (0.2, 0.4, 0.7, 0.9, 1.0)
"""Shares of an informer's requests that go wrong in a round, each informer another one."""
REST_SECONDS = 60.0
"""How long a store may take to be as the server again."""
WARM_UP = 2
"""Rounds after which nothing may grow any more."""
MOST_REQUESTS = 40
"""Requests of one informer within a second."""
MOST_GROWTH = 400_000
"""Bytes that may be traced beyond those after the warm-up: caches of URLs fill for some rounds."""
MOST_DESCRIPTORS = 8
"""File descriptors beyond those after the warm-up: idle connections come and go."""

IMPATIENCE = {
    (backoff, "INITIAL"): 0.05,
    (backoff, "LIMIT"): 0.5,
    (reflector, "WATCH_SECONDS"): (1, 4),
    (reflector, "READ_MARGIN"): 1.0,
    (reflector, "SILENCE"): 3.0,
    (reflector, "INITIAL_SILENCE"): 1.0,
    (recovery, "SHORT_WATCH"): 0.1,
    (recovery, "STEADY_WATCH"): 1.0,
}
"""The same code, sooner."""


class SoakError(AssertionError):
    """What should hold did not. The seed is part of the message."""


@dataclass(frozen=True, slots=True)
class Report:
    rounds: int
    writes: int
    requests: int
    faults: int
    busiest: int
    growth: int


@dataclass(frozen=True, slots=True)
class Left:
    """What a rest leaves behind."""

    bytes: int
    tasks: int
    threads: int
    descriptors: int

    @classmethod
    def now(cls) -> Left:
        gc.collect()
        return cls(
            tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else 0,
            len(asyncio.all_tasks()),
            threading.active_count(),
            len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0,
        )


class Writer:
    """Somebody who changes widgets, sensibly or not, on a line without faults."""

    def __init__(self, rest: AsyncRESTClient, random: Random) -> None:
        self._rest = rest
        self._random = random
        self.writes = 0

    async def write(self) -> None:
        random = self._random
        name, namespace = f"w{random.randrange(15)}", random.choice(NAMESPACES)
        action = random.choice(
            ["create", "create", "grow", "grow", "paint", "break", "delete", "replace", "finalize"]
        )
        self.writes += 1
        with suppress(APIError):  # it was there already, or was not
            if action == "create":
                await self._create(name, namespace)
            elif action == "grow":
                await self._patch(name, namespace, {"spec": {"size": random.randrange(100)}})
            elif action == "paint":
                color = random.choice(["red", "green", None])
                await self._patch(name, namespace, {"metadata": {"labels": {"color": color}}})
            elif action == "break":
                await self._patch(name, namespace, {"spec": {"free": {"here": "no number"}}})
            elif action == "finalize":
                await self._patch(name, namespace, {"metadata": {"finalizers": None}})
            else:
                await self._rest.request("DELETE", WIDGETS.path(namespace, name))
                if action == "replace":
                    await self._create(name, namespace)

    async def mend(self) -> None:
        """Nothing is left that does not decode."""
        for meta in [each["metadata"] for each in await self.listed()]:
            with suppress(APIError):
                await self._patch(meta["name"], meta["namespace"], {"spec": {"free": None}})

    async def clear(self) -> None:
        """Nothing is left at all."""
        for meta in [each["metadata"] for each in await self.listed()]:
            name, namespace = meta["name"], meta["namespace"]
            await self._patch(name, namespace, {"metadata": {"finalizers": None}})
            with suppress(APIError):
                await self._rest.request("DELETE", WIDGETS.path(namespace, name))

    async def listed(self) -> list[dict[str, Any]]:
        response = await self._rest.request("GET", WIDGETS.path())
        found: list[dict[str, Any]] = msgspec.json.decode(response.body)["items"]
        return found

    async def _create(self, name: str, namespace: str) -> None:
        metadata: dict[str, Any] = {"name": name}
        if self._random.random() < 0.3:
            metadata["finalizers"] = ["example.io/soak"]
        if self._random.random() < 0.5:
            metadata["labels"] = {"color": "red"}
        body = {"apiVersion": "example.io/v1", "kind": "Widget", "metadata": metadata}
        spec = {"size": 1, "free": {"padding": 1}}
        await self._rest.request(
            "POST", WIDGETS.path(namespace), body=msgspec.json.encode({**body, "spec": spec})
        )

    async def _patch(self, name: str, namespace: str, patch: dict[str, Any]) -> None:
        await self._rest.request(
            "PATCH",
            WIDGETS.path(namespace, name),
            headers={"content-type": "application/merge-patch+json"},
            body=msgspec.json.encode(patch),
        )


class Soak:
    """One soak against one environment."""

    def __init__(self, environment: Environment, seed: int, *, embedded: bool) -> None:
        self._environment = environment
        self._embedded = embedded
        self._random = Random(seed)
        self._network = AsyncRESTClient.for_config(environment.config)
        self._followers: list[Follower] = []
        self._writer = Writer(self._network, self._random)
        self.rounds = 0

    async def run(self, seconds: float) -> Report:
        began = time.monotonic()
        warm: Left | None = None
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._network.close)
            await self._begin(stack)
            while self.rounds <= WARM_UP or time.monotonic() - began < seconds:
                await self._round()
                await self._come_to_rest()
                left = Left.now()
                if self.rounds == WARM_UP:
                    warm = left
            assert warm is not None
            self._compare(warm, left)
        return Report(
            rounds=self.rounds,
            writes=self._writer.writes,
            requests=sum(follower.transport.requests for follower in self._followers),
            faults=sum(follower.transport.faults for follower in self._followers),
            busiest=max(follower.transport.busiest for follower in self._followers),
            growth=left.bytes - warm.bytes,
        )

    async def _begin(self, stack: AsyncExitStack) -> None:
        for namespace in NAMESPACES:
            body = msgspec.json.encode({"metadata": {"name": namespace}})
            with suppress(AlreadyExistsError):
                await self._network.request("POST", "/api/v1/namespaces", body=body)
        self._followers = [
            Follower("all", self._line(), resync=1),
            Follower("streamed", self._line(), watch_list=True),
            Follower("one namespace", self._line(), namespace=NAMESPACES[0]),
            Follower("one color", self._line(), selector="color=red"),
            Follower("in memory", self._line(in_memory=self._embedded), watch_list=True),
        ]
        for follower in self._followers:
            stack.push_async_callback(follower.transport.close)
        for follower in self._followers:
            await stack.enter_async_context(follower.factory)
            follower.factory.start()

    def _line(self, *, in_memory: bool = False) -> FaultyTransport:
        inner: AsyncTransport
        if in_memory:
            inner = AsyncMemoryTransport(self._environment.server)
        else:
            config = self._environment.config
            client = AsyncRESTClient.for_config(config)
            inner = _Authorized(client, config.credentials(config.tls()).headers() or {})
        return FaultyTransport(inner, Random(self._random.random()))

    async def _round(self) -> None:
        self.rounds += 1
        rates = self._random.sample(RATES, len(self._followers))
        for follower, rate in zip(self._followers, rates, strict=True):
            follower.transport.rate = rate
            follower.transport.break_streams()
        end = time.monotonic() + ROUND_SECONDS
        async with asyncio.TaskGroup() as group:
            for _ in range(WRITERS):
                group.create_task(self._write_until(end))
            group.create_task(self._disturb_until(end))

    async def _write_until(self, end: float) -> None:
        while time.monotonic() < end:
            await self._writer.write()
            await asyncio.sleep(self._random.choice([0, 0, 0.01, 0.1]))

    async def _disturb_until(self, end: float) -> None:
        while time.monotonic() < end:
            await asyncio.sleep(self._random.random() * 0.3)
            follower = self._random.choice(self._followers)
            follower.change_handlers(self._random)
            disturbances = [follower.transport.break_streams]
            if self._embedded:
                server = self._environment.server
                disturbances += [server.drop_watches, server.compact, server.send_bookmarks]
            self._random.choice(disturbances)()

    async def _come_to_rest(self) -> None:
        for follower in self._followers:
            follower.transport.rate = 0.0
        await self._writer.mend()
        await self._agree()
        await self._writer.clear()
        await self._agree()
        for follower in self._followers:
            if wrong := follower.impossible():
                raise SoakError("\n".join(wrong))
            if follower.transport.busiest > MOST_REQUESTS:
                raise SoakError(f"{follower.name}: {follower.transport.busiest} requests in 1 s")
        if self._embedded:
            server = self._environment.server
            server.actions.clear()
            server.compact()

    async def _agree(self) -> None:
        deadline = time.monotonic() + REST_SECONDS
        while True:
            listed = await self._writer.listed()
            different = [found for f in self._followers if (found := f.difference(listed))]
            if not different:
                return
            if time.monotonic() > deadline:
                raise SoakError("\n".join(different))
            await asyncio.sleep(0.05)

    def _compare(self, warm: Left, left: Left) -> None:
        handlers = sum(len(follower.books) for follower in self._followers)
        if left.bytes - warm.bytes > MOST_GROWTH:
            raise SoakError(f"{left.bytes - warm.bytes} bytes more than after the warm-up")
        if left.tasks > warm.tasks + 2 * handlers:
            raise SoakError(f"{left.tasks} tasks, {warm.tasks} after the warm-up")
        if left.descriptors > warm.descriptors + MOST_DESCRIPTORS:
            raise SoakError(f"{left.descriptors} descriptors, {warm.descriptors} after the warm-up")


class _Authorized:
    """A network transport that says who we are: faults strike between it and the client."""

    def __init__(self, client: AsyncRESTClient, headers: Any) -> None:
        self._transport = client.transport
        self._headers = headers

    async def send(self, request: Any) -> Any:
        return await self._transport.send(self._signed(request))

    def stream(self, request: Any) -> Any:
        return self._transport.stream(self._signed(request))

    async def close(self) -> None:
        await self._transport.close()

    def _signed(self, request: Any) -> Any:
        from msgspec.structs import replace

        return replace(request, headers={**request.headers, **self._headers})


@contextmanager
def _impatience() -> Iterator[None]:
    before = {(module, name): getattr(module, name) for module, name in IMPATIENCE}
    for (module, name), value in IMPATIENCE.items():
        setattr(module, name, value)
    try:
        yield
    finally:
        for (module, name), value in before.items():
            setattr(module, name, value)


def soak(seconds: float, seed: int, server: Literal["embedded", "real"] = "embedded") -> Report:
    """Soak for about so many seconds. Raises SoakError."""
    threads = threading.active_count()
    tracemalloc.start()
    try:
        with _impatience(), Environment(server=server, crds=[CRDS]) as environment:

            async def run() -> Report:
                before = asyncio.all_tasks()
                report = await Soak(environment, seed, embedded=server == "embedded").run(seconds)
                if left := asyncio.all_tasks() - before:
                    raise SoakError(f"tasks are left: {left}")
                return report

            report = asyncio.run(run())
    except SoakError as error:
        raise SoakError(f"seed {seed}, {server} server: {error}") from None
    except TransportError as error:
        raise SoakError(f"seed {seed}, {server} server: the server is gone: {error}") from error
    finally:
        tracemalloc.stop()
    if threading.active_count() > threads:
        raise SoakError(f"seed {seed}: threads are left: {threading.enumerate()}")
    return report
