"""URLs as Go's `url.ParseRequestURI` accepts them: absolute, or a path from the root."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"(?:[^\s\[\]<>\"\\^`{|}/?#:]|%[0-9A-Fa-f]{2})*|\[[0-9A-Fa-f:.%\w]+\]")
_SAFE = "!$&'()*+,;=:@/~"


@dataclass(frozen=True, slots=True)
class URL:
    scheme: str
    user: str
    host: str
    path: str
    query: str

    @property
    def hostname(self) -> str:
        host = self.host
        if host.startswith("["):
            return host[1 : host.index("]")]
        return host.rpartition(":")[0] if ":" in host else host

    @property
    def port(self) -> str:
        tail = self.host[self.host.rfind("]") + 1 :]
        return tail.rpartition(":")[2] if ":" in tail else ""

    @property
    def escaped_path(self) -> str:
        if re.fullmatch(r"(?:[\w\-.~!$&'()*+,;=:@/\[\]]|%[0-9A-Fa-f]{2})*", self.path, re.ASCII):
            return self.path
        return quote(unquote(self.path), safe=_SAFE)

    def values(self) -> dict[str, list[str]]:
        """The query's values by name; values with invalid escapes are left out."""
        good = [part for part in self.query.split("&") if ";" not in part]
        return parse_qs("&".join(good), keep_blank_values=True)


def parse(text: str) -> URL:
    """Raises ValueError, worded as net/url's error."""
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise _error(text, "net/url: invalid control character in URL")
    if not text:
        raise _error(text, "empty url")
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    rest = text[match.end() :] if match else text
    if not match and not rest.startswith("/"):
        if rest.startswith(":"):
            raise _error(text, "missing protocol scheme")
        raise _error(text, "invalid URI for request")
    # A fragment (`#…`) is not part of a request's URI, but of the URL that is built from it.
    rest = rest.partition("#")[0]
    rest, _, query = rest.partition("?")
    user = host = ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        user, _, host = authority.rpartition("@")
        _check_host(text, host)
        rest = slash + path
    bad = re.search(r"%(?![0-9A-Fa-f]{2}).{0,2}", rest)
    if bad:
        raise _error(text, f"invalid URL escape {json.dumps(bad.group())}")
    return URL(scheme, user, unquote(host), rest, query)


def _check_host(text: str, host: str) -> None:
    name, colon, port = host.rpartition(":")
    if host.startswith("["):
        end = host.find("]")
        if end < 0:
            raise _error(text, "missing ']' in host")
        name, tail = host[: end + 1], host[end + 1 :]
        colon, port = tail[:1], tail[1:]
    elif not colon:
        name, port = host, ""
    if colon and not re.fullmatch(r"\d*", port):
        raise _error(text, f"invalid port {json.dumps(colon + port)} after host")
    if not _HOST.fullmatch(name):
        bad = next((char for char in name if not _HOST.fullmatch(char)), name)
        raise _error(text, f"invalid character {json.dumps(bad)} in host name")


def _error(text: str, why: str) -> ValueError:
    return ValueError(f"parse {json.dumps(text)}: {why}")
