"""Quantities in the canonical form in which Go writes them: `1000m` is `1`, `1024Mi` is `1Gi`."""

from __future__ import annotations

import re
from decimal import ROUND_UP, Context, Decimal

_SHAPE = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?|[eE][+-]?\d+)")
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_NAMES = {exponent: name for name, exponent in _DECIMAL.items()}
_BINARY_NAMES = {exponent: name for name, exponent in _BINARY.items()}
_EXACT = Context(prec=200)
_NANO = Decimal(1).scaleb(-9)
_MILLI = Decimal(1).scaleb(-3)
_LARGEST = 2**63 - 1

FORMAT = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)


def parse(text: str) -> Decimal:
    """The value, with at most nine decimals; raises ValueError."""
    value, _ = _split(text)
    return value


def canonical(text: str) -> str:
    """Raises ValueError with Go's message for what is not a quantity."""
    if _is_kept(text):
        return text
    return _written(*_split(text))


def in_thousandths(text: str) -> str:
    """A canonical quantity, rounded up to a whole number of thousandths."""
    if text[-1] not in "nu" and "e-" not in text:
        return text
    value, form = _split(text)
    return _written(value.quantize(_MILLI, ROUND_UP, _EXACT), form)


def _written(value: Decimal, form: str) -> str:
    if value == 0:
        return "0"
    if form == "binary" and abs(value) >= 1024:
        whole = int(value.to_integral_value(ROUND_UP))
        exponent = 0
        while whole % 1024 == 0 and exponent < 6:
            whole, exponent = whole // 1024, exponent + 1
        return f"{whole}{_BINARY_NAMES.get(exponent, '')}"
    mantissa, exponent = int(value.scaleb(9, _EXACT)), -9
    while mantissa % 1000 == 0 and exponent < 18:
        mantissa, exponent = mantissa // 1000, exponent + 3
    if form == "exponent":
        return f"{mantissa}e{exponent}" if exponent else str(mantissa)
    return f"{mantissa}{_NAMES[exponent]}"


_FAST_DIGITS = 18
_KEPT_BITS = 7


def _is_kept(text: str) -> bool:
    """Whether Go finds the text canonical already, which it does without much care."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return False
    _, digits, suffix = match.groups()
    whole, _, fraction = digits.partition(".")
    whole = whole.lstrip("0") or "0"
    shifted = whole + fraction
    if suffix in _BINARY:
        precision = 14 - len(whole) - _BINARY[suffix] * 3
        return not fraction and precision >= 0 and bool(int(shifted) & _KEPT_BITS)
    exponent = _DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:])
    scale = exponent - len(fraction)
    return (
        len(shifted) <= _FAST_DIGITS
        and scale >= _DECIMAL["n"]
        and scale % 3 == 0
        and not shifted.endswith("000")
        and shifted[0] != "0"
    )


def _split(text: str) -> tuple[Decimal, str]:
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ValueError(FORMAT)
    sign, digits, suffix = match.groups()
    value = Decimal(digits)
    if suffix in _BINARY:
        form, value = "binary", _EXACT.multiply(value, Decimal(1024 ** _BINARY[suffix]))
    elif suffix in _DECIMAL:
        form, value = "decimal", value.scaleb(_DECIMAL[suffix], _EXACT)
    else:
        exponent = int(suffix[1:])
        if abs(exponent) > 100:
            raise ValueError(FORMAT)
        form, value = "exponent", value.scaleb(exponent, _EXACT)
    value = min(value.quantize(_NANO, ROUND_UP, _EXACT), Decimal(_LARGEST))
    if form == "binary" and 0 < value < 1:
        form = "decimal"
    return (-value if sign == "-" else value), form
