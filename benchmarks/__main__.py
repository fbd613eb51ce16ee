"""`python -m benchmarks [NAME…] [--full]`: tables, as they are done."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks import (
    builtin,
    controllers,
    crd,
    decode,
    deep_copy,
    embedded,
    imports,
    informer,
    lister,
    requests,
    toolchain,
    watch,
    workqueue,
)
from benchmarks.measure import Faulty, version_of
from benchmarks.report import Table

BENCHMARKS: Mapping[str, Callable[[bool], list[Table]]] = {
    "toolchain": lambda full: toolchain.tables(rounds=5),
    "builtin": lambda full: builtin.tables(rounds=3),
    "crd": lambda full: crd.tables(rounds=5),
    "imports": lambda full: imports.tables(rounds=15),
    "deepcopy": lambda full: deep_copy.tables(rounds=11),
    "decode": lambda full: decode.tables(count=1000, rounds=7),
    "watch": lambda full: watch.tables(count=5000, rounds=7),
    "controllers": lambda full: controllers.tables(objects=10_000 if full else 1_000, rounds=2),
    "requests": lambda full: requests.tables(count=1000, rounds=7),
    "informer": lambda full: (
        informer.tables(objects=100_000, rounds=1)
        if full
        else informer.tables(objects=10_000, rounds=3)
    ),
    "lister": lambda full: lister.tables(sizes=(1_000, 10_000, 100_000), rounds=5),
    "workqueue": lambda full: workqueue.tables(rounds=11),
    "embedded": lambda full: embedded.tables(rounds=5),
}

PEERS = ("lightkube", "kubernetes", "kubernetes_asyncio", "kr8s")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Benchmarks beside peers and floors, in one run; docs/benchmarks.md explains.",
        epilog="Without names all of them run, which takes some minutes. Peers that are not "
        "installed are left out; pip install -e '.[bench]' installs them.",
    )
    parser.add_argument("name", nargs="*", help=f"one of {', '.join(BENCHMARKS)}")
    parser.add_argument("--full", action="store_true", help="the informer with 100,000 objects")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.name) - set(BENCHMARKS))
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}")
    print("\n".join(machine()), flush=True)
    for name in arguments.name or BENCHMARKS:
        try:
            for table in BENCHMARKS[name](arguments.full):
                print(f"\n{table}", flush=True)
        except Faulty as fault:
            sys.exit(f"{name}: {fault}")


def machine() -> Iterator[str]:
    """What the numbers were measured on."""
    yield f"- {datetime.date.today()}, {_processor()}, {os.cpu_count()} cores, {platform.system()}"
    ours = ("msgspec", "httptools", "aiohttp", "urllib3")
    yield f"- Python {platform.python_version()}, {_versions(ours)}"
    yield f"- peers: {_versions(PEERS)}"


def _versions(distributions: tuple[str, ...]) -> str:
    return ", ".join(f"{d} {version_of(d) or 'not installed'}" for d in distributions)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


if __name__ == "__main__":
    main()
