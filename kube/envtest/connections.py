"""HTTP/1.1 connections to the embedded server: bytes to requests, answers to bytes.

The parser is llhttp, Node's, through httptools, which the network transports use too. A request
is answered as soon as its last byte is read, in the callback that read it: only an answer that
waits (a watch, a delayed one) gets a task. Requests of one connection are answered in order.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections import deque
from collections.abc import Mapping
from time import gmtime, time
from urllib.parse import parse_qsl, unquote

import httptools

from kube.client.transport import Request, Response, TransportError
from kube.envtest.apiserver import Delay, Server, WatchStream, failure, status
from kube.envtest.memory import follow, resumed

_log = logging.getLogger("kube.envtest")

LARGEST_BODY = 3 * 1024 * 1024
"""Bytes; the limit of kube-apiserver."""
LARGEST_HEAD = 1024 * 1024
"""Bytes of a request line and headers; the limit of Go's server."""

RECEIVED_AT_ONCE = 64 * 1024
"""Bytes. Without room of its own, asyncio makes and unmakes 256 KiB for each request, which takes
longer than to receive and to parse it."""

_BEFORE_CLOSE = 0.5
"""Seconds between the refusal of what is not a request and the end of its connection."""


class _Exchange:
    """One request, and what its answer needs to know of the connection."""

    __slots__ = ("chunked", "keep_alive", "request", "too_large")

    def __init__(
        self, request: Request, *, keep_alive: bool, chunked: bool, too_large: bool
    ) -> None:
        self.request = request
        self.keep_alive = keep_alive
        self.chunked = chunked
        """Whether the client reads chunks, as HTTP/1.0 does not."""
        self.too_large = too_large


class Connection(asyncio.BufferedProtocol):
    """One client's connection; `open_connections` contains it until it is lost.

    `room` is where requests are received. The connections of one event loop share it, since what is
    received is parsed before the loop does anything else.
    """

    def __init__(self, server: Server, open_connections: set[Connection], room: memoryview) -> None:
        self._server = server
        self._open = open_connections
        self._room = room
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[_Exchange] = deque()
        self._task: asyncio.Task[None] | None = None
        self._watch: WatchStream | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._refused = False
        self._begin()

    def _begin(self) -> None:
        self._in_head = False
        self._url = b""
        self._headers: dict[str, str] = {}
        self._chunks: list[bytes] = []
        self._head_size = 0
        self._body_size = 0

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._open.discard(self)
        self._writable.set()
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
        if self._watch is not None:
            self._watch.close()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        if self._refused:
            return
        try:
            self._parser.feed_data(self._room[:nbytes])
        except httptools.HttpParserUpgrade:
            pass  # the request is complete; what it would change to is not served
        except httptools.HttpParserError:
            self._refuse(400)
            return
        if self._in_head:
            self._head_size += nbytes
            if self._head_size > LARGEST_HEAD:
                self._refuse(431)

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._in_head = True

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        key = name.decode("latin-1").lower()
        text = value.decode("utf-8", "surrogateescape")
        before = self._headers.get(key)
        self._headers[key] = text if before is None else f"{before},{text}"

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self._headers.get("expect", "").lower() == "100-continue" and self._transport:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body_size += len(body)
        if self._body_size > LARGEST_BODY:
            self._chunks.clear()
        else:
            self._chunks.append(body)

    def on_message_complete(self) -> None:
        parser = self._parser
        path, _, query = self._url.decode("utf-8", "surrogateescape").partition("?")
        if not path.startswith("/"):  # as a proxy is asked
            path = (httptools.parse_url(self._url).path or b"/").decode()
        request = Request(
            parser.get_method().decode(),
            unquote(path) if "%" in path else path,
            parse_qsl(query, keep_blank_values=True) if query else [],
            self._headers,
            b"".join(self._chunks) or None,
        )
        is_current = parser.get_http_version() != "1.0"
        exchange = _Exchange(
            request,
            keep_alive=is_current and parser.should_keep_alive() and not parser.should_upgrade(),
            chunked=is_current,
            too_large=self._body_size > LARGEST_BODY,
        )
        self._begin()
        if self._transport is None or self._transport.is_closing() or self._refused:
            return
        if self._task is None:
            self._answer(exchange)
        else:
            self._waiting.append(exchange)
            self._transport.pause_reading()

    # Answers.

    def _answer(self, exchange: _Exchange) -> None:
        if exchange.too_large:
            message = f"Request entity too large: limit is {LARGEST_BODY}"
            error = status.StatusError(413, "RequestEntityTooLarge", message, {})
            self._write_whole(exchange, failure(error))
            return
        try:
            answer = self._server.handle(exchange.request)
        except TransportError:
            self._cut()
        except Exception:
            self._fail(exchange)
        else:
            if isinstance(answer, Response):
                self._write_whole(exchange, answer)
            else:
                self._task = asyncio.create_task(self._answer_later(exchange, answer))

    async def _answer_later(self, exchange: _Exchange, answer: WatchStream | Delay) -> None:
        try:
            while isinstance(answer, Delay):
                later = await resumed(answer)
                if isinstance(later, Response):
                    self._write_whole(exchange, later)
                    return
                answer = later
            await self._write_watch(exchange, answer)
        except TransportError:
            self._cut()
        except Exception:
            self._fail(exchange)
        finally:
            self._task = None
            self._next()

    def _next(self) -> None:
        while self._waiting and self._task is None and self._transport is not None:
            self._answer(self._waiting.popleft())
        if not self._waiting and self._transport is not None:
            self._transport.resume_reading()

    def _write_whole(self, exchange: _Exchange, response: Response) -> None:
        transport = self._transport
        if transport is None:
            return
        head = _head(response.status, response.headers)
        length = b"content-length: %d\r\n" % len(response.body)
        is_bare = exchange.request.method == "HEAD" or response.status in (204, 304)
        body = b"" if is_bare else response.body
        ending = b"\r\n" if exchange.keep_alive else b"connection: close\r\n\r\n"
        transport.write(b"".join((head, length, ending, body)))
        if not exchange.keep_alive:
            transport.close()

    async def _write_watch(self, exchange: _Exchange, watch: WatchStream) -> None:
        self._watch = watch
        try:
            chunked = b"transfer-encoding: chunked\r\n\r\n"
            self._write(_head(watch.status, watch.headers))
            self._write(chunked if exchange.chunked else b"connection: close\r\n\r\n")
            async for chunk in follow(watch):
                self._write(b"%x\r\n%s\r\n" % (len(chunk), chunk) if exchange.chunked else chunk)
                await self._writable.wait()
            if exchange.chunked:
                self._write(b"0\r\n\r\n")
        except Exception:
            _log.exception("a watch of %s failed", exchange.request.path)
            self._cut()
        finally:
            self._watch = None
            watch.close()
        if self._transport is not None and not (exchange.chunked and exchange.keep_alive):
            self._transport.close()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def _refuse(self, code: int) -> None:
        """Answer what is not a request, and end the connection, in the words of Go's server."""
        text = f"{code} {_reason(code)}".encode()
        fields = b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n"
        transport, self._refused = self._transport, True
        if transport is not None:
            transport.write(b"HTTP/1.1 " + text + b"\r\n" + fields + text)
            transport.write_eof()
            # Closed with bytes unread, the client's end would be reset, and the answer with it.
            asyncio.get_running_loop().call_later(_BEFORE_CLOSE, transport.close)

    def _cut(self) -> None:
        """A reactor asked for a broken connection: end it without an answer."""
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, exchange: _Exchange) -> None:
        request = exchange.request
        _log.exception("%s %s failed", request.method, request.path)
        self._refuse(500)

    # The end.

    def finish(self) -> asyncio.Task[None] | None:
        """Close when the current answer is written, and end a watch; that answer's task, if any."""
        if self._watch is not None:
            self._watch.close()
        if self._task is None and self._transport is not None:
            self._transport.close()
        return self._task

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


_FRAMING = frozenset({"connection", "content-length", "date", "transfer-encoding"})
"""Headers that the connection writes itself; what a reactor's response says of them is skipped."""


def _head(code: int, headers: Mapping[str, str]) -> bytes:
    fields = [
        f"{name}: {_line(value)}\r\n" for name, value in headers.items() if name not in _FRAMING
    ]
    return _start(code) + "".join(fields).encode("utf-8", "surrogateescape") + _date(int(time()))


def _line(value: str) -> str:
    """A header's value as Go writes it: a line break would end the header."""
    return value.replace("\r", " ").replace("\n", " ")


@functools.cache
def _start(code: int) -> bytes:
    return f"HTTP/1.1 {code} {_reason(code)}\r\n".encode()


def _reason(code: int) -> str:
    if code in (200, 201):
        return "OK" if code == 200 else "Created"
    # Only what fails needs the words of the other codes.
    from http import HTTPStatus

    return next((each.phrase for each in HTTPStatus if each == code), "")


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


@functools.lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    at = gmtime(second)
    day, month = _DAYS[at.tm_wday], _MONTHS[at.tm_mon - 1]
    clock = f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
    return f"date: {day}, {at.tm_mday:02} {month} {at.tm_year} {clock} GMT\r\n".encode()
