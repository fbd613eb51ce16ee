"""The head of a request, as bytes. Pure, and strict: no header can end early and begin another."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kube.client.transport import TransportError

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_WITH_LENGTH = frozenset(("POST", "PUT", "PATCH"))


def request_head(
    method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes | None
) -> bytes:
    """`target` is quoted already. Raises TransportError, which does not show the value, for a
    header that HTTP cannot carry.
    """
    lines = [f"{method} {target} HTTP/1.1"]
    for name, value in headers:
        if not _TOKEN.fullmatch(name):
            raise TransportError(f"{name!r} is not a valid name of a header", sent=False)
        if _CONTROL.search(value) is not None:
            raise TransportError(
                f"the header {name!r} has a control character, such as a line break", sent=False
            )
        lines.append(f"{name}: {value}")
    if body is not None or method in _WITH_LENGTH:
        lines.append(f"content-length: {len(body) if body is not None else 0}")
    lines.append("\r\n")
    try:
        return "\r\n".join(lines).encode("latin-1")
    except UnicodeEncodeError:
        raise TransportError(
            "a header has a character that HTTP cannot carry (beyond Latin-1)", sent=False
        ) from None
