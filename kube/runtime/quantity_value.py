"""The values of quantities, and how to calculate with them:

    requested = sum(map(QuantityValue.parse, ["500m", "1.5"]), start=QuantityValue())
    if requested > QuantityValue.parse("2"): ...
    container.resources.requests["cpu"] = str(requested)    # "2"

The rules are those of k8s.io/apimachinery/pkg/api/resource.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_UP, Context, Decimal, Inexact, InvalidOperation, Overflow
from enum import StrEnum
from functools import total_ordering

from kube.runtime.quantity import Quantity

_DECIMAL = {s: 3 * (i + 1) for i, s in enumerate("kMGTPE")} | {"": 0, "m": -3, "u": -6, "n": -9}
_BINARY = {f"{s}i": 10 * (i + 1) for i, s in enumerate("KMGTPE")}
_SUFFIXES = {suffix: Decimal(1).scaleb(e) for suffix, e in _DECIMAL.items()} | {
    suffix: Decimal(2**e) for suffix, e in _BINARY.items()
}
_DECIMAL_SUFFIXES = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIXES = {exponent: suffix for suffix, exponent in _BINARY.items()} | {0: ""}
_LARGEST_DECIMAL, _LARGEST_BINARY = max(_DECIMAL_SUFFIXES), max(_BINARY_SUFFIXES)

_QUANTITY = re.compile(
    r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE]([+-]?[0-9]+)|([numkMGTPE]|[KMGTPE]i)?)"
)

_LARGEST_EXPONENT = 300
"""Of ten; a larger quantity is an error, for each calculation with it would cost its digits."""

_EXACT = Context(prec=4 * _LARGEST_EXPONENT, traps=[Inexact, InvalidOperation, Overflow])
_ROUNDED_UP = Context(prec=4 * _LARGEST_EXPONENT, rounding=ROUND_UP, traps=[InvalidOperation])
_NANO = Decimal("1e-9")
_LARGEST_BINARY_VALUE = Decimal(2**63 - 1)


def parse_quantity(quantity: Quantity) -> Decimal:
    """The value of a quantity, exactly. Raises ValueError for text that is not a quantity."""
    value, _ = _parsed(quantity)
    return value


class QuantityFormat(StrEnum):
    """How a quantity is written: `12M`, `12Mi` or `12e6`."""

    DECIMAL_SI = "DecimalSI"
    BINARY_SI = "BinarySI"
    DECIMAL_EXPONENT = "DecimalExponent"


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class QuantityValue:
    """The value of a quantity, with the way it is written; `str` is its canonical form.

    Sums and differences are exact, and written as their first operand is, or as the second where
    the first is zero. Equal are quantities of one value, however they are written. A value has nine
    decimal places: what is finer is rounded up, away from zero.
    """

    number: Decimal = Decimal(0)
    format: QuantityFormat = QuantityFormat.DECIMAL_SI

    def __post_init__(self) -> None:
        if not self.number.is_finite() or self.number.adjusted() > _LARGEST_EXPONENT:
            raise ValueError(f"{self.number} is too large for a quantity")
        if _is_finer_than_nano(self.number):
            rounded = self.number.quantize(_NANO, context=_ROUNDED_UP)
            object.__setattr__(self, "number", rounded)

    @classmethod
    def parse(cls, quantity: Quantity) -> QuantityValue:
        """The value of a quantity as it is in an object. Raises ValueError.

        As upstream, one with a binary suffix is at most 2⁶³-1, and written in decimal below 1.
        """
        number, format = _parsed(quantity)
        if format is QuantityFormat.BINARY_SI:
            if abs(number) > _LARGEST_BINARY_VALUE:
                number = _LARGEST_BINARY_VALUE.copy_sign(number)
            elif 0 < abs(number) < 1:
                format = QuantityFormat.DECIMAL_SI
        return cls(number, format)

    def scaled_value(self, scale: int) -> int:
        """In units of 10**scale, rounded up, away from zero: in nanos with a scale of -9."""
        return int(self.number.scaleb(-scale, _EXACT).to_integral_value(context=_ROUNDED_UP))

    @property
    def value(self) -> int:
        """As a whole number, rounded up, away from zero: the bytes of `1.5Gi`."""
        return self.scaled_value(0)

    @property
    def milli_value(self) -> int:
        """In thousandths, rounded up, away from zero: the millicores of `1.5`."""
        return self.scaled_value(-3)

    def __str__(self) -> str:
        """The canonical form: no fraction, and the largest suffix that loses nothing."""
        number = self.number
        if not number:
            return "0"
        if self.format is QuantityFormat.BINARY_SI and abs(number) >= 1024 and _is_whole(number):
            return _binary(int(number))
        return _decimal(number, exponential=self.format is QuantityFormat.DECIMAL_EXPONENT)

    def __add__(self, other: QuantityValue) -> QuantityValue:
        if not isinstance(other, QuantityValue):
            return NotImplemented
        total = _EXACT.add(self.number, other.number)
        return QuantityValue(total, self.format if self.number else other.format)

    def __sub__(self, other: QuantityValue) -> QuantityValue:
        if not isinstance(other, QuantityValue):
            return NotImplemented
        rest = _EXACT.subtract(self.number, other.number)
        return QuantityValue(rest, self.format if self.number else other.format)

    def __mul__(self, factor: int) -> QuantityValue:
        if not isinstance(factor, int):
            return NotImplemented
        return QuantityValue(_EXACT.multiply(self.number, Decimal(factor)), self.format)

    __rmul__ = __mul__

    def __neg__(self) -> QuantityValue:
        return QuantityValue(self.number.copy_negate(), self.format)

    def __bool__(self) -> bool:
        return bool(self.number)

    def __float__(self) -> float:
        return float(self.number)

    def __eq__(self, other: object) -> bool:
        return self.number == other.number if isinstance(other, QuantityValue) else NotImplemented

    def __lt__(self, other: QuantityValue) -> bool:
        return self.number < other.number if isinstance(other, QuantityValue) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.number)


def _parsed(quantity: Quantity) -> tuple[Decimal, QuantityFormat]:
    match = _QUANTITY.fullmatch(str(quantity))
    if match is None:
        raise ValueError(
            f"{quantity!r} is not a valid quantity: "
            "write a number and a suffix such as m, k, Mi or e3"
        )
    number, exponent, suffix = match.groups()
    try:
        if exponent is not None:
            value = Decimal(number).scaleb(int(exponent), _EXACT)
            return value, QuantityFormat.DECIMAL_EXPONENT
        value = _EXACT.multiply(Decimal(number), _SUFFIXES[suffix or ""])
    except (ArithmeticError, ValueError):
        raise ValueError(
            f"{str(quantity)[:80]!r} is not a valid quantity: its exponent is too large, "
            "or it has too many digits"
        ) from None
    is_binary = suffix in _BINARY
    return value, QuantityFormat.BINARY_SI if is_binary else QuantityFormat.DECIMAL_SI


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _is_finer_than_nano(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent < -9


def _binary(number: int) -> str:
    exponent = 0
    while exponent < _LARGEST_BINARY and number % 1024 == 0:
        number //= 1024
        exponent += 10
    return f"{number}{_BINARY_SUFFIXES[exponent]}"


def _decimal(number: Decimal, *, exponential: bool) -> str:
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # it is finite
    text = "".join(map(str, digits))
    exponent += len(text) - len(text := text.rstrip("0"))
    # The exponent becomes a multiple of three, and no larger than the largest suffix.
    surplus = exponent % 3
    if not exponential:
        surplus += max(0, exponent - surplus - _LARGEST_DECIMAL)
    exponent -= surplus
    text = f"{'-' if sign else ''}{text}{'0' * surplus}"
    if not exponential:
        return f"{text}{_DECIMAL_SUFFIXES[exponent]}"
    return f"{text}e{exponent}" if exponent else text
