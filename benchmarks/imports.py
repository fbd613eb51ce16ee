"""The import of generated clientsets: a whole process, over one of bare Python.

The clients of Kubernetes' own kinds are measured within a process that has started, as CPU time
and resident memory that they add.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence

from benchmarks.measure import (
    ROOT,
    Code,
    Command,
    Numbers,
    Outcome,
    Round,
    environment,
    race,
    resident,
    version_of,
)
from benchmarks.report import OURS as THIS_PROJECT
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

RUNTIME = "import kube.runtime"
_CONFIGURATIONS = sorted((ROOT / "kube" / "applyconfiguration").glob("*/v*.py"))
OVER_RUNTIME = {
    "core/v1": "import kube.api.core.v1",
    "apps/v1, with core/v1": "import kube.api.apps.v1",
    "the clientset": "from kube.clientset import Clientset",
    "the asynchronous clientset": "from kube.clientset import AsyncClientset",
    "the informer factory": "from kube.informers import SharedInformerFactory",
    "the apply configurations of all kinds": "import "
    + ", ".join(
        path.relative_to(ROOT).as_posix()[:-3].replace("/", ".") for path in _CONFIGURATIONS
    ),
    "the types of all kinds": "from kube.clientset.scheme import scheme; scheme.all_known_types()",
}
MADE_ASYNC = "**this project**, async"
MADE_SYNC = "**this project**, sync"
_ASYNC_REST = """
import asyncio
from kube.client import AsyncRESTClient, Config
async def main():
    AsyncRESTClient.for_config(Config(server="https://127.0.0.1:1"))
asyncio.run(main())
"""
_REST = """
from kube.client import Config, RESTClient
RESTClient.for_config(Config(server="https://127.0.0.1:1"))
"""
_LOOP = """
import asyncio, ssl
async def main():
    pass
asyncio.run(main())
"""
_AIOHTTP = """
import asyncio, aiohttp
async def main():
    await aiohttp.ClientSession().close()
asyncio.run(main())
"""
_URLLIB3 = """
import urllib3
urllib3.PoolManager()
"""
_A_CLIENT = """
from kube.clientset import Clientset
from kube.client import Config
clients = Clientset.for_config(Config(server="http://127.0.0.1:1"))
clients.core_v1.pods("default")
clients.apps_v1.deployments("default")
"""
_LIGHTKUBE = """
from lightkube import Client, KubeConfig
from lightkube.resources.core_v1 import Pod
from lightkube.resources.apps_v1 import Deployment
cluster = {"name": "a", "cluster": {"server": "http://127.0.0.1:1"}}
context = {"name": "a", "context": {"cluster": "a", "user": "a"}}
user = {"name": "a", "user": {"token": "t"}}
config = {"clusters": [cluster], "contexts": [context], "users": [user], "current-context": "a"}
Client(config=KubeConfig.from_dict(config))
"""
_KUBERNETES = """
from kubernetes import client
configured = client.ApiClient(client.Configuration(host="http://127.0.0.1:1"))
client.CoreV1Api(configured), client.AppsV1Api(configured), client.V1Pod, client.V1Deployment
"""

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
        ),
        _over_runtime(rounds),
        _made(rounds),
        _beside_peers(rounds),
    ]


def _over_runtime(rounds: int) -> Table:
    outcomes = race([_within(name, code, RUNTIME) for name, code in OVER_RUNTIME.items()], rounds)
    return Table(
        "Importing Kubernetes' own kinds, over `import kube.runtime`",
        [
            Column("CPU, ms", "cpu", 1e3, ratio=False),
            Column("memory, MiB", "memory", 2**-20, ratio=False),
        ],
        outcomes,
        [
            f"{name}, {aim_of_value(outcomes, 'cpu', most, 'ms', 1e3, name=name)}"
            for name, most in (
                ("apps/v1, with core/v1", 15),
                ("the clientset", 20),
                ("the apply configurations of all kinds", 30),
            )
        ],
    )


def _made(rounds: int) -> Table:
    """What a program imports to send its first request, connections and certificates apart."""
    outcomes = race(
        [
            _within(MADE_ASYNC, _ASYNC_REST, RUNTIME),
            _within(MADE_SYNC, _REST, RUNTIME),
            _within("asyncio and ssl alone, a loop run", _LOOP, RUNTIME),
            _within("a session of aiohttp", _AIOHTTP, RUNTIME),
            _within("a pool of urllib3", _URLLIB3, RUNTIME),
        ],
        rounds,
    )
    return Table(
        "A REST client made, over `import kube.runtime`",
        [Column("CPU, ms", "cpu", 1e3), Column("memory, MiB", "memory", 2**-20)],
        outcomes,
        reference=MADE_ASYNC,
    )


def _beside_peers(rounds: int) -> Table:
    outcomes = race(
        [
            _within(THIS_PROJECT, _A_CLIENT),
            _within("lightkube", _LIGHTKUBE, distribution="lightkube"),
            _within("kubernetes", _KUBERNETES, distribution="kubernetes"),
        ],
        rounds,
    )
    return Table(
        "A client with Pods and Deployments, from nothing imported",
        [Column("CPU, ms", "cpu", 1e3), Column("memory, MiB", "memory", 2**-20)],
        outcomes,
    )


def _within(name: str, code: str, before: str = "", distribution: str = "") -> Code:
    options = {"code": code, "before": before}
    return Code(name, "benchmarks.imports:imported", options, distribution, fresh=True)


def imported(code: str, before: str) -> Round:
    """What it costs to run some code, after other code, in this process; one round a process."""
    exec(before, {})

    def run() -> Numbers:
        memory, began = resident(), time.process_time()
        exec(code, {})
        return {"cpu": time.process_time() - began, "memory": float(resident() - memory)}

    return run


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
