"""Contestants taking turns, and the medians of what they report.

A contestant of Python code lives in a process of its own: what one imports or leaves behind (the
cyclic collector walks all of it) costs no other anything. It is a function that prepares and
returns another, which runs one round and returns named numbers. Rounds are interleaved, so that a
machine that grows slower meanwhile does so for all.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.metadata
import json
import logging
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

ROOT = Path(__file__).resolve().parent.parent

Numbers: TypeAlias = dict[str, float]
Round: TypeAlias = Callable[[], Numbers]

SHORTEST_ROUND = 0.05
"""Seconds of CPU that a round of repeated calls takes at least, if its count is left open."""


class Faulty(Exception):
    """A contestant that should run does not; the message is what it said."""


class Contestant(Protocol):
    """Takes part in rounds. `name` is what the tables call it."""

    @property
    def name(self) -> str: ...

    def start(self) -> bool:
        """Make ready. False where it is not installed."""
        ...

    def round(self) -> Numbers: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """The medians of one contestant, or None where it could not take part."""

    name: str
    numbers: Numbers | None


def race(contestants: Sequence[Contestant], rounds: int) -> list[Outcome]:
    """Let all run `rounds` times, in turns."""
    with contextlib.ExitStack() as stack:
        present: list[Contestant] = []
        for contestant in contestants:
            stack.callback(contestant.stop)
            if contestant.start():
                present.append(contestant)
        results: dict[str, list[Numbers]] = {c.name: [] for c in present}
        for _ in range(rounds):
            for contestant in present:
                results[contestant.name].append(contestant.round())
        return [Outcome(c.name, medians(results.get(c.name, []))) for c in contestants]


def medians(rounds: Sequence[Numbers]) -> Numbers | None:
    if not rounds:
        return None
    return {key: statistics.median(numbers[key] for numbers in rounds) for key in rounds[0]}


def environment() -> dict[str, str]:
    """What subprocesses get: bytecode is written and kept, as it is on any user's machine."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}


def version_of(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


@dataclass(slots=True)
class Code:
    """Python code in a process of its own; `prepare` is `module:function` within benchmarks.

    `distribution` is what must be installed; its version becomes part of the name. With `fresh`
    each round is the first of a new process, as peaks of memory need it.
    """

    label: str
    prepare: str
    options: Mapping[str, Any] = field(default_factory=dict)
    distribution: str = ""
    fresh: bool = False
    _process: subprocess.Popen[str] | None = None

    @property
    def name(self) -> str:
        version = version_of(self.distribution) if self.distribution else None
        return f"{self.label} {version}" if version else self.label

    def start(self) -> bool:
        if self.distribution and version_of(self.distribution) is None:
            return False
        if not self.fresh:
            self._open()
        return True

    def round(self) -> Numbers:
        if self.fresh:
            self._open()
        assert self._process is not None
        numbers = _ask(self._process, self.name)
        if self.fresh:
            self.stop()
        return numbers

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _open(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.measure", self.prepare, json.dumps(self.options)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def _ask(process: subprocess.Popen[str], name: str) -> Numbers:
    """One round of a contestant's process."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write("round\n")
        process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise Faulty(f"{name} ended with exit code {process.wait()}: see above")
    numbers: Numbers = json.loads(line)
    return numbers


@dataclass(slots=True)
class GoProgram:
    """A program of a Go module in this folder; it speaks as the process of `Code` does.

    It is built into .cache when it is missing or older than its source, which takes minutes the
    first time.
    """

    name: str
    module: str
    arguments: Sequence[str]
    _process: subprocess.Popen[str] | None = None

    def start(self) -> bool:
        if shutil.which("go") is None:
            return False
        source = ROOT / "benchmarks" / self.module
        program = ROOT / ".cache" / "benchmarks" / self.module
        newest = max(path.stat().st_mtime for path in source.iterdir())
        if not program.exists() or program.stat().st_mtime < newest:
            subprocess.run(["go", "build", "-o", str(program), "."], cwd=source, check=True)
        self._process = subprocess.Popen(
            [str(program), *self.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return True

    def round(self) -> Numbers:
        assert self._process is not None
        return _ask(self._process, self.name)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


@dataclass(slots=True)
class Command:
    """Whole processes, run one after the other; `before` sets the scene of each round.

    Reports `wall` and `cpu` in seconds, children included.
    """

    name: str
    commands: Sequence[Sequence[str]]
    cwd: Path = ROOT
    before: Callable[[], object] = bool
    present: bool = True

    def start(self) -> bool:
        if self.present:
            self.round()  # writes bytecode and fills caches
        return self.present

    def round(self) -> Numbers:
        self.before()
        wall = cpu = 0.0
        for command in self.commands:
            began = time.perf_counter()
            process = subprocess.Popen(
                command,
                cwd=self.cwd,
                env=environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            assert process.stderr is not None
            said = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            wall += time.perf_counter() - began
            cpu += usage.ru_utime + usage.ru_stime
            process.stderr.close()
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise Faulty(f"{' '.join(command)}: {said.decode(errors='replace')}")
        return {"wall": wall, "cpu": cpu}

    def stop(self) -> None:
        pass


def repeated(call: Callable[[], object], calls: int = 0) -> Round:
    """Rounds of calls of one function: seconds a call, of CPU as `cpu` and of time as `wall`.

    Without a count there are as many as make a round long enough to be measured.
    """
    if not calls:
        calls = 1
        while (spent := _spent(call, calls)["cpu"]) < SHORTEST_ROUND:
            calls = max(calls * 2, int(calls * SHORTEST_ROUND / max(spent, 1e-4)))
    return lambda: {name: spent / calls for name, spent in _spent(call, calls).items()}


def _spent(call: Callable[[], object], calls: int) -> Numbers:
    gc.collect()
    began, clock = time.process_time(), time.perf_counter()
    for _ in range(calls):
        call()
    return {"cpu": time.process_time() - began, "wall": time.perf_counter() - clock}


def resident() -> int:
    """Bytes of memory that this process has now."""
    return _from_status("VmRSS:")


def peak_resident() -> int:
    """Bytes of memory that this process had at most."""
    return _from_status("VmHWM:")


def _from_status(name: str) -> int:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:  # not Linux: the peak, in bytes, has to stand for both
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


@contextlib.contextmanager
def serving(**answers: Any) -> Iterator[str]:
    """`benchmarks.server` with these answers; hands over the path of its kubeconfig."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.server", json.dumps(answers), folder],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            kubeconfig = process.stdout.readline().strip()
            if not kubeconfig:
                raise Faulty("the server of the benchmarks did not start: see above")
            yield kubeconfig
        finally:
            process.kill()
            process.communicate()


def _serve_rounds(prepare: str, options: Mapping[str, Any]) -> None:
    """What runs in a contestant's process: a round for each line that comes in."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is not an answer
    logging.disable()
    module, _, function = prepare.partition(":")
    run: Round = getattr(importlib.import_module(module), function)(**options)
    for _ in sys.stdin:
        print(json.dumps(run()), file=out, flush=True)


if __name__ == "__main__":
    _serve_rounds(sys.argv[1], json.loads(sys.argv[2]))
