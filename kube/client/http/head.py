"""The head of a request, as bytes. Pure, and strict: no header can end early and begin another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kube.client.transport import TransportError

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_WITH_LENGTH = frozenset(("POST", "PUT", "PATCH"))

_MOST_REMEMBERED = 32


class HeaderEncoder:
    """Headers as lines of a request. Most requests of a client have the same: they are encoded,
    and checked, once.
    """

    def __init__(self, common: Iterable[tuple[str, str]] = ()) -> None:
        self._common = tuple(common)
        self._encoded: dict[tuple[tuple[str, str], ...], bytes] = {}

    def encode(self, headers: Mapping[str, str]) -> bytes:
        """The common headers, then these. Raises TransportError; see `header_lines`."""
        key = tuple(headers.items())
        encoded = self._encoded.get(key)
        if encoded is None:
            encoded = header_lines((*self._common, *key))
            if len(self._encoded) >= _MOST_REMEMBERED:
                self._encoded.clear()  # tokens that have been renewed
            self._encoded[key] = encoded
        return encoded


def request_head(method: str, target: str, lines: bytes, body: bytes | None) -> bytes:
    """The head of a request. `target` is quoted already, `lines` are by `header_lines`."""
    if body is not None:
        length = b"content-length: %d\r\n" % len(body)
    else:
        length = b"content-length: 0\r\n" if method in _WITH_LENGTH else b""
    return b"%s %s HTTP/1.1\r\n%s%s\r\n" % (method.encode(), target.encode(), lines, length)


def header_lines(headers: Iterable[tuple[str, str]]) -> bytes:
    """Raises TransportError, which does not show the value, for a header that HTTP cannot carry."""
    lines = []
    for name, value in headers:
        if not _TOKEN.fullmatch(name):
            raise TransportError(f"{name!r} is not a valid name of a header", sent=False)
        if _CONTROL.search(value) is not None:
            raise TransportError(
                f"the header {name!r} has a control character, such as a line break", sent=False
            )
        lines.append(f"{name}: {value}\r\n")
    try:
        return "".join(lines).encode("latin-1")
    except UnicodeEncodeError:
        raise TransportError(
            "a header has a character that HTTP cannot carry (beyond Latin-1)", sent=False
        ) from None
