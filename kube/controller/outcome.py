"""What follows a reconcile: the table, as a pure function.

| the reconcile                        | result        | back-off | next                         |
|--------------------------------------|---------------|----------|------------------------------|
| returned                             | success       | reset    | nothing                      |
| returned `Result(requeue_after=s)`   | requeue_after | reset    | again in s seconds           |
| raised Conflict or AlreadyExists     | requeue       | grows    | again after the back-off     |
| raised TerminalError                 | error         | kept     | nothing until the next event |
| raised anything else, or timed out   | error         | grows    | again after the back-off     |

A conflict is the ordinary case of two writers: the object is read anew, and nobody need be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, StrEnum, auto

import msgspec

from kube.controller.request import Result, TerminalError
from kube.runtime.errors import AlreadyExistsError, ConflictError


class Label(StrEnum):
    """The label `result` of controller_runtime_reconcile_total."""

    SUCCESS = "success"
    ERROR = "error"
    REQUEUE = "requeue"
    REQUEUE_AFTER = "requeue_after"


class Fault(Enum):
    """What kind of failure it was."""

    CONFLICT = auto()
    TERMINAL = auto()
    TIMEOUT = auto()
    PANIC = auto()
    ERROR = auto()


class Outcome(msgspec.Struct, frozen=True):
    """How a reconcile ended. `timed_out` tells that it was cancelled by its own timeout."""

    result: Result | None = None
    error: BaseException | None = None
    timed_out: bool = False


class Decision(msgspec.Struct, frozen=True):
    """What to do with the key: `retries` waits for its back-off, `after` for so many seconds."""

    label: Label
    fault: Fault | None = None
    forgets: bool = False
    retries: bool = False
    after: float | None = None
    priority: int | None = None


SUCCESS = Decision(Label.SUCCESS, forgets=True)


def decide(outcome: Outcome) -> Decision:
    """What follows an outcome."""
    if outcome.error is not None:
        fault = classify(outcome.error, timed_out=outcome.timed_out)
        label = Label.REQUEUE if fault is Fault.CONFLICT else Label.ERROR
        return Decision(label, fault, retries=fault is not Fault.TERMINAL)
    result = outcome.result
    if result is not None and result.seconds > 0:
        return Decision(
            Label.REQUEUE_AFTER, forgets=True, after=result.seconds, priority=result.priority
        )
    return SUCCESS


def classify(error: BaseException, *, timed_out: bool = False) -> Fault:
    """What kind of failure an exception is.

    Whatever is not an Exception, such as SystemExit from a library, is what a panic is to Go: it
    must not end a worker.
    """
    if timed_out:
        return Fault.TIMEOUT
    if any(isinstance(each, TerminalError) for each in _with_causes(error)):
        return Fault.TERMINAL
    if isinstance(error, (ConflictError, AlreadyExistsError)):
        return Fault.CONFLICT
    return Fault.ERROR if isinstance(error, Exception) else Fault.PANIC


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """An exception, those that it was raised from, and the members of groups."""
    visited: set[int] = set()
    ahead: list[BaseException] = [error]
    while ahead:
        each = ahead.pop()
        if id(each) in visited:
            continue
        visited.add(id(each))
        yield each
        if each.__cause__ is not None:
            ahead.append(each.__cause__)
        if isinstance(each, BaseExceptionGroup):
            ahead += each.exceptions
