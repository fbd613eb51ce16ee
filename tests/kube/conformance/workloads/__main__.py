"""Draws histories of workloads, plays them on both servers, and says by class what differs.

    python -m tests.kube.conformance.workloads --count 50 --seed 7 deployments jobs

needs KUBEBUILDER_ASSETS. After each step both servers must come to show the same; a history ends at
the first step after which they do not.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from typing import Any

from kube.client import Config
from kube.envtest import Environment, Server
from kube.envtest.memory import MemoryTransport
from tests.kube.conformance.api import Api
from tests.kube.conformance.conftest import Namespace
from tests.kube.conformance.workloads.drawing import THEMES, History, histories
from tests.kube.conformance.workloads.playing import CONTROLLERS, Player

STILL = 3.0
"""Seconds without a change after which the real server is taken to be done."""
REFUSED_STILL = 20.0
"""The same where a quota has refused Pods: either server tries again after a pause of its own."""


class _InMemory(Api):
    """A client of a server in this process."""

    def __init__(self, server: Server) -> None:
        self._transport = MemoryTransport(server)
        self._headers = {}


class Difference:
    def __init__(self, history: History, place: int, lines: list[str]) -> None:
        self.history = history
        self.place = place
        self.lines = lines

    @property
    def title(self) -> str:
        changed = [line for line in self.lines[2:] if line[:1] in "+-"]
        text = " ".join(re.sub(r"\s+", " ", line) for line in changed)
        return re.sub(r"<\w{8}>|\d+", "#", text)[:160]


def compare(real: Api, history: History) -> Difference | None:
    """Play a history on the real server and on an embedded one of its own."""
    server = Server(controllers=CONTROLLERS)
    embedded = _InMemory(server)
    namespace = Namespace(f"h-{secrets.token_hex(4)}")
    for api in (real, embedded):
        api.post("/api/v1/namespaces", {"metadata": {"name": namespace.name}}).ok()
    prepare(embedded)
    left, right = Player(real, namespace), Player(embedded, namespace)
    try:
        for place, step in enumerate(history):
            is_last = place == len(history) - 1
            has_quota = ["create", "resourcequotas"] in [each[:2] for each in history[:place]]
            still = REFUSED_STILL if has_quota else STILL
            lines = _after(server, left, right, step, still=still, is_last=is_last)
            if lines:
                return Difference(history, place, lines)
    finally:
        real.delete(left.path("daemonsets"))
    return None


def prepare(api: Api) -> None:
    """A node that is there and takes Pods."""
    api.post("/api/v1/nodes", {"metadata": {"name": "one"}})
    api.patch("merge", "/api/v1/nodes/one", {"spec": {"taints": None}}).ok()


def _after(
    server: Server, left: Player, right: Player, step: Any, *, still: float, is_last: bool
) -> list[str]:
    """What differs after a step: nothing, once both servers show the same."""
    codes = left.play(step), right.play(step)
    if codes[0] != codes[1]:
        return [f"-{codes[0]}", f"+{codes[1]}"]
    versions, since = "", time.monotonic()
    while True:
        server.settle()
        expected, found = left.show(), right.show()
        if expected == found and not is_last:
            return []
        now = left.versions()
        if now != versions:
            versions, since = now, time.monotonic()
        elif time.monotonic() - since > (still if expected != found else STILL / 2):
            return _diff(expected, found)
        time.sleep(0.1)


def _diff(expected: Any, found: Any) -> list[str]:
    texts = [json.dumps(each, indent=1, sort_keys=True).splitlines() for each in (expected, found)]
    return list(unified_diff(*texts, "real", "embedded", lineterm="", n=4))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kube.conformance.workloads")
    parser.add_argument("themes", nargs="*", help=f"of {', '.join(THEMES)}; all by default")
    parser.add_argument("--count", type=int, default=20, help="how many histories of each")
    parser.add_argument("--length", type=int, default=7, help="how many steps each has")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=6, help="how many are played at a time")
    parser.add_argument("--kubeconfig", help="of a control plane that runs already")
    options = parser.parse_args()
    if options.kubeconfig:
        _run(Config.load(options.kubeconfig), options)
    else:
        with Environment(server="real", controllers=CONTROLLERS) as environment:
            _run(environment.config, options)


def _run(config: Config, options: argparse.Namespace) -> None:
    local = threading.local()

    def play(history: History) -> Difference | None:
        if not hasattr(local, "api"):
            local.api = Api(config)
        return compare(local.api, history)

    prepare(Api(config))
    drawn = [
        history
        for theme in options.themes or THEMES
        for history in histories(theme, options.count, options.length, options.seed)
    ]
    with ThreadPoolExecutor(options.at_once) as pool:
        results = list(pool.map(play, drawn))
    classes: dict[str, list[Difference]] = defaultdict(list)
    for each in results:
        if each is not None:
            classes[each.title].append(each)
    count = sum(map(len, classes.values()))
    print(f"{len(drawn)} histories, {count} differ, {len(classes)} classes")
    for title, found in sorted(classes.items(), key=lambda item: -len(item[1])):
        first = min(found, key=lambda each: each.place)
        print(f"\n== {len(found)} x {title}")
        for step in first.history[: first.place + 1]:
            print(f"   {json.dumps(step)}")
        print("\n".join(first.lines[:60]))


if __name__ == "__main__":
    main()
