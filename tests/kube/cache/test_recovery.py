"""What follows the end of a watch, row by row of the table in `kube.cache.recovery`."""

from __future__ import annotations

import pytest

from kube.api.meta.v1 import Status, StatusCause, StatusDetails
from kube.cache.recovery import Delay, Recovery, Step, WatchEnd
from kube.client.transport import TransportError
from kube.runtime.errors import from_status


def refusal(code, *causes):
    details = StatusDetails(causes=[StatusCause(message=cause) for cause in causes])
    return from_status(Status(code=code, details=details))


EXPIRED = refusal(410)
AHEAD = refusal(504, "Too large resource version")
REFUSED = TransportError("connection refused", sent=False)
BROKEN = TransportError("reset by peer")


def end(error=None, events=0, seconds=0.0):
    return WatchEnd(error, events, seconds)


WATCH, WATCH_LATER = Step(False, Delay.NONE), Step(False, Delay.GROWING)
LIST, LIST_SOON, LIST_LATER = (
    Step(True, Delay.NONE),
    Step(True, Delay.SHORTEST),
    Step(True, Delay.GROWING),
)


@pytest.mark.parametrize(
    ("ends", "steps"),
    [
        pytest.param([end(seconds=300)], [WATCH], id="by itself"),
        pytest.param([end(events=1)], [WATCH], id="by itself, soon, with an event"),
        pytest.param(
            [end(events=1)] * 4 + [end(events=1, seconds=2)] + [end(events=1)],
            [WATCH, WATCH, WATCH_LATER, WATCH_LATER, WATCH, WATCH],
            id="by itself, soon, with an event, time after time",
        ),
        pytest.param([end(), end()], [WATCH_LATER] * 2, id="by itself, soon, without an event"),
        pytest.param([end(EXPIRED)], [LIST_SOON], id="expired"),
        pytest.param([end(AHEAD)], [LIST], id="ahead of the server"),
        pytest.param([end(EXPIRED), end(AHEAD)], [LIST_SOON, LIST_LATER], id="one after the other"),
        pytest.param(
            [end(EXPIRED), end(EXPIRED, events=5, seconds=3), end(EXPIRED)],
            [LIST_SOON, LIST_LATER, LIST_LATER],
            id="expired again soon",
        ),
        pytest.param(
            [end(EXPIRED), end(BROKEN, events=5, seconds=300), end(EXPIRED)],
            [LIST_SOON, WATCH_LATER, LIST_SOON],
            id="expired again after a steady watch",
        ),
        pytest.param([end(refusal(429))] * 9, [WATCH_LATER] * 9, id="429"),
        pytest.param([end(REFUSED)] * 9, [WATCH_LATER] * 9, id="connection refused"),
        pytest.param(
            [end(refusal(503))] * 4,
            [WATCH_LATER, WATCH_LATER, LIST_LATER, WATCH_LATER],
            id="503 time after time",
        ),
        pytest.param(
            [end(refusal(502)), end(BROKEN, seconds=150), end(refusal(504))],
            [WATCH_LATER, WATCH_LATER, LIST_LATER],
            id="failures of several kinds",
        ),
        pytest.param([end(BROKEN, events=1)] * 9, [WATCH_LATER] * 9, id="broken after events"),
        pytest.param(
            [end(BROKEN), end(BROKEN), end(seconds=300), end(BROKEN)],
            [WATCH_LATER, WATCH_LATER, WATCH, WATCH_LATER],
            id="a good one between",
        ),
        pytest.param([end(refusal(403))], [LIST_LATER], id="403"),
        pytest.param([end(refusal(500), events=9)], [LIST_LATER], id="500"),
        pytest.param([end(KeyError("a bug"))], [LIST_LATER], id="a bug"),
    ],
)
def test_what_follows_the_end_of_a_watch(ends, steps):
    recovery = Recovery()
    assert [recovery.after(each) for each in ends] == steps
