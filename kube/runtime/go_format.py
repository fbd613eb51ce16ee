"""JSON values as Go's fmt prints them, for messages that contain a whole value."""

from __future__ import annotations

import json
from typing import Any

_INT64 = 2**63


def plain(value: Any) -> str:
    """As `%v`: `map[a:b]`, `[1 2]`, texts without quotes."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{plain(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(plain, value))}]"
    if isinstance(value, str):
        return value
    return "<nil>" if value is None else _scalar(value)


def syntax(value: Any) -> str:
    """As `%#v`: `map[string]interface {}{"a":"b"}`."""
    if isinstance(value, dict):
        members = ", ".join(f"{_quoted(key)}:{syntax(value[key])}" for key in sorted(value))
        return f"map[string]interface {{}}{{{members}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(syntax, value))}}}"
    if isinstance(value, str):
        return _quoted(value)
    return "interface {}(nil)" if value is None else _scalar(value)


def encoded(value: float) -> str:
    """As Go's encoder of JSON writes a number: with an exponent from 1e21 on."""
    text = _float(value)
    if "e+" not in text or abs(value) >= 1e21:
        return text
    return _whole_digits(text) if value.is_integer() else repr(value)


def _whole_digits(text: str) -> str:
    """A number that `%v` writes with an exponent, without it."""
    mantissa, _, exponent = text.partition("e+")
    whole, _, fraction = mantissa.partition(".")
    return whole + fraction.ljust(int(exponent), "0")


def type_name(value: Any) -> str:
    """As `%T`."""
    match value:
        case dict():
            return "map[string]interface {}"
        case list():
            return "[]interface {}"
        case str():
            return "string"
        case bool():
            return "bool"
        case int() if -_INT64 <= value < _INT64:
            return "int64"
    return "float64" if value is not None else "<nil>"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return str(value)
    return _float(float(value))


def _float(value: float) -> str:
    """The shortest digits, with an exponent of ten from a million on."""
    mantissa, _, exponent = repr(value).partition("e")
    sign, unsigned = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
    whole, _, fraction = unsigned.partition(".")
    digits = (whole + fraction.rstrip("0")).lstrip("0") or "0"
    power = int(exponent or 0) + len(whole) - 1
    if whole == "0" and value:
        power = int(exponent or 0) - (len(fraction) - len(fraction.lstrip("0"))) - 1
    if value and (power < -4 or power >= 6):
        shown = digits.rstrip("0") or "0"
        rest = f".{shown[1:]}" if len(shown) > 1 else ""
        return f"{sign}{shown[0]}{rest}e{'-' if power < 0 else '+'}{abs(power):02d}"
    text = repr(value)
    return text.removesuffix(".0")
