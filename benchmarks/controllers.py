"""Controllers: the CPU of a change, how many a second, and how soon after the change.

Each contestant patches the status of Webs on the embedded server, each in a process of its own: the
CPU and the memory are theirs, and what they wait for is mostly the server. A Web is patched as it
begins, once more after all were changed at once, and one of them after each of some single changes.
kopf has a worker for each object, and no number of them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from benchmarks.controller_programs.api import Web, WebSpec
from benchmarks.measure import ROOT, Faulty, Numbers, Outcome
from benchmarks.report import OURS, Column, Table
from kube.api.meta.v1 import ObjectMeta
from kube.client import Client, Config

CHANGES = 100
PATIENCE = 600.0
UPSTREAM = "controller-runtime 0.24, JSON"
KOPF = "kopf"


@dataclass(frozen=True, slots=True)
class Contestant:
    name: str
    command: Sequence[str]
    is_present: bool = True


def contestants() -> list[Contestant]:
    """The programs, built where they have to be."""
    programs = "benchmarks.controller_programs"
    go = _go_program()
    return [
        Contestant(OURS, [sys.executable, "-m", f"{programs}.ours"]),
        Contestant(UPSTREAM, [go], bool(go)),
        Contestant(
            KOPF, [sys.executable, "-m", f"{programs}.with_kopf"], find_spec("kopf") is not None
        ),
    ]


def tables(*, objects: int, rounds: int) -> list[Table]:
    """With so many Webs; the best of some rounds."""
    programs = contestants()
    columns = [
        Column("CPU of a change, µs", "cpu", 1e6),
        Column("changes a second", "rate", ratio=False),
        Column("from change to reconcile, at best, ms", "latency", 1e3),
        Column("start to first reconcile, s", "started"),
        Column("memory, MiB", "memory", 1 / 2**20),
    ]
    results = []
    for workers in (1, 16):
        outcomes = [
            Outcome(each.name, _best(each, objects, workers, rounds) if each.is_present else None)
            for each in programs
        ]
        title = f"{objects} objects, {workers} worker{'s' if workers > 1 else ''}"
        results.append(Table(title, columns, outcomes))
    floor = Outcome("the REST client, one patch", _patches_alone(objects))
    return [
        *results,
        Table("The floor", [Column("CPU of a patch, µs", "cpu", 1e6, ratio=False)], [floor]),
    ]


def _patches_alone(objects: int) -> Numbers:
    """The patches of all Webs without anything that leads to them."""
    with _serving() as url, Client.for_config(Config(server=url, qps=-1)) as client:
        _create(client, objects)
        program = [sys.executable, "-m", "benchmarks.controller_programs.patches"]
        done = subprocess.run(
            [*program, url, str(objects)], stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True
        )
    numbers: Numbers = json.loads(done.stdout)
    return numbers


def _create(client: Client, objects: int) -> None:
    for n in range(objects):
        meta = ObjectMeta(name=f"web-{n}", namespace="default")
        client.create(Web(metadata=meta, spec=WebSpec(replicas=1)))


def _best(contestant: Contestant, objects: int, workers: int, rounds: int) -> Numbers:
    results = [_run(contestant, objects, workers) for _ in range(rounds)]
    return {
        key: (max if key == "rate" else min)(result[key] for result in results)
        for key in results[0]
    }


def _run(contestant: Contestant, objects: int, workers: int) -> Numbers:
    with _serving() as url, Client.for_config(Config(server=url, qps=-1)) as client:
        _create(client, objects)
        arguments = [url, str(objects), str(CHANGES), str(workers)]
        process = subprocess.Popen(
            [*contestant.command, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        patience = threading.Timer(PATIENCE, process.kill)
        patience.start()
        try:
            started = _line(process, contestant.name)["started"]
            first = _line(process, contestant.name)
            began = time.perf_counter()
            for n in range(objects):
                client.patch(Web, {"spec": {"replicas": 2}}, name=f"web-{n}", namespace="default")
            second = _line(process, contestant.name)
            took = time.perf_counter() - began
            _change_one_by_one(client)
            third = _line(process, contestant.name)
        finally:
            patience.cancel()
            process.kill()
            process.communicate()
    return {
        "started": started,
        "cpu": (second["cpu"] - first["cpu"]) / objects,
        "rate": objects / took,
        "latency": third["soonest"],
        "memory": first["memory"],
    }


@contextmanager
def _serving() -> Iterator[str]:
    """The address of a server in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.controller_programs.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def _change_one_by_one(client: Client) -> None:
    for n in range(CHANGES):
        change = {"spec": {"replicas": 3 + n, "color": str(time.time_ns())}}
        client.patch(Web, change, name="web-0", namespace="default")
        ends_at = time.monotonic() + PATIENCE
        while client.get(Web, "web-0", "default").status.replicas != 3 + n:
            if time.monotonic() > ends_at:
                raise Faulty("the controller did not follow a change")
            time.sleep(0.001)


def _line(process: subprocess.Popen[str], name: str) -> Numbers:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("{"):
            numbers: Numbers = json.loads(line)
            return numbers
    raise Faulty(f"{name} ended with exit code {process.wait()}")


def _go_program() -> str:
    if shutil.which("go") is None:
        return ""
    source = ROOT / "benchmarks" / "go-controller"
    program = ROOT / ".cache" / "benchmarks" / "go-controller"
    newest = max(path.stat().st_mtime for path in source.iterdir())
    if not program.exists() or program.stat().st_mtime < newest:
        subprocess.run(["go", "build", "-o", str(program), "."], cwd=source, check=True)
    return str(program)
