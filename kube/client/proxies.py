"""The environment's proxy for a URL, by Go's rules (golang.org/x/net/http/httpproxy).

Pure: the environment is an argument. Unlike Go, a proxy's URL that is not valid is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from kube.client.kubeconfig import ConfigError

Address: TypeAlias = IPv4Address | IPv6Address

SCHEMES = ("http", "https", "socks5", "socks5h")
"""The schemes of proxies that the transports can talk to."""

_DEFAULT_PORTS = {"http": "80", "https": "443"}


def proxy_for(url: str, environment: Mapping[str, str]) -> str | None:
    """The URL of the proxy that requests to `url` go through; None where they go directly.

    `HTTPS_PROXY` and `HTTP_PROXY` are for URLs of that scheme, `NO_PROXY` has the exceptions: see
    `bypasses`. A variable in upper case takes precedence over one in lower case. `localhost` and
    loopback addresses are never proxied. Raises `ConfigError` for a proxy whose URL is not valid or
    has an unsupported scheme.
    """
    parts = urlsplit(url)
    variable = f"{parts.scheme.upper()}_PROXY"
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    proxy = _variable(environment, variable)
    if not proxy:
        return None
    if variable == "HTTP_PROXY" and environment.get("REQUEST_METHOD"):
        # A CGI server passes the header `Proxy` of a request to the program as HTTP_PROXY.
        raise ConfigError("HTTP_PROXY is not used in a CGI program, where a caller can set it")
    host = _ascii(parts.hostname)
    port = str(parts.port) if parts.port is not None else _DEFAULT_PORTS[parts.scheme]
    if bypasses(host, port, _variable(environment, "NO_PROXY")):
        return None
    scheme, separator, _ = proxy.partition("://")
    if not separator:
        proxy = f"http://{proxy}"
    elif not scheme:
        raise ConfigError(f"{variable} is not a valid URL")
    return checked(proxy, variable)


def checked(proxy: str, source: str) -> str:
    """The URL of a proxy. Raises `ConfigError`, naming `source`, where it cannot be used."""
    try:
        parts = urlsplit(proxy)
        valid = bool(parts.hostname) and _has_valid_port(parts)
    except ValueError:
        raise ConfigError(f"{source} is not a valid URL") from None
    if parts.scheme not in SCHEMES:
        supported = ", ".join(SCHEMES)
        raise ConfigError(
            f"{source} has the scheme {parts.scheme!r}; supported are {supported}"
            if parts.scheme
            else f"{source} has no scheme: write it as http://HOST:PORT"
        )
    if not valid:
        raise ConfigError(f"{source} is not a valid URL: it needs a host, as in http://HOST:PORT")
    return proxy


def _has_valid_port(parts: SplitResult) -> bool:
    return parts.port != 0


def bypasses(host: str, port: str, no_proxy: str) -> bool:
    """Whether requests to this host and port go directly.

    `no_proxy` has entries separated by commas. An entry is an address (`10.0.0.1`, `::1`), a range
    of addresses (`10.0.0.0/8`), or a domain; an address and a domain may have a port
    (`10.0.0.1:6443`, `[::1]:6443`, `example.com:6443`). `example.com` stands for itself and what is
    below it; `.example.com` and `*.example.com` only for what is below; `*` for everything.
    """
    host = host.strip().lower()
    address = _address(host.partition("%")[0])  # fe80::1%eth0
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    return any(entry.matches(host, port, address) for entry in _entries(no_proxy))


@dataclass(frozen=True, slots=True)
class _Everything:
    def matches(self, host: str, port: str, address: Address | None) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _Range:
    network: IPv4Network | IPv6Network

    def matches(self, host: str, port: str, address: Address | None) -> bool:
        return address is not None and address in self.network


@dataclass(frozen=True, slots=True)
class _One:
    address: Address
    port: str

    def matches(self, host: str, port: str, address: Address | None) -> bool:
        return address == self.address and self.port in ("", port)


@dataclass(frozen=True, slots=True)
class _Domain:
    suffix: str
    """Begins with a dot."""
    port: str
    itself: bool

    def matches(self, host: str, port: str, address: Address | None) -> bool:
        if self.port not in ("", port) or address is not None:
            return False
        return host.endswith(self.suffix) or (self.itself and host == self.suffix[1:])


def _entries(no_proxy: str) -> Iterator[_Everything | _Range | _One | _Domain]:
    for entry in no_proxy.split(","):
        entry = entry.strip().lower()
        if entry == "*":
            yield _Everything()
            continue
        if (network := _network(entry)) is not None:
            yield _Range(network)
            continue
        host, port = _split_port(entry)
        if not host:
            continue
        if (address := _address(host)) is not None:
            yield _One(address, port)
            continue
        host = host.removeprefix("*") if host.startswith("*.") else host
        itself = not host.startswith(".")
        yield _Domain(_ascii(f".{host}" if itself else host), port, itself)


def _variable(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.lower()) or ""


def _address(text: str) -> Address | None:
    if "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def _network(text: str) -> IPv4Network | IPv6Network | None:
    if not re.fullmatch(r"[^/%]+/\d+", text):
        return None
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    first = network.network_address
    if isinstance(first, IPv6Address) and first.ipv4_mapped and network.prefixlen >= 96:
        return IPv4Network((first.ipv4_mapped, network.prefixlen - 96))
    return network


def _split_port(text: str) -> tuple[str, str]:
    """Host and port of `host:port` and `[address]:port`; anything else is a host as it stands."""
    bracketed = re.fullmatch(r"\[([^\[\]]*)\]:([^\[\]:]*)", text)
    plain = re.fullmatch(r"([^\[\]:]*):([^\[\]:]*)", text)
    match = bracketed or plain
    return (match[1], match[2]) if match else (text, "")


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        leading = "." if host.startswith(".") else ""
        return leading + host.removeprefix(".").encode("idna").decode("ascii")
    except UnicodeError:
        return host
