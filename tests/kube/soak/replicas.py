"""A soak of replicas: processes on one lease are killed, stopped and stalled, and others follow.

Two things must hold. Writes of leaders never overlap: once another one has written, a former leader
writes nothing more. And no key is forgotten: in the end every widget is as its last change asks.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

import click

from kube.api.coordination.v1 import Lease
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient
from kube.envtest import Environment
from kube.envtest.real.assets import Assets
from kube.runtime.errors import NotFoundError
from tests.kube.soak.followers import Widget, WidgetSpec
from tests.kube.soak.replica import LEASE, MARK, NAMESPACE

ROOT = Path(__file__).parents[3]
CRDS = Path(__file__).parents[1] / "conformance" / "definitions" / "widgets.yaml"
REPLICAS = 2
WIDGETS = 8
PATIENCE = 120.0
"""Seconds after which a soak gives up; nothing in it takes as long."""

Harm = Literal["kill", "stop", "stall", "none"]
HARMS: tuple[Harm, ...] = ("kill", "stop", "stall", "none")


class SoakError(AssertionError):
    """What should hold did not. The seed is part of the message."""


@dataclass(slots=True)
class Record:
    """What leaders have written, in the order of the server."""

    marks: dict[str, str] = field(default_factory=dict)
    writers: list[str] = field(default_factory=list)
    """The identities of those who have written, each once for all its writes in a row."""

    def note(self, name: str, written: str) -> None:
        """A widget has a mark. Raises SoakError where its writer had been followed by another."""
        if self.marks.get(name) == written:
            return
        self.marks[name] = written
        writer = written.partition(" ")[0]
        if writer in self.writers[:-1]:
            raise SoakError(f"{writer} wrote {name} after {self.writers[-1]} had written")
        if [writer] != self.writers[-1:]:
            self.writers.append(writer)


class Soak:
    """One soak, with a client of a user who changes widgets."""

    def __init__(self, client: AsyncClient, kubeconfig: str, random: Random) -> None:
        self.record = Record()
        self.writes = 0
        self._client = client
        self._kubeconfig = kubeconfig
        self._random = random
        self._replicas: dict[str, asyncio.subprocess.Process] = {}
        self._processes: list[asyncio.subprocess.Process] = []
        self._started = 0
        self._wanted: dict[str, int] = {}
        self._changed = asyncio.Condition()

    async def run(self, harms: list[Harm]) -> None:
        """As many rounds as there are harms, each ending with everything reconciled."""
        async with asyncio.TaskGroup() as group:
            recording = group.create_task(self._record())
            try:
                for n in range(WIDGETS):
                    await self._client.create(
                        Widget(
                            metadata=ObjectMeta(name=f"w{n}", namespace=NAMESPACE),
                            spec=WidgetSpec(size=1),
                        )
                    )
                    self._wanted[f"w{n}"] = 1
                await self._converge()
                for harm in harms:
                    await self._round(harm)
            finally:
                recording.cancel()
                await self._end()

    async def _round(self, harm: Harm) -> None:
        leader = await self._leader()
        # A write that is on its way when the process stands still arrives, and nobody could call it
        # back: a leader is stalled at rest, and finds its work when it wakes up.
        changing = None if harm == "stall" else asyncio.create_task(self._change())
        stalled = self._harm(harm, leader)
        await (changing or self._change())
        await self._converge()
        if stalled is not None:
            stalled.send_signal(signal.SIGCONT)  # it must notice that it leads no more
            await self._change()
            await self._converge()

    def _harm(self, harm: Harm, leader: str) -> asyncio.subprocess.Process | None:
        """Do something to the leader; returns it where it has to be woken up again."""
        process = self._replicas.get(leader)
        if process is None or process.returncode is not None:
            return None
        if harm == "kill":
            process.kill()
        elif harm == "stop":
            process.terminate()
        elif harm == "stall":
            process.send_signal(signal.SIGSTOP)
            del self._replicas[leader]  # another one takes its place
            return process
        return None

    async def _change(self) -> None:
        for _ in range(3 * WIDGETS):
            name, size = f"w{self._random.randrange(WIDGETS)}", self._random.randint(1, 100)
            change = {"spec": {"size": size}}
            await self._client.patch(Widget, change, name=name, namespace=NAMESPACE)
            self._wanted[name] = size
            self.writes += 1

    async def _converge(self) -> None:
        """Wait until every widget has been reconciled, with as many replicas as there should be."""

        def is_done() -> bool:
            return all(
                self.record.marks.get(name, "").partition(" ")[2] == str(size)
                for name, size in self._wanted.items()
            )

        ends_at = time.monotonic() + PATIENCE
        async with self._changed:
            while not is_done():
                await self._keep_replicas()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.2):
                        await self._changed.wait()
                if time.monotonic() > ends_at:
                    raise SoakError(f"wanted {self._wanted}, marks are {self.record.marks}")

    async def _keep_replicas(self) -> None:
        for identity, process in list(self._replicas.items()):
            if process.returncode is not None:
                del self._replicas[identity]
        while len(self._replicas) < REPLICAS:
            self._started += 1
            identity = f"r{self._started}"
            process = self._replicas[identity] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.kube.soak.replica", self._kubeconfig, identity,
                cwd=ROOT,
                stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            self._processes.append(process)

    async def _leader(self) -> str:
        with suppress(NotFoundError):
            return (await self._client.get(Lease, LEASE, NAMESPACE)).spec.holder_identity or ""
        return ""

    async def _record(self) -> None:
        async with self._client.watch(Widget, NAMESPACE) as events:
            async for event in events:
                written = (event.object.metadata.annotations or {}).get(MARK)
                if written is not None:
                    self.record.note(event.object.metadata.name, written)
                    async with self._changed:
                        self._changed.notify_all()

    async def _end(self) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@asynccontextmanager
async def _serving(server: Literal["embedded", "real"]) -> AsyncIterator[tuple[AsyncClient, str]]:
    environment = Environment(server=server, crds=[CRDS])
    await asyncio.to_thread(environment.start)
    try:
        async with AsyncClient.for_config(environment.config) as client:
            yield client, str(environment.kubeconfig)
    finally:
        await asyncio.to_thread(environment.stop)


async def soak(
    harms: list[Harm], seed: int, server: Literal["embedded", "real"] = "embedded"
) -> Soak:
    """A soak with a round for each harm. Raises SoakError."""
    async with _serving(server) as (client, kubeconfig):
        one = Soak(client, kubeconfig, Random(seed))
        try:
            await one.run(harms)
        except* SoakError as errors:
            raise SoakError(f"seed {seed}, {server} server: {errors.exceptions[0]}") from None
    return one


@click.command()
@click.option("--rounds", default=100, show_default=True)
@click.option("--seed", type=int, help="Of a run to repeat; another one each time by default.")
def main(rounds: int, seed: int | None) -> None:
    """Replicas of a program in harm's way; nothing is written by two at once, nothing forgotten."""
    seed = int.from_bytes(os.urandom(4)) if seed is None else seed
    server: Any = "real" if Assets.from_environment().named else "embedded"
    click.echo(f"seed {seed}, {server} server, {rounds} rounds, process {os.getpid()}")
    harms = [Random(seed).choice(HARMS) for _ in range(rounds)]
    one = asyncio.run(soak(harms, seed, server))
    click.echo(f"{one.writes} changes, {len(one.record.writers)} leaders: all in order")


if __name__ == "__main__":
    main()
