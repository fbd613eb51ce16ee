"""When to send a request again, and how to read warnings. Pure: no I/O.

As in client-go, answers that carry Retry-After are retried at most 10 times, unless a request says
otherwise.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kube.runtime import errors

MAX_RETRIES = 10

MIN_RETRY_DELAY = 0.1
"""The least seconds between two tries of a request, also where Retry-After asks for fewer."""

WARNINGS_REMEMBERED = 1000
"""How many different warnings one client logs."""


@dataclass(slots=True)
class Attempts:
    """The tries of one request so far."""

    most: int = MAX_RETRIES
    retries: int = 0
    renewed: bool = False
    """Whether credentials were renewed, after an answer of 401."""


def retry_delay(
    status: int, headers: Mapping[str, str], attempt: int, most: int = MAX_RETRIES
) -> float | None:
    """The seconds to wait before the request is sent again; None where it is not.

    `attempt` counts from 0.
    """
    if attempt >= most or not (status == 429 or status >= 500):
        return None
    delay = errors.retry_after(headers)
    return None if delay is None else max(delay, MIN_RETRY_DELAY)


def conflict_delays(
    tries: int, delay: float, factor: float, jitter: float
) -> Iterator[float | None]:
    """The pause after each try of an update, None after the last one."""
    for _ in range(tries - 1):
        yield delay * (1 + jitter * random.random())
        delay *= factor
    yield None


_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')


def warnings_in(header: str) -> list[str]:
    """The texts of a Warning header, which may contain several."""
    return [re.sub(r"\\(.)", r"\1", text) for text in _WARNING.findall(header)]
