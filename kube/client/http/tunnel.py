"""How a proxy is asked to connect us to a server: HTTP's CONNECT, and SOCKS5. No input or output.

Each handshake is a generator: it yields bytes to send, perhaps none, and expects what was received.
It returns when the tunnel is there. Raises TunnelError.
"""

from __future__ import annotations

import base64
from collections.abc import Generator
from typing import TypeAlias

from kube.client.http.exchange import Exchange, ProtocolError
from kube.client.http.head import header_lines, request_head

Handshake: TypeAlias = Generator[bytes, bytes, None]
"""Yields what to send and expects what came; empty bytes are the end of the input."""


class TunnelError(Exception):
    """The proxy refused, or did not understand. The text has no credential in it."""


def basic_authorization(username: str, password: str) -> str:
    """The value of Proxy-Authorization."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def connect(authority: str, username: str | None, password: str) -> Handshake:
    """RFC 9110, 9.3.6. `authority` is the server's host:port."""
    headers = [("host", authority)]
    if username is not None:
        headers.append(("proxy-authorization", basic_authorization(username, password)))
    exchange = Exchange("CONNECT", body_limit=64 * 1024)
    received = yield request_head("CONNECT", authority, header_lines(headers), None)
    try:
        while True:
            if not received:
                exchange.end()
            else:
                exchange.feed(received)
            if exchange.headers is not None:
                break
            received = yield b""
    except ProtocolError as error:
        raise TunnelError(f"the proxy did not answer CONNECT: {error}") from None
    if not 200 <= exchange.status < 300:
        raise TunnelError(f"the proxy answered CONNECT {authority} with {exchange.status}")
    if exchange.leftover:
        raise TunnelError("the proxy sent bytes that nobody asked for after CONNECT")


_SOCKS_FAILURES = {
    1: "general failure",
    2: "not allowed by its rules",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "time to live expired",
    7: "command not supported",
    8: "type of address not supported",
}


def socks5(host: str, port: int, username: str | None, password: str) -> Handshake:
    """RFC 1928, with the password of RFC 1929. The proxy resolves the name, as in Go."""
    reader = _Reader()
    methods = b"\x00\x02" if username is not None else b"\x00"
    version, method = yield from reader.read(2, b"\x05" + bytes([len(methods)]) + methods)
    if version != 5:
        raise TunnelError("the proxy does not speak SOCKS5")
    if method == 2 and username is not None:
        name, secret = username.encode(), password.encode()
        if not 0 < len(name) < 256 or not 0 < len(secret) < 256:
            raise TunnelError("SOCKS5 needs a username and a password of 1 to 255 bytes")
        request = b"\x01" + bytes([len(name)]) + name + bytes([len(secret)]) + secret
        answer = yield from reader.read(2, request)
        if answer[1] != 0:
            raise TunnelError("the proxy refused the username and password")
    elif method != 0:
        raise TunnelError("the proxy accepts none of the ways to log in that we have")
    answer = yield from reader.read(5, b"\x05\x01\x00" + _address(host) + port.to_bytes(2, "big"))
    if answer[0] != 5 or answer[1] != 0:
        reason = _SOCKS_FAILURES.get(answer[1], f"code {answer[1]}")
        raise TunnelError(f"the proxy cannot reach {host}:{port}: {reason}")
    # The rest of the address that the proxy uses, of which one byte has come, and its port.
    lengths = {1: 3 + 2, 3: answer[4] + 2, 4: 15 + 2}
    if answer[3] not in lengths:
        raise TunnelError("the proxy does not speak SOCKS5")
    yield from reader.read(lengths[answer[3]], b"")
    if reader.rest:
        raise TunnelError("the proxy sent bytes that nobody asked for after its answer")


def _address(host: str) -> bytes:
    from ipaddress import IPv4Address, IPv6Address, ip_address

    try:
        address: IPv4Address | IPv6Address = ip_address(host.partition("%")[0])
    except ValueError:
        name = host.encode("idna") if not host.isascii() else host.encode()
        if len(name) > 255:
            raise TunnelError(f"the host {host!r} is too long for SOCKS5") from None
        return b"\x03" + bytes([len(name)]) + name
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed


class _Reader:
    """Collects what came until there is enough of it."""

    def __init__(self) -> None:
        self.rest = b""

    def read(self, count: int, send: bytes) -> Generator[bytes, bytes, bytes]:
        while len(self.rest) < count:
            received = yield send
            if not received:
                raise TunnelError("the proxy closed the connection")
            self.rest += received
            send = b""
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken
