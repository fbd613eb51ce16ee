"""Transports that answer from a script and remember what they were asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import msgspec

from kube.client.transport import Request, Response


def answer(status: int, body: object = b"", headers: Mapping[str, str] | None = None) -> Response:
    """A response; a body that is not bytes is encoded as JSON."""
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Response(status, dict(headers or {}), data)


def refusal(code: int, reason: str, **more: object) -> Response:
    return answer(
        code,
        {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "reason": reason,
            "code": code,
            "message": f"refused: {reason}",
            **more,
        },
    )


class _Whole:
    def __init__(self, response: Response) -> None:
        self.status = response.status
        self.headers = response.headers
        self._body = response.body

    def __iter__(self) -> Iterator[bytes]:
        # Cut where it hurts.
        for start in range(0, len(self._body), 7):
            yield self._body[start : start + 7]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in iter(self):
            yield chunk

    def close(self) -> None:
        pass


class _Script:
    def __init__(self, *answers: Response | Exception) -> None:
        self.requests: list[Request] = []
        self.open_streams = 0
        self._answers = list(answers)

    def _next(self, request: Request) -> Response:
        self.requests.append(request)
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(found, Exception):
            raise found
        return found


class AsyncScriptedTransport(_Script):
    """Answers in order; the last one over and over."""

    async def send(self, request: Request) -> Response:
        return self._next(request)

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[_Whole]:
        response = self._next(request)
        self.open_streams += 1
        try:
            yield _Whole(response)
        finally:
            self.open_streams -= 1

    async def close(self) -> None:
        pass


class ScriptedTransport(_Script):
    """Answers in order; the last one over and over."""

    def send(self, request: Request) -> Response:
        return self._next(request)

    @contextmanager
    def stream(self, request: Request) -> Iterator[_Whole]:
        response = self._next(request)
        self.open_streams += 1
        try:
            yield _Whole(response)
        finally:
            self.open_streams -= 1

    def close(self) -> None:
        pass
