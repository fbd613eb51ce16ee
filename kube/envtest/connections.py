"""HTTP/1.1 connections to the embedded server: bytes to requests, answers to bytes.

The parser is llhttp, Node's, through httptools, which the network transports use too. A request
is answered as soon as its last byte is read, in the callback that read it; only a watch and a
delayed answer come later. Requests of one connection are answered in order.
"""

from __future__ import annotations

import functools
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import parse_qsl, unquote

import httptools

from kube.client.transport import Request, Response, TransportError
from kube.envtest.apiserver import Delay, Server, WatchStream, failure, status
from kube.envtest.loop import READ, WRITE, Loop, Timer, log_fault

LARGEST_BODY = 3 * 1024 * 1024
"""Bytes; the limit of kube-apiserver."""
LARGEST_HEAD = 1024 * 1024
"""Bytes of a request line and headers; the limit of Go's server."""

RECEIVED_AT_ONCE = 64 * 1024
"""Bytes."""

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


class Connection:
    """One client's connection; `open_connections` contains it until it is closed.

    `room` is where requests are received. The connections of one loop share it, since what is
    received is parsed before the loop does anything else. `closed` is called at the end.
    """

    def __init__(
        self,
        server: Server,
        loop: Loop,
        sock: socket.socket,
        room: memoryview,
        closed: Callable[[Connection], object],
    ) -> None:
        self._server = server
        self._loop = loop
        self._socket: socket.socket | None = sock
        self._room = room
        self._closed = closed
        self._parser = httptools.HttpRequestParser(self)
        self._events = 0
        self._reads = True
        self._unsent = bytearray()
        self._after_sending: Callable[[], object] | None = None
        self._waiting: deque[_Exchange] = deque()
        self._answering: _Exchange | None = None
        """The request whose answer takes a while."""
        self._watch: WatchStream | None = None
        self._woken = False
        self._timer: Timer | None = None
        self._refused = False
        self._finishing = False
        self._begin()
        self._listen()

    def _begin(self) -> None:
        self._in_head = False
        self._url = b""
        self._headers: dict[str, str] = {}
        self._chunks: list[bytes] = []
        self._head_size = 0
        self._body_size = 0

    # What the loop calls.

    def _listen(self) -> None:
        events = (READ if self._reads else 0) | (WRITE if self._unsent else 0)
        if events != self._events and self._socket is not None:
            self._events = events
            self._loop.watch(self._socket, events, self._ready)

    def _ready(self, events: int) -> None:
        try:
            if events & WRITE:
                self._send_rest()
            if events & READ:
                self._receive()
        except Exception:
            self.abort()
            raise

    def _receive(self) -> None:
        if self._socket is None:
            return
        try:
            count = self._socket.recv_into(self._room)
        except BlockingIOError:
            return
        except OSError:
            count = 0
        if not count:
            self._close()
        elif not self._refused:
            self._parse(self._room[:count])

    def _parse(self, data: memoryview) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # the request is complete; what it would change to is not served
        except httptools.HttpParserError:
            self._refuse(400)
            return
        if self._in_head:
            self._head_size += len(data)
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
        if self._headers.get("expect", "").lower() == "100-continue":
            self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

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
        if not self._is_open:
            return
        if self._answering is None and not self._unsent:
            self._answer(exchange)
        else:  # a client that asks and does not read may not have its answers pile up
            self._waiting.append(exchange)
            self._reads = False
            self._listen()

    # Answers.

    def _answer(self, exchange: _Exchange) -> None:
        if exchange.too_large:
            error = status.entity_too_large(f"limit is {LARGEST_BODY}")
            self._write_whole(exchange, failure(error))
            return
        try:
            answer = self._server.handle(exchange.request)
        except Exception as error:
            self._fail(exchange, error)
        else:
            self._give(exchange, answer)

    def _give(self, exchange: _Exchange, answer: Response | WatchStream | Delay) -> None:
        if isinstance(answer, Response):
            self._write_whole(exchange, answer)
        elif isinstance(answer, Delay):
            delay = answer
            self._answering = exchange
            self._timer = self._loop.later(delay.seconds, lambda: self._resume(exchange, delay))
        elif self._is_open:
            self._begin_watch(exchange, answer)
        else:
            answer.close()

    def _resume(self, exchange: _Exchange, delay: Delay) -> None:
        """Ask for a delayed answer, in a thread of its own where that takes its time."""
        resume, self._timer = delay.resume, None
        assert resume is not None

        def ask() -> None:
            try:
                answer = resume()
            except Exception as error:
                fault = error  # the name of the handler ends with it
                self._loop.call(lambda: self._end_late(lambda: self._fail(exchange, fault)))
            else:
                self._loop.call(lambda: self._end_late(lambda: self._give(exchange, answer)))

        if delay.blocks:
            threading.Thread(target=ask, name="envtest-answer", daemon=True).start()
        else:
            ask()

    def _end_late(self, end: Callable[[], object]) -> None:
        """Give an answer that the next requests wait for."""
        self._answering = None
        end()
        if self._answering is None:
            self._next()

    def _next(self) -> None:
        while self._waiting and self._answering is None and not self._unsent and self._is_open:
            self._answer(self._waiting.popleft())
        if not self._waiting:
            self._reads = True
            self._listen()
        if self._finishing and self._answering is None:
            self._close()

    def _write_whole(self, exchange: _Exchange, response: Response) -> None:
        head = _head(response.status, response.headers)
        length = b"content-length: %d\r\n" % len(response.body)
        is_bare = exchange.request.method == "HEAD" or response.status in (204, 304)
        body = b"" if is_bare else response.body
        ending = b"\r\n" if exchange.keep_alive else b"connection: close\r\n\r\n"
        self._write(b"".join((head, length, ending, body)))
        if not exchange.keep_alive:
            self._close()

    def _begin_watch(self, exchange: _Exchange, watch: WatchStream) -> None:
        self._answering, self._watch = exchange, watch
        chunked = b"transfer-encoding: chunked\r\n\r\n"
        ending = chunked if exchange.chunked else b"connection: close\r\n\r\n"
        # Whoever reads the head may rely on the watch.
        watch.on_change(self._wake)
        self._write(_head(watch.status, watch.headers) + ending)

    def _wake(self) -> None:
        """Whoever writes calls this, in any thread, with the server's lock."""
        if not self._woken:
            self._woken = True
            self._loop.call(self._follow)

    def _follow(self) -> None:
        """Write what is new in the watch. For a slow reader it is called again when all is sent."""
        self._woken = False
        watch, exchange = self._watch, self._answering
        if watch is None or exchange is None or not self._is_open:
            return
        try:
            while not self._unsent and self._is_open and (chunk := watch.poll()):
                self._write(b"%x\r\n%s\r\n" % (len(chunk), chunk) if exchange.chunked else chunk)
        except Exception:
            log_fault("a watch of %s failed", exchange.request.path)
            self.abort()
            return
        if self._unsent:
            return
        if watch.ended:
            self._end_watch(exchange, watch)
        else:
            self._wake_in(watch.due_in())

    def _wake_in(self, seconds: float | None) -> None:
        """Follow the watch again by then; a timer that is due earlier does as well."""
        if seconds is None:
            return
        timer = self._timer
        if timer is not None and timer.callback is not None:
            if timer.at <= time.monotonic() + seconds:
                return
            timer.cancel()
        self._timer = self._loop.later(seconds, self._wake_now)

    def _wake_now(self) -> None:
        self._timer = None
        self._follow()

    def _end_watch(self, exchange: _Exchange, watch: WatchStream) -> None:
        self._watch = None
        self._stop_timer()
        watch.close()
        if exchange.chunked:
            self._write(b"0\r\n\r\n")
        if exchange.chunked and exchange.keep_alive:
            self._end_late(lambda: None)
        else:
            self._close()

    def _refuse(self, code: int) -> None:
        """Answer what is not a request, and end the connection, in the words of Go's server."""
        text = f"{code} {_reason(code)}".encode()
        fields = b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n"
        if not self._is_open:
            return
        self._write(b"HTTP/1.1 " + text + b"\r\n" + fields + text)
        self._refused = True
        self._waiting.clear()
        self._when_sent(self._shut_down)
        # Closed with bytes unread, the client's end would be reset, and the answer with it.
        self._stop_timer()
        self._timer = self._loop.later(_BEFORE_CLOSE, self.abort)

    def _shut_down(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_WR)

    def _fail(self, exchange: _Exchange, error: Exception) -> None:
        if isinstance(error, TransportError):
            self.abort()  # a reactor asked for a broken connection: it ends without an answer
            return
        request = exchange.request
        log_fault("%s %s failed", request.method, request.path, error=error)
        why = f"Internal error occurred: {type(error).__name__}: {error}".rstrip(": ")
        hint = "the log of kube.envtest has the traceback"
        fault = status.StatusError(500, "InternalError", f"{why}; {hint}", {})
        self._write_whole(exchange, failure(fault))
        self._close()

    # Output.

    @property
    def _is_open(self) -> bool:
        """Whether another answer may be written."""
        return self._socket is not None and self._after_sending is None and not self._refused

    def _write(self, data: bytes) -> None:
        if not self._is_open:
            return
        assert self._socket is not None
        if self._unsent:
            self._unsent += data
            return
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.abort()
            return
        if sent < len(data):
            self._unsent += memoryview(data)[sent:]
            self._listen()

    def _send_rest(self) -> None:
        if self._socket is None:
            return
        try:
            del self._unsent[: self._socket.send(self._unsent)]
        except BlockingIOError:
            return
        except OSError:
            self.abort()
            return
        if self._unsent:
            return
        self._listen()
        if self._after_sending is not None:
            self._after_sending()
        elif self._answering is None:
            self._next()
        else:
            self._follow()

    def _when_sent(self, then: Callable[[], object]) -> None:
        """Do this when all is sent that was written; nothing is written any more."""
        self._after_sending = then
        if not self._unsent:
            then()

    # The end.

    def _close(self) -> None:
        """Close when all is sent that was written."""
        self._reads = False
        self._listen()
        self._when_sent(self.abort)

    def finish(self) -> None:
        """Close when the current answer is written, and end a watch."""
        self._finishing = True
        if self._watch is not None:
            self._watch.close()
        elif self._answering is None:
            self._close()

    def abort(self) -> None:
        """Close, and forget what is not sent and not answered."""
        sock, self._socket = self._socket, None
        if sock is None:
            return
        self._loop.forget(sock)
        sock.close()
        self._unsent.clear()
        self._waiting.clear()
        self._stop_timer()
        if self._watch is not None:
            self._watch.close()
        self._closed(self)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


_FRAMING = frozenset({"connection", "content-length", "date", "transfer-encoding"})
"""Headers that the connection writes itself; what a reactor's response says of them is skipped."""


def _head(code: int, headers: Mapping[str, str]) -> bytes:
    return _start(code) + _fields(tuple(headers.items())) + _date(int(time.time()))


@functools.lru_cache(maxsize=64)
def _fields(headers: tuple[tuple[str, str], ...]) -> bytes:
    """Nearly all answers have the same."""
    fields = [f"{name}: {_line(value)}\r\n" for name, value in headers if name not in _FRAMING]
    return "".join(fields).encode("utf-8", "surrogateescape")


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
    at = time.gmtime(second)
    day, month = _DAYS[at.tm_wday], _MONTHS[at.tm_mon - 1]
    clock = f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
    return f"date: {day}, {at.tm_mday:02} {month} {at.tm_year} {clock} GMT\r\n".encode()
