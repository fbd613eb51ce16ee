"""A transport that fails at random, in front of any other one; seeded, and silent at rest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import msgspec

from kube.client.transport import AsyncStream, AsyncTransport, Request, Response, TransportError

GONE = b'{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}'
BROKEN = (
    b'{"type":"MODIFIED","object":{"apiVersion":"example.io/v1","kind":"Widget","metadata":'
    b'{"name":"never-was","namespace":"soak-x"},"spec":{"size":"no number"}}}\n'
)


def refusal(code: int, reason: str, **headers: str) -> Response:
    tree = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason}
    body = msgspec.json.encode({**tree, "code": code, "message": f"{reason} on purpose"})
    return Response(code, {"content-type": "application/json", **headers}, body)


REFUSALS = (
    refusal(410, "Expired"),
    refusal(429, "TooManyRequests"),
    refusal(429, "TooManyRequests", **{"retry-after": "0"}),
    refusal(500, "InternalError"),
    refusal(503, "ServiceUnavailable"),
    refusal(504, "Timeout"),
    Response(502, {"content-type": "text/html"}, b"<h1>Bad Gateway</h1>"),
)


@dataclass
class _Stream:
    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.chunks

    def close(self) -> None:
        raise NotImplementedError


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body


class FaultyTransport:
    """Fails a share of the requests, `rate`; of 1 it is an outage, and nobody answers.

    `busiest` is the most requests that began within one second.
    """

    def __init__(self, inner: AsyncTransport, random: Random) -> None:
        self._inner = inner
        self._random = random
        self._times: deque[float] = deque()
        self.rate = 0.0
        self.busiest = 0
        self.requests = 0
        self.faults = 0
        self._streams: set[AsyncStream] = set()

    @property
    def open_streams(self) -> int:
        return len(self._streams)

    def break_streams(self) -> None:
        """End every watch, as a proxy that is restarted does."""
        for stream in self._streams:
            stream.close()

    async def send(self, request: Request) -> Response:
        self._count()
        if not self._strikes():
            return await self._inner.send(request)
        kind = self._random.choice(["refused", "refusal", "late", "truncated", "reset"])
        if kind == "refused":
            raise TransportError("connection refused on purpose", sent=False)
        if kind == "refusal":
            return self._random.choice(REFUSALS)
        if kind == "late":
            await asyncio.sleep(self._random.random() * 0.3)
        answer = await self._inner.send(request)
        if kind == "reset":
            raise TransportError("connection reset on purpose")
        if kind == "truncated":
            return Response(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
        return answer

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[AsyncStream]:
        self._count()
        strikes = self._strikes()
        if strikes and self._random.random() < 0.4:
            if self._random.random() < 0.5:
                raise TransportError("connection refused on purpose", sent=False)
            answer = self._random.choice(REFUSALS)
            yield _Stream(answer.status, answer.headers, _whole(answer.body))
            return
        async with self._inner.stream(request) as stream:
            self._streams.add(stream)
            try:
                if strikes:
                    yield _Stream(stream.status, stream.headers, self._harmed(stream))
                else:
                    yield stream
            finally:
                self._streams.discard(stream)

    async def close(self) -> None:
        await self._inner.close()

    async def _harmed(self, stream: AsyncStream) -> AsyncIterator[bytes]:
        """Some lines unharmed, and then something else."""
        left = self._random.randrange(6)
        kind = self._random.choice(
            ["end", "reset", "truncated", "gone", "silence", "broken", "drip"]
        )
        async for chunk in stream:
            for line in chunk.splitlines(keepends=True):
                if kind == "drip":
                    for start in range(0, len(line), 97):
                        await asyncio.sleep(0)
                        yield line[start : start + 97]
                    continue
                if left == 0:
                    if kind == "truncated":
                        yield line[: len(line) // 2]
                    elif kind == "gone":
                        yield b'{"type":"ERROR","object":' + GONE + b"}\n"
                    elif kind == "reset":
                        raise TransportError("connection reset on purpose")
                    elif kind == "silence":
                        await asyncio.sleep(request_silence(self._random))
                        raise TransportError("nothing arrived in time, on purpose")
                    if kind != "broken":
                        return
                    yield BROKEN
                left -= 1
                yield line

    def _strikes(self) -> bool:
        strikes = self._random.random() < self.rate
        self.faults += strikes
        if self.rate == 1:
            raise TransportError("connection refused on purpose", sent=False)
        return strikes

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self.requests += 1
        self._times.append(now)
        while self._times[0] < now - 1:
            self._times.popleft()
        self.busiest = max(self.busiest, len(self._times))


def request_silence(random: Random) -> float:
    """Seconds for which a half-open connection says nothing."""
    return 0.1 + random.random() * 0.4
