"""An object beside the one that it replaces: which values are still the same.

Faults of a value that has not changed do not prevent an update (apiserver's `CorrelatedObject`).
Items correspond to each other in lists of maps alone, by their keys.
"""

from __future__ import annotations

from typing import Any

from kube.runtime.trees import Tree


class Correlated:
    """A value and the old one."""

    __slots__ = ("_old", "_schema", "_unchanged", "_value")

    def __init__(self, value: Any, old: Any, schema: Tree) -> None:
        self._value, self._old, self._schema = value, old, schema
        self._unchanged: bool | None = None

    def member(self, name: str) -> Correlated | None:
        """A member of a map; None if there is no old one."""
        value, old = self._value, self._old
        if not isinstance(value, dict) or not isinstance(old, dict):
            return None
        if name not in value or name not in old:
            return None
        schema = (self._schema.get("properties") or {}).get(name)
        schema = schema or self._schema.get("additionalProperties")
        return Correlated(value[name], old[name], schema) if isinstance(schema, dict) else None

    def item(self, index: int) -> Correlated | None:
        """An item of a list; None if there is no old one."""
        items = self._schema.get("items")
        old = old_item(self._schema, self._old, self._value[index])
        if old is None or not isinstance(items, dict):
            return None
        return Correlated(self._value[index], old, items)

    def unchanged(self) -> bool:
        if self._unchanged is None:
            self._unchanged = self._compare()
        return self._unchanged

    def _compare(self) -> bool:
        value, old = self._value, self._old
        if value is None or old is None:
            return value is old
        if isinstance(value, dict) and isinstance(old, dict):
            return len(value) == len(old) and all(_same(self.member(name)) for name in value)
        if isinstance(value, list) and isinstance(old, list):
            if len(value) != len(old):
                return False
            if self._schema.get("x-kubernetes-list-type") != "map":
                return value == old
            return all(_same(self.item(index)) for index in range(len(value)))
        return type(value) is type(old) and bool(value == old)


def _same(correlated: Correlated | None) -> bool:
    return correlated is not None and correlated.unchanged()


def old_item(schema: Tree, old: Any, item: Any) -> Any:
    """The item of the old list with the same keys; None where the list has none."""
    names: tuple[str, ...] = tuple(schema.get("x-kubernetes-list-map-keys", ()))
    if schema.get("x-kubernetes-list-type") != "map" or not names or not isinstance(old, list):
        return None
    wanted = _keys(names, item)
    if wanted is None:
        return None
    return next((was for was in old if _keys(names, was) == wanted), None)


def _keys(names: tuple[str, ...], item: Any) -> tuple[Any, ...] | None:
    if not isinstance(item, dict):
        return None
    values = tuple((type(item.get(name)), item.get(name)) for name in names)
    plain = all(kind in (bool, int, float, str) for kind, _ in values)
    return values if plain else None
