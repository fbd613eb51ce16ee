"""`Exchange`: one response, parsed from bytes as they come. No input or output.

The parser is llhttp, Node's, through httptools. What it leaves to its user is decided here: answers
that have no body, the end of the input, what may follow an answer, compression, and limits.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httptools

HEAD_LIMIT = 256 * 1024
"""Bytes that an answer may have outside of its body: head, informational heads before it, trailers,
or the framing between two pieces of body. They are counted before they are parsed, since the parser
needs quadratic time for a header that comes in pieces.
"""

_GZIP = 31  # zlib's number for the gzip format with the largest window


class ProtocolError(Exception):
    """The other end did not speak HTTP as RFC 9112 has it, or exceeded a limit."""


class Exchange:
    """The answer to one request.

    `headers` is None until the head is complete; its names are in lower case. `chunks` collects the
    decoded body; whoever takes from it empties it. `received` tells whether anything came at all.
    `reusable` is meaningful when the answer is `complete`: whether the connection may carry another
    request. After a 101, or a successful CONNECT, `leftover` has the bytes that follow the head.

    `body_limit` bounds the decoded body, in bytes.
    """

    __slots__ = (
        "_body_limit",
        "_decoder",
        "_fault",
        "_head",
        "_informational",
        "_keep_alive",
        "_method",
        "_overhead",
        "_parser",
        "_taken",
        "_tunnel",
        "_until_end",
        "body_size",
        "chunks",
        "complete",
        "headers",
        "leftover",
        "received",
        "reusable",
        "status",
    )

    def __init__(self, method: str, *, body_limit: int | None = None) -> None:
        self.status = 0
        self.headers: dict[str, str] | None = None
        self.chunks: list[bytes] = []
        self.body_size = 0
        self._taken = 0
        self.complete = False
        self.reusable = False
        self.received = False
        self.leftover = b""
        self._method = method
        self._body_limit = body_limit
        self._overhead = 0
        self._head: dict[str, str] = {}
        self._informational = False
        self._keep_alive = False
        self._until_end = False
        self._tunnel = False
        self._decoder: _Gunzip | None = None
        self._fault: ProtocolError | None = None
        parser = httptools.HttpResponseParser(self)
        # As Go: lines may end in LF alone. What follows an answer is judged by us.
        parser.set_dangerous_leniencies(
            lenient_data_after_close=True, lenient_optional_cr_before_lf=True
        )
        self._parser: httptools.HttpResponseParser | None = parser

    def feed(self, data: bytes) -> None:
        """Take what was received. Raises ProtocolError."""
        self.received = True
        while data:
            if self._parser is None:
                self.reusable = False  # what follows a complete answer is nobody's
                return
            piece, room = data, HEAD_LIMIT - self._overhead
            if len(data) > room:
                if room <= 0:
                    raise ProtocolError(
                        f"the answer has more than {HEAD_LIMIT // 1024} KiB of headers"
                    )
                piece = data[:room]
            self._overhead += len(piece)
            try:
                self._parser.feed_data(piece)
            except httptools.HttpParserUpgrade as upgrade:
                self.leftover = piece[upgrade.args[0] :]
            except httptools.HttpParserError as error:
                self._judge(error)
            if self.complete and not self._tunnel:
                # Also breaks the cycle between parser and callbacks.
                self._parser = None
            if piece is data:
                return
            data = data[room:]

    def end(self) -> None:
        """The input has ended. Raises ProtocolError unless that completes the answer."""
        if self.complete:
            self.reusable = False
        elif self.headers is None:
            raise ProtocolError(
                "the connection was closed within the head of the answer"
                if self.received
                else "the connection was closed without an answer"
            )
        elif not self._until_end:
            raise ProtocolError("the connection was closed before the body of the answer ended")
        else:
            self._finish(keep_alive=False)

    def take(self) -> list[bytes]:
        """The decoded body since the last call."""
        chunks, self.chunks = self.chunks, []
        self._taken = self.body_size
        return chunks

    @property
    def untaken(self) -> int:
        """Bytes of the decoded body that nobody has taken."""
        return self.body_size - self._taken

    def _judge(self, error: httptools.HttpParserError) -> None:
        """What the parser refuses: our own refusal, a fault of the answer, or what follows it."""
        if isinstance(error, httptools.HttpParserCallbackError):
            if self._fault is None:
                raise error
            raise self._fault from None
        if not self.complete:
            raise ProtocolError(f"the answer is not valid HTTP: {error}") from None
        self.reusable = False

    # What the parser calls, in the order of the answer.

    def on_message_begin(self) -> None:
        if self.complete:
            self.reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.headers is not None:  # a trailer
            return
        head = self._head
        key = _NAMES.get(name) or _lowered(name)
        text = value.decode("latin-1")
        head[key] = f"{head[key]}, {text}" if key in head else text

    def on_headers_complete(self) -> None:
        parser = self._parser
        if parser is None or self.complete:
            return
        status = parser.get_status_code()
        self._informational = 100 <= status < 200 and status != 101
        if self._informational:
            self._head.clear()
            return
        if status < 100 or not parser.get_http_version().startswith("1."):
            self._refuse(f"the answer is HTTP/{parser.get_http_version()} with status {status}")
        self.status = status
        self.headers = headers = self._head
        self._overhead = 0
        self._keep_alive = parser.should_keep_alive()
        if status == 101 or (self._method == "CONNECT" and status < 300):
            self._tunnel = self.complete = True
        elif self._method == "HEAD" or status in (204, 304):
            # Whatever lengths the head names, no body follows.
            self.complete = True
            self.reusable = self._keep_alive
        else:
            self._expect_body(headers)

    def _expect_body(self, headers: dict[str, str]) -> None:
        coding = headers.get("transfer-encoding")
        if coding is not None and coding.strip().lower() != "chunked":
            self._refuse(f"the answer has the transfer-encoding {coding!r}, which nobody asked for")
        self._until_end = coding is None and "content-length" not in headers
        if "content-encoding" not in headers:
            return
        encoding = headers["content-encoding"].strip().lower()
        if encoding in ("gzip", "x-gzip"):
            self._decoder = _Gunzip()
        elif encoding not in ("", "identity"):
            self._refuse(f"the answer has the content-encoding {encoding!r}; supported is gzip")

    def on_body(self, data: bytes) -> None:
        self._overhead = 0
        if self._tunnel:
            self.leftover += data
        elif self.complete:
            self.reusable = False
        elif self._decoder is None:
            self._append(data)
        else:
            try:
                for piece in self._decoder.decode(data):
                    self._append(piece)
            except zlib.error as error:
                self._refuse(f"the answer is not valid gzip: {error}")

    def on_message_complete(self) -> None:
        if self._informational:
            self._informational = False
        elif not self.complete:
            try:
                self._finish(self._keep_alive)
            except ProtocolError as error:
                self._refuse(str(error))

    def _append(self, data: bytes) -> None:
        self.body_size += len(data)
        if self._body_limit is not None and self.body_size > self._body_limit:
            self._refuse(f"the body of the answer exceeds {self._body_limit} bytes")
        self.chunks.append(data)

    def _finish(self, keep_alive: bool) -> None:
        if self._decoder is not None and not self._decoder.at_boundary:
            raise ProtocolError("the compressed body of the answer ended early")
        self.complete = True
        self.reusable = keep_alive

    def _refuse(self, message: str) -> None:
        self._fault = ProtocolError(message)
        raise self._fault


class _Gunzip:
    """Gzip, possibly of several members (RFC 1952). `at_boundary`: no member is incomplete."""

    PIECE = 1024 * 1024
    """Bytes of output at a time, so that a limit is noticed before memory is spent."""

    def __init__(self) -> None:
        self._member: zlib._Decompress | None = None

    @property
    def at_boundary(self) -> bool:
        return self._member is None

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Raises zlib.error."""
        while data:
            member = self._member = self._member or zlib.decompressobj(_GZIP)
            while True:
                piece = member.decompress(data, self.PIECE)
                data = member.unconsumed_tail
                if piece:
                    yield piece
                # Without input left there is output left, if the last piece was a whole one.
                if member.eof or (not data and len(piece) < self.PIECE):
                    break
            if member.eof:
                data = member.unused_data
                self._member = None


def _lowered(raw: bytes) -> str:
    """The name of a header in lower case."""
    name = raw.decode("latin-1").lower()
    if len(_NAMES) < _MOST_NAMES:
        _NAMES[raw] = name
    return name


_NAMES: dict[bytes, str] = {}
"""Names of headers in lower case, by how servers write them: always the same few."""

_MOST_NAMES = 256
