"""What controllers make of workloads, step by step: as recorded from the real ones, on both.

The histories were drawn by hypothesis (drawing.py). `--update-goldens` draws and records them anew
from the real server, which the embedded one must agree with. To look for other differences:
`python -m tests.kube.conformance.workloads`.
"""

from __future__ import annotations

import json
import lzma
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kube.envtest import Environment, Server
from kube.envtest.real.assets import API_SERVER, CONTROLLER_MANAGER
from kube.runtime.clock import ManualClock
from tests.kube.conformance.api import Api
from tests.kube.conformance.conftest import Namespace, find_or_skip
from tests.kube.conformance.workloads.comparing import (
    InMemory,
    compare,
    differences,
    next_second,
    prepare,
    settled,
)
from tests.kube.conformance.workloads.drawing import THEMES, History, histories
from tests.kube.conformance.workloads.playing import CONTROLLERS, Player

FOLDER = Path(__file__).parent / "recorded"
COUNT = 16
"""Histories of each theme that are recorded."""
MOST_LEFT_OUT = 3
"""Histories in which the real controllers' haste shows, so that no two runs need be the same."""
LIVE = 3
"""How many of them are played on the real server each time."""
STEPS = 7
SEED = 4
AT_ONCE = 9

Recorded = dict[str, Any]
"""The steps of a history, and what was shown after each, and when."""


@pytest.fixture(scope="module")
def environment(server):
    if server == "real":
        find_or_skip(API_SERVER)
        find_or_skip(CONTROLLER_MANAGER)
        with Environment(server="real", controllers=CONTROLLERS) as environment:
            api = Api(environment.config)
            prepare(api)
            api.close()
            yield environment
    else:
        yield None


@pytest.fixture(scope="module")
def live(environment, pytestconfig):
    """The histories that the real server plays, of all themes at a time, by theme."""
    if environment is None or pytestconfig.getoption("--update-goldens"):
        yield {}
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        check = _with_api(environment, _check)
        recorded = {theme: _recorded(theme)[:LIVE] for theme in THEMES}
        yield {theme: [pool.submit(check, e) for e in each] for theme, each in recorded.items()}


@pytest.mark.parametrize("theme", THEMES)
def test_controllers_make_of_a_history_what_was_recorded(
    environment: Environment | None,
    live: dict[str, list[Future[None]]],
    theme: str,
    pytestconfig: pytest.Config,
) -> None:
    if environment is not None and pytestconfig.getoption("--update-goldens"):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(filter(None, pool.map(_with_api(environment, _record), _drawn(theme))))
        assert len(found) > COUNT - MOST_LEFT_OUT, "the servers differ: see what is printed"
        _path(theme).write_bytes(lzma.compress(json.dumps(found, sort_keys=True).encode()))
    elif environment is None:
        for each in _recorded(theme):
            _replay(each)
    else:
        for played in live[theme]:
            played.result()


def _path(theme: str) -> Path:
    return FOLDER / f"{theme}.json.xz"


def _recorded(theme: str) -> list[Recorded]:
    found: list[Recorded] = json.loads(lzma.decompress(_path(theme).read_bytes()))
    return found


def _drawn(theme: str) -> list[History]:
    """Without quotas: when a refused write is tried again depends on the server."""
    drawn = histories(theme, 3 * COUNT, STEPS, SEED)
    kept = [each for each in drawn if all(step[1:2] != ["resourcequotas"] for step in each)]
    return kept[:COUNT]


def _with_api(environment: Environment, do: Any) -> Callable[[Any], Any]:
    """Do it with a connection to the real server, of which each thread has its own."""
    local = threading.local()

    def call(thing: Any) -> Any:
        if not hasattr(local, "api"):
            local.api = Api(environment.config)
        return do(local.api, thing)

    return call


def _record(api: Api, history: History) -> Recorded | None:
    after: list[Any] = []
    different = compare(
        api, history, lambda at, code, shown: after.append([round(at, 1), code, shown])
    )
    if different is not None:
        print(
            f"left out: step {different.place} of {json.dumps(history)}", *different.lines, sep="\n"
        )
        return None
    return {"steps": history, "after": after}


def _check(api: Api, recorded: Recorded) -> None:
    namespace = Namespace(f"h-{secrets.token_hex(4)}")
    api.post("/api/v1/namespaces", {"metadata": {"name": namespace.name}}).ok()
    player = Player(api, namespace)
    steps = recorded["steps"]
    for place, (step, (_, code, shown)) in enumerate(zip(steps, recorded["after"], strict=True)):
        is_last = place == len(steps) - 1
        next_second()
        lines = [] if player.play(step) == code else ["another code"]
        lines = lines or settled(player, lambda shown=shown: shown, is_last=is_last)
        _must_be_same(steps, place, lines)
    api.delete(player.path("daemonsets"))


def _replay(recorded: Recorded) -> None:
    clock = ManualClock(datetime(2026, 6, 1, tzinfo=UTC))
    server = Server(controllers=CONTROLLERS, now=clock.now, monotonic=clock.monotonic)
    api = InMemory(server)
    namespace = Namespace("history")
    api.post("/api/v1/namespaces", {"metadata": {"name": namespace.name}}).ok()
    prepare(api)
    player = Player(api, namespace)
    steps, passed = recorded["steps"], 0.0
    for place, (step, (at, code, shown)) in enumerate(zip(steps, recorded["after"], strict=True)):
        lines = [] if player.play(step) == code else ["another code"]
        clock.advance(max(0.0, at - passed))
        passed = max(passed, at)
        server.settle()
        _must_be_same(steps, place, lines or differences(shown, player.show()))


def _must_be_same(steps: History, place: int, lines: list[str]) -> None:
    if lines:
        shown = "\n".join(lines)
        pytest.fail(f"after step {place} of {json.dumps(steps)}\n{shown}", pytrace=False)
