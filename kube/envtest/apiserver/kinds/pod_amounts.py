"""Amounts of resources, by name, and what the containers of a Pod take together."""

from __future__ import annotations

from collections.abc import Iterable

from kube.runtime.quantity_value import QuantityValue
from kube.runtime.trees import Tree

Amounts = dict[str, QuantityValue]


def amounts(tree: Tree | None) -> Amounts:
    return {name: QuantityValue.parse(text) for name, text in (tree or {}).items()}


def total(parts: Iterable[Amounts]) -> Amounts:
    summed: Amounts = {}
    for part in parts:
        for name, amount in part.items():
            summed[name] = summed[name] + amount if name in summed else amount
    return summed


def of_containers(spec: Tree, member: str) -> Amounts:
    """The requests or limits of all containers together, or, where it is more, those of an init
    container and of what runs beside it."""

    def of(container: Tree) -> Amounts:
        return amounts((container.get("resources") or {}).get(member))

    beside: list[Amounts] = []
    highest: Amounts = {}
    for container in spec.get("initContainers") or ():
        at_once = total([*beside, of(container)])
        if container.get("restartPolicy") == "Always":
            beside.append(of(container))
        highest = {**highest, **{k: max(v, highest.get(k, v)) for k, v in at_once.items()}}
    taken = total([*beside, *map(of, spec.get("containers") or ())])
    return {**highest, **{k: max(v, highest.get(k, v)) for k, v in taken.items()}}
