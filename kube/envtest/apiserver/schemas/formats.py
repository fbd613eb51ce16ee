"""The formats of strings that kube-openapi knows (its `strfmt`)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import urlsplit

from kube.envtest.apiserver.schemas import matching


def fits(name: str, text: str) -> bool:
    """Whether a text has a format; any text has one that is not known."""
    check = _FORMATS.get(name.replace("-", ""))
    return check is None or check(text)


def is_known(name: str) -> bool:
    return name.replace("-", "") in _FORMATS


# Expressions stay texts, which `re` compiles when they are first asked for: to compile all of them
# would be a tenth of a server's start.


def _matching(pattern: str) -> Callable[[str], bool]:
    return lambda text: matching.matcher(pattern)(text)


_hostname_shape = _matching(
    r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|"
    r"([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}"
    r"([a-zA-Z\p{L}]){2,63})$"
)
_PLAIN_HOST = r"([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}"


def _hostname(text: str) -> bool:
    if not re.fullmatch(_PLAIN_HOST, text) and not _hostname_shape(text):
        return False
    return len(text.encode()) <= 255 and all(len(part.encode()) <= 63 for part in text.split("."))


def _date_time(text: str) -> bool:
    if not re.match(r"\d{4}-\d\d-\d\d[Tt]", text):
        return False
    match = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:[.,]\d+)?([zZ]|[+-]\d\d:\d\d)", text
    )
    if match is None:
        return False
    zone = match[3].upper().replace("Z", "+00:00")
    try:
        datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}")
    except ValueError:
        return False
    return True


def _date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _sloppy(text: str) -> str:
    """An IPv4 address without the leading zeros of its parts."""
    return re.sub(r"(?<![0-9a-fA-F:.])0+(?=\d)|(?<=\.)0+(?=\d)", "", text)


def _ip(text: str) -> bool:
    try:
        ipaddress.ip_address(_sloppy(text))
    except ValueError:
        return False
    return "%" not in text


def _cidr(text: str) -> bool:
    address, slash, bits = text.partition("/")
    if not slash or not _ip(address) or not re.fullmatch(r"\d{1,3}", bits):
        return False
    return int(bits) <= (32 if "." in address and ":" not in address else 128)


_EMAIL = (
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
    r"(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+)*"
    r"@([A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-"
    r"\U0010ffff-]+)*|\[[^\[\]\\]*\])"
)


def _email(text: str) -> bool:
    named = re.fullmatch(r'\s*(?:"[^"]*"|[^<>@",;:]*)\s*<([^<>]*)>\s*', text)
    return re.fullmatch(_EMAIL, named[1] if named else text.strip(" \t")) is not None


def _uri(text: str) -> bool:
    if not text or re.search(r"[\x00-\x20\x7f]", text):
        return False
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        return False
    if not text.startswith("/") and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        return text == "*"
    try:
        _ = urlsplit(text).port
    except ValueError:
        return False
    return True


_DURATION = r"[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+"
_NUMBERED = r"(\d+)\s*([A-Za-zµ]+)"
_UNITS = (
    ("ns", "nano"), ("us", "µs", "micro"), ("ms", "milli"), ("s", "sec"), ("m", "min"),
    ("h", "hr", "hour"), ("d", "day"), ("w", "wk", "week"),
)  # fmt: skip


def _duration(text: str) -> bool:
    if re.fullmatch(_DURATION, text) or re.fullmatch(r"[+-]?0", text):
        return True
    return any(
        unit.lower() in names or unit.lower().startswith(names[-1])
        for _, unit in re.findall(_NUMBERED, text)
        for names in _UNITS
    )


def _isbn(digits: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        plain = re.sub(r"[\s-]+", "", text)
        if digits == 10:
            if not re.fullmatch(r"\d{9}[\dX]", plain):
                return False
            values = [10 if letter == "X" else int(letter) for letter in plain]
            return sum(value * (10 - place) for place, value in enumerate(values)) % 11 == 0
        if not re.fullmatch(r"\d{13}", plain):
            return False
        return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(plain)) % 10 == 0

    return check


_CARD = (
    r"(4\d{12}(\d{3})?|5[1-5]\d{14}|(222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|6(011|5\d\d)\d{12}|3[47]\d{13}|3(0[0-5]|[68]\d)\d{11}|(2131|1800|35\d{3})\d{11}"
    r"|6[27]\d{14}|^(81\d{14,17}))"
)


def _card(text: str) -> bool:
    plain = re.sub(r"[^0-9]+", "", text)
    if not re.fullmatch(_CARD, plain):
        return False
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(plain))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _base64(text: str) -> bool:
    shape = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"
    return re.fullmatch(shape, text) is not None


_BYTE = r"(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])"
_UUID = r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?%s-?[0-9a-f]{12}$"
_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_isbn10, _isbn13 = _isbn(10), _isbn(13)
_FORMATS: dict[str, Callable[[str], bool]] = {
    "bsonobjectid": _matching(r"^[0-9a-fA-F]{24}$"),
    "byte": _base64,
    "cidr": _cidr,
    "creditcard": _card,
    "date": _date,
    "datetime": _date_time,
    "duration": _duration,
    "email": _email,
    "hexcolor": _matching(r"^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
    "hostname": _hostname,
    "ipv4": lambda text: _ip(text) and "." in text,
    "ipv6": lambda text: _ip(text) and ":" in text,
    "isbn": lambda text: _isbn10(text) or _isbn13(text),
    "isbn10": _isbn10,
    "isbn13": _isbn13,
    "k8slongname": lambda text: (
        len(text) <= 253 and re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", text) is not None
    ),
    "k8sshortname": lambda text: len(text) <= 63 and re.fullmatch(_LABEL, text) is not None,
    "mac": _matching(
        r"^([0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}"
        r"|[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){7}|[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){7}"
        r"|[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19}|[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){19}"
        r"|[0-9A-Fa-f]{4}(\.[0-9A-Fa-f]{4}){2}|[0-9A-Fa-f]{4}(\.[0-9A-Fa-f]{4}){3}"
        r"|[0-9A-Fa-f]{4}(\.[0-9A-Fa-f]{4}){9})$"
    ),
    "password": lambda text: True,
    "rgbcolor": _matching(rf"^rgb\(\s*{_BYTE}\s*,\s*{_BYTE}\s*,\s*{_BYTE}\s*\)$"),
    "ssn": _matching(r"^\d{3}[- ]?\d{2}[- ]?\d{4}$"),
    "uri": _uri,
    "uuid": _matching(_UUID % "[0-9a-f]{4}-?[0-9a-f]{4}"),
    "uuid3": _matching(_UUID % "3[0-9a-f]{3}-?[0-9a-f]{4}"),
    "uuid4": _matching(_UUID % "4[0-9a-f]{3}-?[89ab][0-9a-f]{3}"),
    "uuid5": _matching(_UUID % "5[0-9a-f]{3}-?[89ab][0-9a-f]{3}"),
}
