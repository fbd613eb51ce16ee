"""Keys through the workqueue: added, taken and done."""

from __future__ import annotations

import asyncio

from benchmarks.measure import Code, Round, race, repeated
from benchmarks.report import OURS, Column, Table

DUPLICATES = f"{OURS}, each key added five times"
KEYS = 1000


def tables(*, rounds: int) -> list[Table]:
    here = f"{__name__}:"
    outcomes = race(
        [
            Code(OURS, f"{here}ours"),
            Code(DUPLICATES, f"{here}ours", {"times": 5}),
            Code("asyncio.Queue, which knows no duplicates", f"{here}stdlib"),
        ],
        rounds,
    )
    return [Table("A key through the workqueue", [Column("CPU, µs", "cpu", 1e6)], outcomes)]


def ours(times: int = 1) -> Round:
    from kube.workqueue import Workqueue

    loop = asyncio.new_event_loop()

    async def through() -> None:
        queue: Workqueue[str] = Workqueue()
        for _ in range(times):
            for key in keys:
                queue.add(key)
        while len(queue):
            key = await queue.get()
            queue.forget(key)
            queue.done(key)

    keys = [f"team-{i % 20}/web-{i}" for i in range(KEYS)]
    return _a_key(repeated(lambda: loop.run_until_complete(through())))


def stdlib() -> Round:
    loop = asyncio.new_event_loop()

    async def through() -> None:
        queue: asyncio.Queue[str] = asyncio.Queue()
        for key in keys:
            queue.put_nowait(key)
        while not queue.empty():
            await queue.get()
            queue.task_done()

    keys = [f"team-{i % 20}/web-{i}" for i in range(KEYS)]
    return _a_key(repeated(lambda: loop.run_until_complete(through())))


def _a_key(run: Round) -> Round:
    return lambda: {name: value / KEYS for name, value in run().items()}
