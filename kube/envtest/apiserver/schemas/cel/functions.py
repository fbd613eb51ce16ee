"""What Kubernetes' own functions in CEL do, after apiserver's `cel/library`.

Plain functions over plain values. A quantity, a version or an address is a map whose one key names
its type. Failures are ValueErrors in apiserver's words.
"""

from __future__ import annotations

import ipaddress
import itertools
import json
import re
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

from kube.envtest.apiserver.schemas.cel import urls
from kube.envtest.apiserver.schemas.cel.names import FORMATS
from kube.runtime.quantity import parse_quantity

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Interface | ipaddress.IPv6Interface
Value = dict[str, Any]

QUANTITY, SEMVER, IP, CIDR, URL, FORMAT, OPTIONAL = (
    f"@{name}" for name in ("quantity", "semver", "ip", "cidr", "url", "format", "optional")
)
"""The keys that name the types that CEL does not have; no object has such keys."""


# Lists


def is_sorted(items: list[Any]) -> bool:
    return all(left <= right for left, right in itertools.pairwise(items))


def total(items: list[Any]) -> Any:
    if items and isinstance(items[0], timedelta):
        return sum(items, timedelta())
    return sum(items)


def most(name: str, choose: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    def call(items: list[Any]) -> Any:
        if not items:
            raise ValueError(f"{name} called on empty list")
        return choose(items)

    return call


def _same(left: Any, right: Any) -> bool:
    # To Python, True is 1.
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def index_of(items: list[Any], item: Any) -> int:
    return next((i for i, each in enumerate(items) if _same(each, item)), -1)


def last_index_of(items: list[Any], item: Any) -> int:
    return max((i for i, each in enumerate(items) if _same(each, item)), default=-1)


# Regular expressions


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"Illegal regex: {error}") from error


def find(text: str, pattern: str) -> str:
    match = _compiled(pattern).search(text)
    return match.group() if match else ""


def find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    matches = [match.group() for match in _compiled(pattern).finditer(text)]
    return matches if most < 0 else matches[:most]


# Quantities


def quantity(text: str) -> Value:
    shape = re.fullmatch(r"[+-]?[0-9.]+[eEinumkKMGTP]*[-+]?[0-9]*", text)
    if not text or not shape:
        pattern = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
        raise ValueError(f"quantities must match the regular expression '{pattern}'")
    try:
        return quantity_of(Fraction(parse_quantity(text)))
    except ValueError as error:
        raise ValueError("unable to parse quantity's suffix") from error


def quantity_of(amount: Fraction) -> Value:
    return {QUANTITY: str(amount)}


def number(quantity: Value) -> Fraction:
    return Fraction(quantity[QUANTITY])


def as_integer(quantity: Value) -> int:
    if not is_integer(quantity):
        raise ValueError("cannot convert value to integer")
    return int(number(quantity))


def is_integer(quantity: Value) -> bool:
    value = number(quantity)
    return value.denominator == 1 and -(2**63) <= value < 2**63


def sign(quantity: Value) -> int:
    value = number(quantity)
    return int(value > 0) - int(value < 0)


# Versions

_SEMVER_TEXT = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][\w-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\w-]*))*))?"
    r"(?:\+([\w-]+(?:\.[\w-]+)*))?",
    re.ASCII,
)


def semver(text: str, normalize: bool = False) -> Value:
    match = _SEMVER_TEXT.fullmatch(_normalized(text) if normalize else text)
    if match is None or "_" in text:
        raise ValueError(_semver_fault(text))
    return {SEMVER: [int(match[1]), int(match[2]), int(match[3]), match[4] or ""]}


def _semver_fault(text: str) -> str:
    if not text:
        return "Version string empty"
    if text.count(".") < 2:
        return "No Major.Minor.Patch elements found"
    return f"invalid semantic version {json.dumps(text)}"


def _normalized(text: str) -> str:
    parts = text.removeprefix("v").split(".", 2)
    parts = [re.sub(r"^0+(?=\d)", "", part) for part in parts]
    if len(parts) < 3 and not re.search(r"[+-]", parts[-1]):
        parts += ["0"] * (3 - len(parts))
    return ".".join(parts)


def _precedence(version: Value) -> tuple[Any, ...]:
    major, minor, patch, before = version[SEMVER]
    parts = [
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in (before.split(".") if before else ())
    ]
    return major, minor, patch, not before, parts


def compare(left: Value, right: Value) -> int:
    """Quantities, and versions: programs cannot tell the two apart."""
    one: Any
    other: Any
    if SEMVER in left:
        one, other = _precedence(left), _precedence(right)
    else:
        one, other = number(left), number(right)
    return int(one > other) - int(one < other)


# Addresses


def parse_ip(text: str) -> _Address:
    why = f"IP Address {json.dumps(text)} parse error during conversion from string"
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        detail = f"ParseAddr({json.dumps(text)}): unable to parse IP"
        raise ValueError(f"{why}: {detail}") from error
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            raise ValueError(f"IP address {json.dumps(text)} with zone value is not allowed")
        if address.ipv4_mapped:
            raise ValueError(f"IPv4-mapped IPv6 address {json.dumps(text)} is not allowed")
    return address


def ip(text: str) -> Value:
    return {IP: str(parse_ip(text))}


def of_ip(ip: Value) -> _Address:
    return ipaddress.ip_address(ip[IP])


def is_global_unicast(ip: Value) -> bool:
    address = of_ip(ip)
    broadcast = str(address) == "255.255.255.255"
    special = (
        address.is_unspecified
        or address.is_loopback
        or address.is_multicast
        or is_link_local(address)
    )
    return not (special or broadcast)


def is_link_local(address: _Address) -> bool:
    return address.is_link_local


def is_link_local_multicast(address: _Address) -> bool:
    local = "224.0.0.0/24" if address.version == 4 else "ff02::/16"
    return address in ipaddress.ip_network(local)


def parse_cidr(text: str) -> _Network:
    why = "network address parse error during conversion from string"
    host, slash, bits = text.partition("/")
    try:
        if not slash or not re.fullmatch(r"0|[1-9]\d*", bits) or "%" in host:
            raise ValueError(text)
        network = ipaddress.ip_interface(text)
    except ValueError as error:
        detail = f"netip.ParsePrefix({json.dumps(text)}): no '/'" if not slash else text
        raise ValueError(f"{why}: {why}: {detail}") from error
    if isinstance(network, ipaddress.IPv6Interface) and network.ip.ipv4_mapped:
        raise ValueError(f"{why}: IPv4-mapped IPv6 address {json.dumps(text)} is not allowed")
    return network


def cidr(text: str) -> Value:
    return {CIDR: str(parse_cidr(text))}


def of_cidr(cidr: Value) -> _Network:
    return ipaddress.ip_interface(cidr[CIDR])


def contains(cidr: Value, address: _Address) -> bool:
    network = of_cidr(cidr).network
    return address.version == network.version and address in network


def contains_cidr(cidr: Value, other: _Network) -> bool:
    outer, inner = of_cidr(cidr).network, other.network
    if outer.version != inner.version:
        return False
    return outer.overlaps(inner) and outer.prefixlen <= inner.prefixlen


def text_of_address(value: Value) -> str:
    return str(value[IP] if IP in value else value[CIDR])


# URLs


def url(text: str) -> Value:
    try:
        urls.parse(text)
    except ValueError as error:
        raise ValueError(f"URL parse error during conversion from string: {error}") from error
    return {URL: text}


def of_url(url: Value) -> urls.URL:
    return urls.parse(url[URL])


# Named formats, and optionals


def validate(form: Value, text: str) -> Value:
    return optional([*FORMATS[form[FORMAT]](text)])


def optional(value: Any) -> Value:
    """An optional; none for an empty value."""
    return {OPTIONAL: value} if value else {OPTIONAL: None}


def named(name: str) -> Value:
    return optional({FORMAT: name} if name in FORMATS else None)


def value_of(optional: Value) -> Any:
    if optional[OPTIONAL] is None:
        raise ValueError("optional.none() dereference")
    return optional[OPTIONAL]


def or_value(optional: Value, other: Any) -> Any:
    return other if optional[OPTIONAL] is None else optional[OPTIONAL]


def escape_key(text: str) -> str:
    """A key as a step of a JSON pointer."""
    return text.replace("~", "~0").replace("/", "~1")


def insert(into: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    return insert_all(into, {key: value})


def insert_all(into: dict[Any, Any], more: dict[Any, Any]) -> dict[Any, Any]:
    for key in more:
        if key in into:
            raise ValueError(f"insert failed: key {json.dumps(key)} already exists")
    return {**into, **more}


def succeeds(parse: Callable[..., object]) -> Callable[..., bool]:
    def check(*arguments: Any) -> bool:
        try:
            parse(*arguments)
        except ValueError:
            return False
        return True

    return check
