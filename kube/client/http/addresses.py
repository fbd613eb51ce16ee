"""The addresses of a host, in the order in which to try them, and sockets for them."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import TypeAlias

from kube.client.transport import KEEPALIVE

AddressInfo: TypeAlias = tuple[int, int, int, str, tuple[object, ...]]
"""As `socket.getaddrinfo` answers."""

STAGGER = 0.25
"""Seconds after which the next address is tried beside the ones before (RFC 8305)."""


def numeric(host: str, port: int) -> Sequence[AddressInfo] | None:
    """The address that `host` is; None for a name, which takes a look-up that may block."""
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return None


def in_turn(addresses: Sequence[AddressInfo]) -> list[AddressInfo]:
    """The two families in turn, beginning with the one that the resolver prefers (RFC 8305)."""
    if not addresses:
        return []
    preferred = [a for a in addresses if a[0] == addresses[0][0]]
    others = [a for a in addresses if a[0] != addresses[0][0]]
    pairs = zip_longest(preferred, others)
    return [address for address in chain.from_iterable(pairs) if address is not None]


def new_socket(address: AddressInfo) -> socket.socket:
    """A socket that does not block, and notices within a minute that the other end is gone."""
    family, kind, protocol = address[:3]
    made = socket.socket(family, kind, protocol)
    try:
        made.setblocking(False)
        for level, option, value in KEEPALIVE:
            made.setsockopt(level, option, value)
    except BaseException:
        made.close()
        raise
    return made


def failure_of(errors: Sequence[OSError]) -> OSError:
    """The one error to report of several attempts."""
    if not errors:
        return OSError("the host has no address")
    # asyncio's own texts name each address, which says nothing more to people.
    texts = dict.fromkeys(os.strerror(e.errno) if e.errno else str(e) for e in errors)
    return errors[0] if len(texts) == 1 else OSError("; ".join(texts))
