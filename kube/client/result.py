"""The answer to a built request: what `do()` returns, in both forms."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

from kube.client.decoding import decode_answer
from kube.client.transport import Response
from kube.client.watch_events import OnUndecodable
from kube.runtime import Struct

T = TypeVar("T", bound=Struct)


class Result:
    """The server's answer to a request that it has carried out.

    There is none for a refusal, which was raised.
    """

    def __init__(self, response: Response, on_undecodable: OnUndecodable) -> None:
        self._response = response
        self._on_undecodable = on_undecodable

    @property
    def status_code(self) -> int:
        """The HTTP status: 200, 201 for an object that was created, 202 for a deletion begun."""
        return self._response.status

    def raw(self) -> bytes:
        """The body, as it was sent."""
        return self._response.body

    def into(self, type: type[T]) -> T:
        """The body as an object, a list or a Status of this class.

        Raises `DecodeError` for a body of another kind, or of none, also with status 200. Items of
        a list that do not decode are reported to the REST client's `on_undecodable`, and left out.
        """
        return decode_answer(self._response.body, type, self._on_undecodable)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.status_code}, {len(self.raw())} bytes>"


class AsyncResult:
    """A request that is sent when this, or one of its methods, is awaited; once.

    `await …do()` is a `Result`; `await …do().into(Pod)` a Pod.
    """

    def __init__(
        self, sending: Coroutine[Any, Any, Response], on_undecodable: OnUndecodable
    ) -> None:
        self._sending = sending
        self._on_undecodable = on_undecodable

    def __await__(self) -> Generator[Any, Any, Result]:
        response = yield from self._sending.__await__()
        return Result(response, self._on_undecodable)

    async def raw(self) -> bytes:
        """The body, as it was sent."""
        return (await self).raw()

    async def into(self, type: type[T]) -> T:
        """The body as an object, a list or a Status of this class; see `Result.into`."""
        return (await self).into(type)
