"""Quantities of resources, after k8s.io/apimachinery/pkg/api/resource.

A quantity is kept as it was written, a string like `100m` or `1.5Gi` (or a whole number), because
decoding must be fast and encoding must not change it. `parse_quantity` returns its value.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TypeAlias

Quantity: TypeAlias = str | int

_SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    **{s: Decimal(1000) ** (i + 1) for i, s in enumerate(("k", "M", "G", "T", "P", "E"))},
    **{f"{s}i": Decimal(1024) ** (i + 1) for i, s in enumerate(("K", "M", "G", "T", "P", "E"))},
}
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)")


def parse_quantity(quantity: Quantity) -> Decimal:
    """The value of a quantity, exactly. Raises ValueError for text that is not a quantity."""
    match = _QUANTITY.fullmatch(str(quantity))
    if match is None:
        raise ValueError(
            f"{quantity!r} is not a valid quantity: "
            "write a number and a suffix such as m, k, Mi or e3"
        )
    number, exponent, suffix = match.groups()
    if exponent is not None:
        try:
            return Decimal(number).scaleb(int(exponent))
        except ArithmeticError:
            raise ValueError(
                f"{quantity!r} is not a valid quantity: its exponent is too large"
            ) from None
    return Decimal(number) * _SUFFIXES[suffix or ""]
