"""Which taints a Pod tolerates, after k8s.io/api/core/v1/toleration.go and component-helpers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kube.api.core.v1.types import Taint, Toleration

_INTEGER = re.compile(r"0|-?[1-9][0-9]*")


def tolerates_taint(toleration: Toleration, taint: Taint) -> bool:
    """Whether a toleration tolerates a taint.

    Without an effect, it tolerates each effect; without a key, each key. The operator Exists takes
    each value, Equal (the default) the same one, Gt and Lt a taint whose whole number is greater or
    less than the toleration's. Another operator tolerates nothing.
    """
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    value, of_taint = toleration.value or "", taint.value or ""
    match toleration.operator or "Equal":
        case "Exists":
            return True
        case "Equal":
            return value == of_taint
        case "Gt" | "Lt" as operator:
            limit, number = _integer(value), _integer(of_taint)
            if limit is None or number is None:
                return False
            return number > limit if operator == "Gt" else number < limit
        case _:
            return False


def untolerated_taint(
    taints: Iterable[Taint] | None, tolerations: Iterable[Toleration] | None
) -> Taint | None:
    """The first of the taints that none of the tolerations tolerates.

    The scheduler looks at taints with the effects NoSchedule and NoExecute: give it those.
    """
    some = list(tolerations or ())
    for taint in taints or ():
        if not any(tolerates_taint(toleration, taint) for toleration in some):
            return taint
    return None


def _integer(text: str) -> int | None:
    """The number in a text as Kubernetes writes integers of 64 bits, else None."""
    if len(text) > 20 or not _INTEGER.fullmatch(text):
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None
