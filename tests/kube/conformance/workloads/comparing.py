"""Plays one history on both servers, until after each step both show the same."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable
from difflib import unified_diff

from kube.envtest import Server
from kube.envtest.memory import MemoryTransport
from tests.kube.conformance.api import Api
from tests.kube.conformance.conftest import Namespace
from tests.kube.conformance.workloads.drawing import History
from tests.kube.conformance.workloads.playing import CONTROLLERS, Player, Shown

STILL = 3.0
"""Seconds without a change after which the real server is taken to be done."""
REFUSED_STILL = 20.0
"""The same where a quota has refused Pods: either server tries again after a pause of its own."""


class InMemory(Api):
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


Heard = Callable[[float, str, Shown], None]


def compare(real: Api, history: History, heard: Heard | None = None) -> Difference | None:
    """Play a history on the real server and on an embedded one of its own.

    `heard` gets what both show after each step: the seconds since the beginning, the code of the
    answer, and the objects.
    """
    server = Server(controllers=CONTROLLERS)
    embedded = InMemory(server)
    namespace = Namespace(f"h-{secrets.token_hex(4)}")
    for api in (real, embedded):
        api.post("/api/v1/namespaces", {"metadata": {"name": namespace.name}}).ok()
    prepare(embedded)
    left, right = Player(real, namespace), Player(embedded, namespace)
    began = time.monotonic()

    def show() -> Shown:
        server.settle()
        return right.show()

    try:
        for place, step in enumerate(history):
            is_last = place == len(history) - 1
            has_quota = ["create", "resourcequotas"] in [each[:2] for each in history[:place]]
            still = REFUSED_STILL if has_quota else STILL
            next_second()
            codes = left.play(step), right.play(step)
            lines = [f"-{codes[0]}", f"+{codes[1]}"] if codes[0] != codes[1] else []
            lines = lines or settled(left, show, still=still, is_last=is_last)
            if lines:
                return Difference(history, place, lines)
            if heard is not None:
                heard(time.monotonic() - began, codes[0], show())
    finally:
        real.delete(left.path("daemonsets"))
    return None


def prepare(api: Api) -> None:
    """A node that is there and takes Pods."""
    api.post("/api/v1/nodes", {"metadata": {"name": "one"}})
    api.patch("merge", "/api/v1/nodes/one", {"spec": {"taints": None}}).ok()


def next_second() -> None:
    """Let the clock show another second: what is made within one is ordered by random names."""
    time.sleep(1 - time.time() % 1)


def settled(
    left: Player, wanted: Callable[[], Shown], *, still: float = STILL, is_last: bool
) -> list[str]:
    """Wait until the real server shows what is wanted; what differs when it does nothing more.

    After the last step it must do nothing more in any case.
    """
    versions, since = "", time.monotonic()
    while True:
        expected, found = left.show(), wanted()
        if expected == found and not is_last:
            return []
        now = left.versions()
        if now != versions:
            versions, since = now, time.monotonic()
        elif time.monotonic() - since > (still if expected != found else STILL / 2):
            return differences(expected, found)
        time.sleep(0.1)


def differences(expected: Shown, found: Shown) -> list[str]:
    texts = [json.dumps(each, indent=1, sort_keys=True).splitlines() for each in (expected, found)]
    return list(unified_diff(texts[0], texts[1], "real", "embedded", lineterm="", n=4))
