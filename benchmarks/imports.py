"""The import of the generated clientset: a whole process, over one of bare Python."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from benchmarks.measure import ROOT, Command, Outcome, environment, race, version_of
from benchmarks.report import Column, Table, aim_of_value

CLIENTSET = "from generated.clientset.versioned import Clientset"
CLIENT = (
    f"{CLIENTSET}\n"
    "from kube.client import Config\n"
    "Clientset.for_config(Config(server='http://127.0.0.1:1')).clusterprovisioner_v1alpha1.clusters()"
)
ASYNC_CLIENT = """
import asyncio
from generated.clientset.versioned import AsyncClientset
from kube.client import Config
async def main():
    AsyncClientset.for_config(Config(server='http://127.0.0.1:1')).clusterprovisioner_v1alpha1.clusters()
asyncio.run(main())
"""
BARE = "bare Python"
OURS = "**the generated clientset**"

PEERS = {
    "lightkube": "from lightkube import Client\nfrom lightkube.resources.core_v1 import Pod",
    "kubernetes": "from kubernetes import client, config\nclient.V1Pod",
    "kubernetes_asyncio": "from kubernetes_asyncio import client, config\nclient.V1Pod",
    "kr8s": "from kr8s.objects import Pod",
}


def tables(*, rounds: int) -> list[Table]:
    outcomes = race(
        [
            _python(BARE, ""),
            _python(OURS, CLIENTSET),
            _python(f"{OURS}, a client made", CLIENT),
            _python(f"{OURS}, an async client made", ASYNC_CLIENT),
            _python("msgspec and urllib3 alone", "import msgspec, urllib3"),
            _python("msgspec and aiohttp alone", "import msgspec, aiohttp"),
            *(_python(name, code, name) for name, code in PEERS.items()),
        ],
        rounds,
    )
    outcomes = _over_bare(outcomes)
    loaded = modules(CLIENT)
    unwanted = sorted({"asyncio", "kube.client.http.async_transport"} & set(loaded))
    return [
        Table(
            "Importing the generated clientset, over bare Python",
            [
                Column("wall, ms", "wall", 1e3, ratio=False),
                Column("CPU, ms", "cpu", 1e3),
            ],
            outcomes,
            [
                aim_of_value(outcomes, "wall", 60, "ms", 1e3, name=OURS),
                f"a sync client loads {len(loaded)} modules beyond bare Python's, of the "
                f"asynchronous side {', '.join(unwanted) or 'none'}",
            ],
            reference=OURS,
        )
    ]


def _python(name: str, code: str, distribution: str = "") -> Command:
    version = version_of(distribution) if distribution else ""
    return Command(
        f"{name} {version}" if version else name,
        [[sys.executable, "-c", code]],
        present=version is not None,
    )


def _over_bare(outcomes: Sequence[Outcome]) -> list[Outcome]:
    bare = next(o.numbers for o in outcomes if o.name == BARE)
    assert bare is not None
    over = [
        Outcome(o.name, o.numbers and {key: o.numbers[key] - bare[key] for key in bare})
        for o in outcomes
        if o.name != BARE
    ]
    return [Outcome(f"{BARE} (in all)", bare), *over]


def modules(code: str) -> list[str]:
    """What is loaded after `code` that bare Python has not."""
    program = (
        f"import sys; bare = set(sys.modules)\n{code}\nloaded = sorted(set(sys.modules) - bare)\n"
        "import json; print(json.dumps(loaded))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=True,
        text=True,
    )
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded
