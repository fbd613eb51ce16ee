"""`Route`: how requests to one server are addressed and how it is reached. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from kube.client.http.tunnel import Handshake, basic_authorization, connect, socks5
from kube.client.transport import TransportError

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Scheme, host and port of a URL. `userinfo` is name and password, decoded."""

    scheme: str
    host: str
    port: int
    path: str
    userinfo: tuple[str, str] | None

    @classmethod
    def parse(cls, url: str) -> Endpoint:
        """Raises TransportError, which does not show the URL: it may have a password in it."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise TransportError(f"a URL is not valid: {error}", sent=False) from None
        if parts.scheme not in _PORTS or not host:
            raise TransportError("a URL needs a scheme and a host: https://HOST:PORT", sent=False)
        if ":" in host:
            host = unquote(host)  # the zone of fe80::1%25eth0
        userinfo = None
        if parts.username is not None:
            userinfo = (unquote(parts.username), unquote(parts.password or ""))
        path = parts.path.rstrip("/")
        return cls(
            parts.scheme, host, _PORTS[parts.scheme] if port is None else port, path, userinfo
        )

    @property
    def authority(self) -> str:
        """`host:port`, with brackets around an IPv6 address, and without its zone."""
        host = self.host.partition("%")[0]
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


@dataclass(frozen=True, slots=True)
class Route:
    """From us to `server`, through `proxy` if there is one.

    `address` is where the server is, if that is elsewhere than its name says.
    """

    server: Endpoint
    proxy: Endpoint | None = None
    address: Endpoint | None = None

    @classmethod
    def to(cls, server: str, proxy: str | None, address: str | None = None) -> Route:
        """Raises TransportError."""
        return cls(
            Endpoint.parse(server),
            Endpoint.parse(proxy) if proxy else None,
            Endpoint.parse(address) if address else None,
        )

    @property
    def first(self) -> Endpoint:
        """Where the socket leads."""
        return self.proxy or self.address or self.server

    @property
    def is_secure(self) -> bool:
        """Whether the server's end is TLS."""
        return self.server.scheme == "https"

    @property
    def is_forwarded(self) -> bool:
        """Whether the proxy gets our requests themselves, with whole URLs, and no tunnel."""
        return self.proxy is not None and self.proxy.scheme[:4] == "http" and not self.is_secure

    def prefix(self) -> str:
        """What stands before the path of each request's target."""
        return f"{self.server}{self.server.path}" if self.is_forwarded else self.server.path

    def headers(self) -> list[tuple[str, str]]:
        """The headers that each request has for the sake of the route."""
        default = _PORTS[self.server.scheme] == self.server.port
        authority = self.server.authority
        headers = [("host", authority.rpartition(":")[0] if default else authority)]
        if self.proxy is not None and self.is_forwarded and self.proxy.userinfo is not None:
            headers.append(("proxy-authorization", basic_authorization(*self.proxy.userinfo)))
        return headers

    def handshake(self) -> Handshake | None:
        """The conversation with the proxy that makes a tunnel; None if none is needed."""
        if self.proxy is None or self.is_forwarded:
            return None
        username, password = self.proxy.userinfo or (None, "")
        if self.proxy.scheme[:4] == "http":
            return connect(self.server.authority, username, password)
        return socks5(self.server.host, self.server.port, username, password)

    def __str__(self) -> str:
        """For messages; no credential."""
        return str(self.server) if self.proxy is None else f"{self.server} through {self.proxy}"
