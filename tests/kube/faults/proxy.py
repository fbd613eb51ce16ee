"""A proxy on real sockets between a client and an API server, which does harm on demand.

Each list and each watch takes the next fault from its queue, and passes unharmed where there is
none. A fault is a coroutine function over an `Exchange`; it forwards as much of the real answer as
it likes, and breaks the rest.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from kube.client import Config


@dataclass(frozen=True)
class Asked:
    """A request that arrived, at a moment of the loop's clock."""

    time: float
    watch: bool
    query: dict[str, str]


class Exchange:
    """One request, and what may be done with it."""

    def __init__(self, proxy: Proxy, request: web.Request) -> None:
        self.request = request
        self._proxy = proxy
        self._response: web.StreamResponse | None = None

    async def forward(self) -> web.StreamResponse:
        """The server's own answer, to its end."""
        async with self._proxy.upstream(self.request) as answer:
            await self._begin(answer.status, answer.headers)
            async for chunk in answer.content.iter_any():
                await self.write(chunk)
        return await self.end()

    async def lines(self) -> AsyncIterator[bytes]:
        """The lines of the server's own watch, after its head has gone to the client."""
        async with self._proxy.upstream(self.request) as answer:
            await self._begin(answer.status, answer.headers)
            rest = b""
            async for chunk in answer.content.iter_any():
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    yield line + b"\n"

    async def body(self) -> bytes:
        """The server's own answer, whole; nothing of it has gone to the client."""
        async with self._proxy.upstream(self.request) as answer:
            return await answer.read()

    async def answer(
        self, status: int, body: bytes, headers: dict[str, str] | None = None
    ) -> web.StreamResponse:
        await self._begin(status, {"content-type": "application/json", **(headers or {})})
        await self.write(body)
        return await self.end()

    async def write(self, data: bytes) -> None:
        assert self._response is not None
        await self._response.write(data)

    async def end(self) -> web.StreamResponse:
        """The end of the answer, as HTTP has it."""
        assert self._response is not None
        await self._response.write_eof()
        return self._response

    async def silence(self) -> None:
        """Say nothing more; return when the client has given up, or the proxy ends."""
        await self._proxy.closing.wait()

    def reset(self) -> None:
        """Cut the connection with a RST."""
        transport = self.request.transport
        if transport is None:
            return
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    async def _begin(self, status: int, headers: Any) -> None:
        names = ("content-type", "retry-after", "warning")
        kept = {name: headers[name] for name in names if name in headers}
        self._response = web.StreamResponse(status=status, headers=kept)
        self._response.enable_chunked_encoding()
        await self._response.prepare(self.request)


Fault = Callable[[Exchange], Awaitable[Any]]


class Proxy:
    """Listens on a loopback port. `config` is that of the server behind it."""

    def __init__(self, config: Config) -> None:
        self.lists: deque[Fault] = deque()
        self.watches: deque[Fault] = deque()
        self.writes: deque[Fault] = deque()
        self.asked: list[Asked] = []
        self.token = ""
        """The bearer token that clients must show; anything where it is empty."""
        self.closing = asyncio.Event()
        self._config = config
        self._port = 0
        self._site: web.TCPSite | None = None
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._open: set[Exchange] = set()
        self._changed = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def listen(self, tls: ssl.SSLContext | None = None) -> None:
        """Accept connections, on the same port each time."""
        assert self._runner is not None
        self._site = web.TCPSite(
            self._runner, "127.0.0.1", self._port, reuse_address=True, ssl_context=tls
        )
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    async def stop_listening(self) -> None:
        """From now on connections are refused; those that are open stay."""
        assert self._site is not None
        await self._site.stop()

    def drop(self) -> None:
        """Cut every open exchange."""
        for exchange in list(self._open):
            exchange.reset()

    async def until_asked(self, holds: Callable[[list[Asked]], bool]) -> None:
        """Wait until the requests so far satisfy a condition."""
        async with self._changed:
            await self._changed.wait_for(lambda: holds(self.asked))

    @asynccontextmanager
    async def upstream(self, request: web.Request) -> AsyncIterator[aiohttp.ClientResponse]:
        assert self._session is not None
        names = ("accept", "content-type")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        if self._config.token:
            headers["authorization"] = f"Bearer {self._config.token}"
        url = self._config.server + request.path_qs
        body = await request.read() if request.can_read_body else None
        async with self._session.request(request.method, url, headers=headers, data=body) as answer:
            yield answer

    async def __aenter__(self) -> Proxy:
        tls = self._config.tls().context() if self._config.server.startswith("https") else None
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls or True, force_close=True),
            timeout=aiohttp.ClientTimeout(),
        )
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await self._runner.setup()
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        assert self._session is not None
        self.closing.set()
        await self._runner.cleanup()
        await self._session.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        watch = "watch" in request.query
        now = asyncio.get_running_loop().time()
        async with self._changed:
            self.asked.append(Asked(now, watch, dict(request.query)))
            self._changed.notify_all()
        exchange = Exchange(self, request)
        queue = self.watches if watch else self.lists
        if request.method != "GET":
            queue = self.writes
        self._open.add(exchange)
        try:
            if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
                return await exchange.answer(401, status(401, "Unauthorized"))
            fault = queue.popleft() if queue else Exchange.forward
            result = await fault(exchange)
        except (ConnectionError, aiohttp.ClientError):
            # One of the two ends is gone; the other is to notice.
            exchange.reset()
            raise
        finally:
            self._open.discard(exchange)
        if isinstance(result, web.StreamResponse):
            return result
        # A fault that answered nothing has broken the connection.
        exchange.reset()
        raise ConnectionResetError


def status(code: int, reason: str) -> bytes:
    """A refusal, as a server words it."""
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return json.dumps({**body, "code": code, "reason": reason, "message": "on purpose"}).encode()


# Faults of whole answers


def refuses(code: int, reason: str, **headers: str) -> Fault:
    names = {name.replace("_", "-"): value for name, value in headers.items()}

    async def fault(exchange: Exchange) -> Any:
        return await exchange.answer(code, status(code, reason), names)

    return fault


async def bad_gateway(exchange: Exchange) -> Any:
    """As a load balancer says it."""
    return await exchange.answer(502, b"<h1>Bad Gateway</h1>", {"content-type": "text/html"})


async def resets(exchange: Exchange) -> None:
    exchange.reset()


async def truncates(exchange: Exchange) -> Any:
    """The first half of a list, with a proper end."""
    body = await exchange.body()
    return await exchange.answer(200, body[: len(body) // 2])


async def breaks_off(exchange: Exchange) -> None:
    """The first half of a list, and a cut connection."""
    body = await exchange.body()
    await exchange._begin(200, {"content-type": "application/json"})
    await exchange.write(body[: len(body) // 2])
    exchange.reset()


# Faults of writes


async def loses_the_answer(exchange: Exchange) -> None:
    """The server has written, and nobody is told."""
    await exchange.body()
    exchange.reset()


# Faults of watches


def after(count: int, then: Fault) -> Fault:
    """So many good events, then a fault."""

    async def fault(exchange: Exchange) -> Any:
        seen = 0
        if count:
            async for line in exchange.lines():
                await exchange.write(line)
                seen += 1
                if seen == count:
                    break
        else:
            await exchange._begin(200, {"content-type": "application/json"})
        return await then(exchange)

    return fault


def says(line: bytes) -> Fault:
    """A line of the test's own, and the end."""

    async def fault(exchange: Exchange) -> Any:
        await exchange.write(line)
        return await exchange.end()

    return fault


def error_event(code: int, reason: str) -> Fault:
    return says(b'{"type":"ERROR","object":' + status(code, reason) + b"}\n")


async def ends(exchange: Exchange) -> Any:
    return await exchange.end()


async def falls_silent(exchange: Exchange) -> None:
    await exchange.silence()


async def drips(exchange: Exchange) -> Any:
    """Three bytes at a time."""
    async for line in exchange.lines():
        for start in range(0, len(line), 3):
            await exchange.write(line[start : start + 3])
            await asyncio.sleep(0)
    return await exchange.end()
