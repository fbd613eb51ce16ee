"""Numbers and percentages, after k8s.io/apimachinery/pkg/util/intstr."""

from __future__ import annotations

import re

from kube.runtime.scalars import IntOrString

_PERCENTAGE = re.compile(r"([+-]?[0-9]+)%")


def scaled_int_or_percent(value: IntOrString, total: int, *, round_up: bool) -> int:
    """A number as it is, and a percentage such as `25%` as a part of `total`.

    `maxSurge` of a Deployment is rounded up, `maxUnavailable` down. The result is exact, where Go
    calculates with floats. Raises ValueError for a string that is not a percentage of whole
    numbers, a number in a string included.
    """
    if isinstance(value, int):
        return value
    match = _PERCENTAGE.fullmatch(value)
    if match is None or len(value) > 20:
        raise ValueError(
            f"{value[:80]!r} is not a percentage: write a whole number and %, or a number"
        )
    hundredths = int(match[1]) * total
    return -(-hundredths // 100) if round_up else hundredths // 100
