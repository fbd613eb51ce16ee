"""Checks of texts by their format: names, keys, addresses (apimachinery/pkg/util/validation)."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Callable, Iterable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_UNDERSCORED = r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"


def _rule(text: str, pattern: str, *examples: str) -> str:
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{text} (e.g. {shown}regex used for validation is '{pattern}')"


def _matching(
    text: str, pattern: str, *examples: str, most: int = 0
) -> Callable[[str], Iterable[str]]:
    """What is wrong with a text that is to match a pattern, in the words of Go."""
    compiled, rule = re.compile(pattern), _rule(text, pattern, *examples)

    def faults(value: str) -> Iterable[str]:
        if most and len(value.encode()) > most:
            yield f"must be no more than {most} characters"
        if not compiled.fullmatch(value):
            yield rule

    return faults


_ENDS = "and must start and end with an alphanumeric character"
_label = _matching(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    f"{_ENDS}", _LABEL, "my-name", "123-abc", most=63,
)  # fmt: skip
subdomain_faults = _matching(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    f"'.', {_ENDS}", _SUBDOMAIN, "example.com", most=253,
)  # fmt: skip
_underscored = _matching(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' "
    f"or '.', {_ENDS}", rf"{_UNDERSCORED}(\.{_UNDERSCORED})*", "example.com", most=253,
)  # fmt: skip
_wildcard = _matching(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which "
    "must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric "
    "character", rf"\*\.{_SUBDOMAIN}", "*.example.com", most=253,
)  # fmt: skip
dns_1035_faults = _matching(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character", r"[a-z]([-a-z0-9]*[a-z0-9])?",
    "my-name", "abc-123", most=63,
)  # fmt: skip
_header = _matching(
    "a valid HTTP header must consist of alphanumeric characters or '-'", r"[-A-Za-z0-9]+",
    "X-Header-Name",
)  # fmt: skip
_percent = _matching(
    "a valid percent string must be a numeric string followed by an ending '%'", r"[0-9]+%",
    "1%", "93%",
)  # fmt: skip
_config_key = _matching(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    r"[-._a-zA-Z0-9]+", "key.name", "KEY_NAME", "key-name", most=253,
)  # fmt: skip
_reason = _matching(
    "a condition reason must start with alphabetic character, optionally followed by a string of "
    "alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
    "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?", "my_name", "MY_NAME", "MyName", "ReasonA,ReasonB",
    "ReasonA:ReasonB",
)  # fmt: skip
_SUBDOMAIN_SHAPE = re.compile(_SUBDOMAIN)


def label_faults(value: str) -> Iterable[str]:
    if "." in value and _SUBDOMAIN_SHAPE.fullmatch(value):
        if len(value) > 63:
            yield "must be no more than 63 characters"
        yield "must not contain dots"
    else:
        yield from _label(value)


def config_key_faults(value: str) -> Iterable[str]:
    yield from _config_key(value)
    if value in (".", ".."):
        yield f"must not be '{value}'"
    elif value.startswith(".."):
        yield "must not start with '..'"


def port_name_faults(value: str) -> Iterable[str]:
    if len(value) > 15:
        yield "must be no more than 15 characters"
    if not re.fullmatch(r"[-a-z0-9]+", value):
        yield "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
    if not re.search(r"[a-z]", value):
        yield "must contain at least one letter (a-z)"
    if "--" in value:
        yield "must not contain consecutive hyphens"
    if value and "-" in (value[0], value[-1]):
        yield "must not begin or end with a hyphen"


def env_name_faults(value: str) -> Iterable[str]:
    if not value:
        yield "environment variable name must be non-empty"
    if any(not " " <= letter <= "~" or letter == "=" for letter in value):
        yield (
            "a valid environment variable name must consist only of printable ASCII characters "
            "other than '='"
        )


def ip_faults(value: str) -> Iterable[str]:
    try:
        address = ipaddress.ip_address(value)
        if "%" in value:
            raise ValueError
    except ValueError:
        yield (
            "must not have leading 0s" if _is_sloppy(value) else
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        )  # fmt: skip
        return
    if address.version == 6 and address.ipv4_mapped is not None:
        yield "must not be an IPv4-mapped IPv6 address"


def _is_sloppy(value: str) -> bool:
    """Whether a text is an IPv4 address but for zeros before its numbers."""
    parts = value.split(".")
    return len(parts) == 4 and all(
        part.isascii() and part.isdigit() and int(part) < 256 for part in parts
    )


def cidr_faults(value: str) -> Iterable[str]:
    text, slash, bits = value.partition("/")
    most = 128 if ":" in text else 32
    valid = slash and bits.isascii() and bits.isdigit() and int(bits) <= most
    address_faults = list(ip_faults(text))
    if not valid or any("must be a valid" in fault for fault in address_faults):
        yield "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
    elif bits != str(int(bits)) or "must not have leading 0s" in address_faults:
        yield "must not have leading 0s in IP or prefix length"
    elif address_faults:
        yield "must not have an IPv4-mapped IPv6 address"
    else:
        network = ipaddress.ip_network(value, strict=False)
        if network.network_address != ipaddress.ip_address(text):
            yield "must not have bits set beyond the prefix length"


def is_sloppy_ip(value: str) -> bool:
    """Whether Go reads a text as an address, with zeros before its numbers too."""
    return not any("must be a valid" in fault for fault in ip_faults(value))


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def sloppy_network(value: str) -> Network | None:
    """The network of a CIDR as Go reads it, with zeros before its numbers too."""
    if any("must be a valid" in fault for fault in cidr_faults(value)):
        return None
    text, _, bits = value.partition("/")
    if ":" not in text:
        text = ".".join(str(int(part)) for part in text.split("."))
    return ipaddress.ip_network(f"{text}/{int(bits)}", strict=False)


def path_segment_faults(value: str) -> Iterable[str]:
    if value in (".", ".."):
        yield f"may not be '{value}'"
    else:
        yield from (f"may not contain '{part}'" for part in "/%" if part in value)


Check = Callable[[str, str, list[Cause]], None]


def _checking(faults: Callable[[str], Iterable[str]]) -> Check:
    # Objects have the same few names over and over; long values are not worth remembering.
    remembered = functools.lru_cache(maxsize=256)(lambda value: tuple(faults(value)))

    def check(path: str, value: str, causes: list[Cause]) -> None:
        for fault in remembered(value) if len(value) < _LONG else faults(value):
            causes.append(status.invalid_value(path, value, fault))

    return check


_LONG = 512


dns_label = _checking(label_faults)
dns_subdomain = _checking(subdomain_faults)
dns_subdomain_with_underscore = _checking(_underscored)
dns_1035_label = _checking(dns_1035_faults)
wildcard = _checking(_wildcard)
http_header = _checking(_header)
percent = _checking(_percent)
config_key = _checking(config_key_faults)
condition_reason = _checking(_reason)
port_name = _checking(port_name_faults)
env_name = _checking(env_name_faults)
ip = _checking(ip_faults)
cidr = _checking(cidr_faults)
path_segment = _checking(path_segment_faults)


def canonical_ip(path: str, value: str, causes: list[Cause]) -> None:
    faults = list(ip_faults(value))
    if not faults and value != (canonical := str(ipaddress.ip_address(value))):
        faults = [f"must be in canonical form ({status.render(canonical)})"]
    causes += [status.invalid_value(path, value, fault) for fault in faults]


def canonical_cidr(path: str, value: str, causes: list[Cause]) -> None:
    faults = list(cidr_faults(value))
    if not faults and value != (canonical := str(ipaddress.ip_network(value))):
        faults = [f"must be in canonical form ({status.render(canonical)})"]
    causes += [status.invalid_value(path, value, fault) for fault in faults]


def qualified_name(path: str, value: str, causes: list[Cause]) -> None:
    causes += metadata.key_faults(path, value)


def label_value(path: str, value: str, causes: list[Cause]) -> None:
    causes += metadata.value_faults(path, value)


def label_value_faults(value: str) -> Iterable[str]:
    start = len(f"Invalid value: {status.render(value)}: ")
    return (cause.message[start:] for cause in metadata.value_faults("", value))


def domain_prefixed_path(path: str, value: str, causes: list[Cause]) -> None:
    if not value:
        causes.append(status.required(path))
        return
    host, _, rest = value.partition("/")
    if not host or not rest:
        why = 'must be a domain-prefixed path (such as "acme.io/foo")'
        causes.append(status.invalid_value(path, value, why))
        return
    dns_subdomain(path, host, causes)
    pattern = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
    if not re.fullmatch(pattern, rest):
        why = f"Invalid path (regex used for validation is '{pattern}')"
        causes.append(status.invalid_value(path, rest, why))


def fully_qualified_name(path: str, value: str, causes: list[Cause]) -> None:
    if not value:
        causes.append(status.required(path))
    elif faults := list(subdomain_faults(value)):
        causes.append(status.invalid_value(path, value, ",".join(faults)))
    elif value.count(".") < 2:
        why = "should be a domain with at least three segments separated by dots"
        causes.append(status.invalid_value(path, value, why))


def fully_qualified_domain(path: str, value: str, causes: list[Cause]) -> None:
    if not value:
        causes.append(status.required(path))
        return
    name = value.removesuffix(".")
    faults = list(subdomain_faults(name))
    if not faults and "." not in name:
        faults = ["should be a domain with at least two segments separated by dots"]
    if faults:
        causes.append(status.invalid_value(path, name, ",".join(faults)))
        return
    for label in name.split("."):
        if faults := list(label_faults(label)):
            causes.append(status.invalid_value(path, label, ",".join(faults)))
            return


def no_backsteps(path: str, value: str, causes: list[Cause]) -> None:
    if ".." in value.split("/"):
        causes.append(status.invalid_value(path, value, "must not contain '..'"))


def descending_path(path: str, value: str, causes: list[Cause]) -> None:
    if value.startswith("/"):
        causes.append(status.invalid_value(path, value, "must be a relative path"))
    no_backsteps(path, value, causes)


def unreserved_path(path: str, value: str, causes: list[Cause]) -> None:
    descending_path(path, value, causes)
    if value.startswith("..") and not value.startswith("../"):
        causes.append(status.invalid_value(path, value, "must not start with '..'"))
