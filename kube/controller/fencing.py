"""Writes of a leader that leads no more are refused, whatever code sends them.

A process that stood still, since its machine did, goes on where it was: in the middle of a
reconcile, with a lease that has lapsed, while another process leads. Its event loop may run on for
a moment before it is told. So each write of leader's work is held against the lease's own time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar

from kube.client.transport import AsyncStream, AsyncTransport, Request, Response
from kube.controller.errors import LeadershipLostError

_is_leaders_work: ContextVar[bool] = ContextVar("leaders_work", default=False)


@contextmanager
def leaders_work() -> Iterator[None]:
    """What runs in the block, with its tasks and threads, may write as long as we lead."""
    token = _is_leaders_work.set(True)
    try:
        yield
    finally:
        _is_leaders_work.reset(token)


class FencedTransport:
    """A transport that sends no write of leader's work unless `leads` says so.

    It looks just before it sends. What was sent is on its way, and arrives.
    """

    def __init__(self, transport: AsyncTransport, leads: Callable[[], bool]) -> None:
        self._transport = transport
        self._leads = leads

    async def send(self, request: Request) -> Response:
        """Send a request. Raises LeadershipLostError."""
        if request.method != "GET" and _is_leaders_work.get() and not self._leads():
            raise LeadershipLostError(
                f"{request.method} {request.path} was not sent: the lease has lapsed, and another "
                "process may lead"
            )
        return await self._transport.send(request)

    def stream(self, request: Request) -> AbstractAsyncContextManager[AsyncStream]:
        return self._transport.stream(request)

    async def close(self) -> None:
        await self._transport.close()
