"""Metrics and probes over HTTP. Numbers are those of the promises."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

import kube.metrics
from kube.controller import (
    Controller,
    LeaderElection,
    Manager,
    ManagerStateError,
    Result,
    TerminalError,
)
from kube.controller.http import split_address
from kube.controller.probes import Checks, aggregate
from kube.envtest import Environment, Server
from kube.runtime.errors import ConflictError
from tests.kube.controller.world import Recording, Web, web

ROOT = Path(__file__).parents[3]


async def get(address, path):
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}{path}") as answer:
        return answer.status, await answer.text()


def fails():
    raise OSError("the disk is full")


async def test_the_checks_of_a_path_answer_together_and_alone():
    """22. Health: 200/500, verbose, exclude, single checks, reason withheld in the aggregate."""
    checks = Checks("/healthz")
    assert await checks.answer() == (await checks.answer_one("ping"))
    assert (await checks.answer()).text == "ok"
    assert (await checks.answer(verbose=True)).text == "[+]ping ok\nhealthz check passed\n"
    checks.add("disk", fails)

    async def slow():
        await asyncio.sleep(0)

    checks.add("slow", slow)
    answer = await checks.answer()
    assert answer.status == 500
    assert answer.text == (
        "[+]ping ok\n[-]disk failed: reason withheld\n[+]slow ok\nhealthz check failed\n"
    )
    assert (await checks.answer(exclude=["disk"])).status == 200
    assert (await checks.answer_one("disk")).status == 500
    assert "the disk is full" in (await checks.answer_one("disk")).text
    assert (await checks.answer_one("slow")).status == 200
    assert (await checks.answer_one("other")).status == 404


def test_excluding_a_check_that_is_not_there_warns():
    """22."""
    answer = aggregate("/readyz", {"ping": None}, ["typo"], verbose=True)
    assert 'no matches for "typo"' in answer.text
    assert answer.text.endswith("readyz check passed\n")


def test_a_check_has_a_name_of_its_own_and_comes_before_the_start():
    """23. A check added after the start is an error."""
    checks = Checks("/readyz")
    checks.add("one", fails)
    with pytest.raises(ValueError, match="has a check 'one' already"):
        checks.add("one", fails)
    with pytest.raises(ValueError, match="one segment of a path"):
        checks.add("a/b", fails)
    checks.freeze()
    with pytest.raises(ManagerStateError, match="after the manager's start"):
        checks.add("late", fails)


async def test_probes_answer_before_the_first_list_and_while_controllers_drain(world):
    """1. HTTP servers answer before the first cache lists.
    16. Webhooks and probes still answer while controllers drain.
    """
    held, answers = asyncio.Event(), []
    listed = []
    world.server.reactors.append(
        lambda action, *rest: listed.append(action) if action.verb == "list" else None
    )
    manager = world.manager(probes="127.0.0.1:0", graceful_stop=60)
    manager.healthz.add("mine", lambda: None)
    began = asyncio.Event()

    async def reconcile(request):
        began.set()
        await held.wait()
        answers.append(await get(manager.probes_address, "/healthz"))

    manager.add(Controller(Web, reconcile))
    with pytest.raises(ManagerStateError, match="listens once the manager runs"):
        assert manager.probes_address
    running = world.start(manager)
    await asyncio.sleep(0)
    answers.append(await get(manager.probes_address, "/readyz?verbose"))
    await world.client.create(web("a"))
    await began.wait()
    assert await get(manager.probes_address, "/healthz/mine") == (200, "ok")
    assert (await get(manager.probes_address, "/metrics"))[0] == 404
    manager.stop()
    held.set()
    await running
    assert answers == [(200, "[+]ping ok\nreadyz check passed\n"), (200, "ok")]


async def test_an_address_of_0_opens_nothing_and_one_in_use_is_an_error_of_run(world):
    """26. Address "0" opens no socket; a port in use is an error of `run`."""
    manager = world.manager(probes="0", metrics="")
    assert manager._servers.all == []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(OSError, match=r"[Aa]ddress already in use"):
            await world.manager(probes=address).run(handle_signals=False)


@pytest.mark.parametrize(
    ("address", "parts"),
    [(":8080", ("", 8080)), ("127.0.0.1:0", ("127.0.0.1", 0)), ("[::1]:80", ("::1", 80))],
)
def test_addresses_are_a_host_and_a_port(address, parts):
    assert split_address(address) == parts


@pytest.mark.parametrize("address", ["8080", "host", ":http", ":99999"])
def test_what_is_no_address_is_an_error_at_construction(address):
    with pytest.raises(ValueError, match="is not an address: write `:8080`"):
        split_address(address)


ZEROS = {
    "controller_runtime_reconcile_errors_total",
    "controller_runtime_terminal_reconcile_errors_total",
    "controller_runtime_reconcile_panics_total",
    "controller_runtime_reconcile_timeouts_total",
    "controller_runtime_reconcile_conflicts_total",
    "controller_runtime_active_workers",
}


async def test_every_series_of_a_controller_is_there_with_0_before_the_first_reconcile(world):
    """28. Every per-controller series is there with 0 before the first reconcile."""
    registry = CollectorRegistry()
    manager = world.manager(registry=registry)
    manager.add(Controller(Web, Recording(), max_concurrent_reconciles=3))
    for name in ZEROS:
        assert registry.get_sample_value(name, {"controller": "web"}) == 0, name
    for result in ("success", "error", "requeue", "requeue_after"):
        labels = {"controller": "web", "result": result}
        assert registry.get_sample_value("controller_runtime_reconcile_total", labels) == 0
    workers = "controller_runtime_max_concurrent_reconciles"
    assert registry.get_sample_value(workers, {"controller": "web"}) == 3
    seconds = "controller_runtime_reconcile_time_seconds_count"
    assert registry.get_sample_value(seconds, {"controller": "web"}) == 0
    queue = {"name": "web", "controller": "web"}
    assert registry.get_sample_value("workqueue_adds_total", queue) == 0
    assert registry.get_sample_value("workqueue_depth", {**queue, "priority": "0"}) == 0


BY_CONTROLLER, BY_QUEUE = {"controller"}, {"controller", "name"}
TABLE = {
    "controller_runtime_reconcile_total": ("counter", {"controller", "result"}),
    "controller_runtime_reconcile_errors_total": ("counter", BY_CONTROLLER),
    "controller_runtime_terminal_reconcile_errors_total": ("counter", BY_CONTROLLER),
    "controller_runtime_reconcile_panics_total": ("counter", BY_CONTROLLER),
    "controller_runtime_reconcile_timeouts_total": ("counter", BY_CONTROLLER),
    "controller_runtime_reconcile_time_seconds": ("histogram", BY_CONTROLLER),
    "controller_runtime_max_concurrent_reconciles": ("gauge", BY_CONTROLLER),
    "controller_runtime_active_workers": ("gauge", BY_CONTROLLER),
    "workqueue_depth": ("gauge", {"controller", "name", "priority"}),
    "workqueue_adds_total": ("counter", BY_QUEUE),
    "workqueue_retries_total": ("counter", BY_QUEUE),
    "workqueue_queue_duration_seconds": ("histogram", BY_QUEUE),
    "workqueue_work_duration_seconds": ("histogram", BY_QUEUE),
    "workqueue_unfinished_work_seconds": ("gauge", BY_QUEUE),
    "workqueue_longest_running_processor_seconds": ("gauge", BY_QUEUE),
    "rest_client_requests_total": ("counter", {"code", "method", "host"}),
    "rest_client_request_duration_seconds": ("histogram", {"verb", "host"}),
    "rest_client_rate_limiter_duration_seconds": ("histogram", {"verb", "host"}),
    "rest_client_request_retries_total": ("counter", {"code", "verb", "host"}),
    "leader_election_master_status": ("gauge", {"name"}),
    "certwatcher_read_certificate_total": ("counter", set()),
    "certwatcher_read_certificate_errors_total": ("counter", set()),
}
"""What upstream's dashboards ask for: the type and the labels of each name."""


async def test_the_metrics_are_those_of_upstreams_dashboards():
    """29. The metric names, types and labels are those of the table."""
    registry = CollectorRegistry()
    with Environment(server=Server()) as environment:
        election = LeaderElection(name="web", namespace="default")
        manager = Manager(environment.config, registry=registry, leader_election=election)
        running = asyncio.create_task(manager.run(handle_signals=False))
        manager.add(Controller(Web, Recording()))
        await asyncio.wait_for(manager.elected.wait(), 60)
        kube.metrics.prometheus(registry).for_config(environment.config).retried("GET", 429)
        manager.stop()
        await running
    shown = {}
    for family in registry.collect():
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        shown[name] = family.type, labels
    assert {name: shown.get(name) for name in TABLE} == TABLE


async def test_reconciles_are_counted_by_what_came_of_them(world):
    """29. The metric names, types and labels are those of the table.
    102. The timeout metric counts once. 103. A cancelled parent is not counted as a timeout.
    """
    registry = CollectorRegistry()
    manager = world.manager(registry=registry, metrics="127.0.0.1:0", graceful_stop=0)
    answers = iter(
        [
            OSError("no"),
            ConflictError("changed"),
            SystemExit(1),
            Result(requeue_after=0.001),
            asyncio.Event().wait,
            TerminalError("no"),
        ]
    )

    def answer(request):
        each = next(answers)
        return each() if callable(each) and not isinstance(each, BaseException) else each

    recording = Recording(answer)
    manager.add(Controller(Web, recording, reconcile_timeout=0.05))
    running = world.start(manager)
    await world.client.create(web("a"))
    await recording.until(6)

    def value(name, **labels):
        return registry.get_sample_value(name, {"controller": "web", **labels})

    total = "controller_runtime_reconcile_total"
    assert value(total, result="error") == 4
    assert value(total, result="requeue") == 1
    assert value(total, result="requeue_after") == 1
    assert value("controller_runtime_reconcile_errors_total") == 4
    assert value("controller_runtime_reconcile_panics_total") == 1
    assert value("controller_runtime_reconcile_conflicts_total") == 1
    assert value("controller_runtime_reconcile_timeouts_total") == 1
    assert value("controller_runtime_reconcile_time_seconds_count") == 6
    status, text = await get(manager.metrics_address, "/metrics")
    assert status == 200
    assert 'controller_runtime_reconcile_total{controller="web",result="error"} 4.0' in text
    assert 'workqueue_depth{controller="web",name="web",priority="0"} 0.0' in text
    manager.stop()
    await running
    assert value("controller_runtime_active_workers") == 0


def run(program, *without):
    """Run a program in which some libraries are not installed."""
    hidden = "".join(f"sys.modules[{name!r}] = None;" for name in without)
    return subprocess.run(
        [sys.executable, "-c", f"import sys; {hidden}\n{program}"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


PROGRAM = """
from kube.client import Config
from kube.controller import Manager
try:
    Manager(Config(server='http://127.0.0.1:1'), {option}=':0')
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("option", "library"), [("metrics", "prometheus_client"), ("probes", "aiohttp")]
)
def test_an_option_whose_library_is_missing_says_so_in_one_line(option, library):
    ended = run(PROGRAM.format(option=option), library)
    assert ended.stdout == (
        f"{option} needs {library}: pip install 'kube-codegen[controller]'\n"
    ), ended.stderr


def test_a_manager_without_metrics_and_probes_needs_no_library():
    program = """
import kube.controller
from kube.client import Config
kube.controller.Manager(Config(server='http://127.0.0.1:1'))
print("fine")
"""
    assert run(program, "aiohttp", "prometheus_client").stdout == "fine\n"


def test_the_controller_runtime_loads_no_envtest_and_no_clientset():
    program = """
import sys, kube.controller
print([m for m in sys.modules if m.startswith(("kube.envtest", "kube.clientset", "codegen"))])
"""
    assert run(program).stdout == "[]\n"


SIGNALLED = """
import asyncio, os, signal
from kube.client import AsyncRESTClient
from kube.controller import Manager
from kube.envtest import AsyncMemoryTransport, Server

async def main():
    manager = Manager(AsyncRESTClient(AsyncMemoryTransport(Server())), graceful_stop=None)
    async def stubborn():
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            print("stopping", flush=True)
            {then}
            print("stopped", flush=True)
    manager.add(stubborn)
    await manager.run()
    print("ended", flush=True)

asyncio.run(main())
"""


def test_a_signal_stops_the_manager_in_order():
    ended = run(SIGNALLED.format(then=""))
    assert (ended.returncode, ended.stdout) == (0, "stopping\nstopped\nended\n"), ended.stderr


def test_a_second_signal_ends_the_process():
    """21. A second SIGTERM exits 1."""
    ended = run(
        SIGNALLED.format(then="os.kill(os.getpid(), signal.SIGTERM); await asyncio.Event().wait()")
    )
    assert (ended.returncode, ended.stdout) == (1, "stopping\n"), ended.stderr


STUCK = """
import asyncio, threading
from kube.api.coordination.v1 import Lease
from kube.client import AsyncClient, AsyncRESTClient
from kube.controller import Controller, LeaderElection, Manager
from kube.envtest import AsyncMemoryTransport, Server
from tests.kube.controller.world import WEBS, Web, definition, web

async def main():
    server = Server(require_namespaces=False)
    server.load([definition(WEBS)])
    began = threading.Event()

    def never_returns(request):
        began.set()
        threading.Event().wait()

    lease = LeaderElection(name="web", namespace="default", identity="one", retry_period=0.05)
    rest = AsyncRESTClient(AsyncMemoryTransport(server))
    manager = Manager(rest, leader_election=lease, graceful_stop=0)
    manager.add(Controller(Web, never_returns))

    async def interfere():
        user = AsyncClient(AsyncRESTClient(AsyncMemoryTransport(server)))
        await user.create(web("a"))
        await asyncio.get_running_loop().run_in_executor(None, began.wait)
        {interfere}

    manager.add(interfere, needs_leader=False)
    await manager.run()

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("interfere", "error"),
    [
        ("manager.stop()", "StopTimeoutError: controller web did not end"),
        (
            "await user.patch(Lease, {'spec': {'holderIdentity': 'thief'}}, name='web',"
            " namespace='default')",
            "LeadershipLostError: the lease",
        ),
    ],
)
def test_a_thread_that_does_not_end_keeps_no_process_alive(interfere, error):
    """11, 17. A thread cannot be cancelled, and must not work on as a leader that was."""
    ended = run(STUCK.replace("{interfere}", interfere))
    assert ended.returncode == 1
    # On a machine that is slow the lease lapses first, which ends the process as well.
    assert error in ended.stderr or "the lease of one has lapsed" in ended.stderr
