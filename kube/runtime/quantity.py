"""Quantities of resources, after k8s.io/apimachinery/pkg/api/resource.

A quantity is kept as it was written, a string like `100m` or `1.5Gi` (or a whole number), because
decoding must be fast and encoding must not change it. `parse_quantity` returns its value, and
`QuantityValue` calculates; API modules need neither, so they are imported when they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from kube.runtime.lazy import lazy_attributes

if TYPE_CHECKING:
    from kube.runtime.quantity_value import QuantityFormat, QuantityValue, parse_quantity
else:
    __getattr__ = lazy_attributes(
        __name__,
        ("QuantityFormat", "kube.runtime.quantity_value"),
        ("QuantityValue", "kube.runtime.quantity_value"),
        ("parse_quantity", "kube.runtime.quantity_value"),
    )

__all__ = ["Quantity", "QuantityFormat", "QuantityValue", "parse_quantity"]

Quantity: TypeAlias = str | int
