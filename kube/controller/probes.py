"""Health checks: what `/healthz` and `/readyz` answer. The answer is made of outcomes, purely."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from kube.controller.errors import ManagerStateError

Check: TypeAlias = Callable[[], object | Awaitable[object]]
"""A function, plain or async, that raises where something is wrong. It must not block."""

log = logging.getLogger("kube.controller")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str


class Checks:
    """The checks of one path, by name; `ping`, which always passes, is there from the start."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._checks: dict[str, Check] = {"ping": lambda: None}
        self._is_serving = False

    def __repr__(self) -> str:
        return f"<Checks of {self.path}: {', '.join(self._checks)}>"

    def add(self, name: str, check: Check) -> None:
        """Add a check, which fails by raising. Its own path is `<path>/<name>`.

        Raises ManagerStateError once the manager runs, and ValueError for a name that is taken or
        is not one segment of a path.
        """
        if self._is_serving:
            raise ManagerStateError(f"the check {name!r} was added after the manager's start")
        if not name or "/" in name:
            raise ValueError(f"a check's name is one segment of a path, and {name!r} is not")
        if name in self._checks:
            raise ValueError(f"{self.path} has a check {name!r} already")
        if not callable(check):
            raise TypeError(f"a check is a function, not {check!r}")
        self._checks[name] = check

    def freeze(self) -> None:
        """Take no more checks."""
        self._is_serving = True

    async def answer(self, *, verbose: bool = False, exclude: Collection[str] = ()) -> Answer:
        """What the path itself answers."""
        outcomes: dict[str, Exception | None] = {}
        for name, check in self._checks.items():
            if name not in exclude:
                outcomes[name] = await _outcome(check)
        unknown = [name for name in exclude if name not in self._checks]
        answer = aggregate(self.path, outcomes, unknown, verbose=verbose)
        if answer.status != 200:
            for name, error in outcomes.items():
                if error is not None:
                    fields = {"path": self.path, "check": name}
                    log.warning("%s: the check %s failed: %s", self.path, name, error, extra=fields)
        return answer

    async def answer_one(self, name: str) -> Answer:
        """What the path of one check answers, with the reason of a failure."""
        check = self._checks.get(name)
        if check is None:
            return Answer(404, "404 page not found\n")
        error = await _outcome(check)
        if error is None:
            return Answer(200, "ok")
        return Answer(500, f"internal server error: {error}\n")


def aggregate(
    path: str, outcomes: Mapping[str, Exception | None], unknown: Collection[str], *, verbose: bool
) -> Answer:
    """The answer for all checks. Reasons are withheld, since anybody may ask."""
    name = path.strip("/")
    failed = any(error is not None for error in outcomes.values())
    if not failed and not verbose:
        return Answer(200, "ok")
    lines = [
        f"[+]{check} ok" if error is None else f"[-]{check} failed: reason withheld"
        for check, error in outcomes.items()
    ]
    if unknown:
        names = ", ".join(f'"{each}"' for each in unknown)
        lines.append(f"warn: some health checks cannot be excluded: no matches for {names}")
    lines.append(f"{name} check {'failed' if failed else 'passed'}")
    return Answer(500 if failed else 200, "\n".join(lines) + "\n")


async def _outcome(check: Check) -> Exception | None:
    try:
        result = check()
        if inspect.isawaitable(result):
            await result
    except Exception as error:
        return error
    return None
