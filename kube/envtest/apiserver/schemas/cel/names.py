"""The named formats of `format.<name>()`: the faults of a text, in apimachinery's words."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from kube.envtest.apiserver.schemas.cel import urls

_ALNUM = "must start and end with an alphanumeric character"
_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_SUBDOMAIN_SHOWN = rf"{_LABEL}(\\.{_LABEL})*".replace("\\\\", "\\")
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_VALUE = f"({_QUALIFIED})?"
_UUID = re.compile(r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def _pattern_error(why: str, pattern: str, *examples: str) -> str:
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{why} (e.g. {shown}regex used for validation is '{pattern}')"


def _length(value: str, most: int) -> list[str]:
    too_long = len(value.encode()) > most
    return [f"must be no more than {most} bytes"] if too_long else []


def _dns1123_label(value: str) -> list[str]:
    faults = _length(value, 63)
    if re.fullmatch(_LABEL, value):
        return faults
    if re.fullmatch(_SUBDOMAIN, value):
        return [*faults, "must not contain dots"]
    why = (
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
        f"and {_ALNUM}"
    )
    return [*faults, _pattern_error(why, _LABEL, "my-name", "123-abc")]


def _dns1123_subdomain(value: str) -> list[str]:
    faults = _length(value, 253)
    if not re.fullmatch(_SUBDOMAIN, value):
        why = (
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
            f"'-' or '.', and {_ALNUM}"
        )
        faults.append(_pattern_error(why, _SUBDOMAIN_SHOWN, "example.com"))
    return faults


def _dns1035_label(value: str) -> list[str]:
    faults = _length(value, 63)
    if not re.fullmatch(_LABEL_1035, value):
        why = (
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
            "with an alphabetic character, and end with an alphanumeric character"
        )
        faults.append(_pattern_error(why, _LABEL_1035, "my-name", "abc-123"))
    return faults


def _prefix(check: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """The prefix of a generated name may end in a dash."""
    return lambda value: check(re.sub(r"(?<=.)-$", "a", value))


def _qualified_name(value: str) -> list[str]:
    prefix, slash, name = value.rpartition("/")
    why = f"must consist of alphanumeric characters, '-', '_' or '.', and {_ALNUM}"
    wrong = _pattern_error(why, _QUALIFIED, "MyName", "my.name", "123-abc")
    if "/" in prefix:
        optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a valid label key {wrong} {optional}"]
    faults: list[str] = []
    if slash and not prefix:
        faults.append("prefix part must be non-empty")
    elif slash:
        faults += [f"prefix part {text}" for text in _dns1123_subdomain(prefix)]
    if not name:
        faults.append("name part must be non-empty")
    faults += [f"name part {text}" for text in _length(name, 63)]
    if not re.fullmatch(_QUALIFIED, name):
        faults.append(f"name part {wrong}")
    return faults


def _label_value(value: str) -> list[str]:
    faults = _length(value, 63)
    if not re.fullmatch(_LABEL_VALUE, value):
        why = (
            "a valid label must be an empty string or consist of alphanumeric characters, '-', "
            f"'_' or '.', and {_ALNUM}"
        )
        faults.append(_pattern_error(why, _LABEL_VALUE, "MyValue", "my_value", "12345"))
    return faults


def _uri(value: str) -> list[str]:
    try:
        urls.parse(value)
    except ValueError as error:
        return [str(error)]
    return []


def _parses(parse: Callable[[str], object], why: str) -> Callable[[str], list[str]]:
    def check(value: str) -> list[str]:
        try:
            parse(value)
        except (ValueError, binascii.Error):
            return [why]
        return []

    return check


def _uuid(value: str) -> list[str]:
    return [] if _UUID.fullmatch(value) else ["does not match the UUID format"]


FORMATS: dict[str, Callable[[str], Sequence[str]]] = {
    "dns1123Label": _dns1123_label,
    "dns1123Subdomain": _dns1123_subdomain,
    "dns1035Label": _dns1035_label,
    "qualifiedName": _qualified_name,
    "dns1123LabelPrefix": _prefix(_dns1123_label),
    "dns1123SubdomainPrefix": _prefix(_dns1123_subdomain),
    "dns1035LabelPrefix": _prefix(_dns1035_label),
    "labelValue": _label_value,
    "uri": _uri,
    "uuid": _uuid,
    "byte": _parses(lambda value: base64.b64decode(value, validate=True), "invalid base64"),
    "date": _parses(date.fromisoformat, "invalid date"),
    "datetime": _parses(lambda value: datetime.fromisoformat(value.upper()), "invalid datetime"),
}
"""By name: the faults of a text, none if it has the format."""
