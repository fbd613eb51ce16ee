"""Who selects these labels, and which objects have them, without looking at all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from kube.envtest.apiserver.storage.store import Key
from kube.runtime.trees import Tree

_Pair: TypeAlias = tuple[str, str, str]
"""Namespace, key and value of a label."""


class Selecting:
    """Objects by what they select: each is kept under one of the labels that it requires.

    `matching` gives candidates; an object may require more than the one label.
    """

    def __init__(self) -> None:
        self._by_label: dict[_Pair, dict[Key, None]] = {}
        self._rest: dict[str, dict[Key, None]] = {}
        self._places: dict[Key, _Pair | None] = {}

    def put(self, key: Key, required: Mapping[str, str]) -> None:
        """Keep an object that requires these labels at least."""
        pair = next(((key[0], *each) for each in required.items()), None)
        if key in self._places:
            if self._places[key] == pair:
                return
            self.remove(key)
        self._places[key] = pair
        self._group(key, pair)[key] = None

    def remove(self, key: Key) -> None:
        if key in self._places:
            pair = self._places.pop(key)
            group = self._group(key, pair)
            group.pop(key, None)
            if not group and pair is not None:
                del self._by_label[pair]

    def _group(self, key: Key, pair: _Pair | None) -> dict[Key, None]:
        if pair is None:
            return self._rest.setdefault(key[0], {})
        return self._by_label.setdefault(pair, {})

    def matching(self, namespace: str, labels: Mapping[str, str]) -> Iterator[Key]:
        """Those that may select an object with these labels."""
        for each in labels.items():
            yield from self._by_label.get((namespace, *each), ())
        yield from self._rest.get(namespace, ())


class Labelled:
    """Objects by their labels."""

    def __init__(self) -> None:
        self._by_label: dict[_Pair, dict[Key, None]] = {}
        self._all: dict[str, dict[Key, None]] = {}
        self._labels: dict[Key, Mapping[str, str]] = {}

    def put(self, key: Key, labels: Mapping[str, str]) -> None:
        have = self._labels.get(key)
        if have is labels or have == labels:
            return
        self.remove(key)
        self._labels[key] = labels
        self._all.setdefault(key[0], {})[key] = None
        for each in labels.items():
            self._by_label.setdefault((key[0], *each), {})[key] = None

    def remove(self, key: Key) -> None:
        for each in self._labels.pop(key, {}).items():
            pair = (key[0], *each)
            self._by_label[pair].pop(key, None)
            if not self._by_label[pair]:
                del self._by_label[pair]
        self._all.get(key[0], {}).pop(key, None)

    def having(self, namespace: str, required: Mapping[str, str]) -> list[Key]:
        """Those of a namespace that have all of these labels."""
        groups = [self._by_label.get((namespace, *each), {}) for each in required.items()]
        if not groups:
            return list(self._all.get(namespace, ()))
        smallest = min(groups, key=len)
        return [key for key in smallest if all(key in group for group in groups)]


def required_labels(selector: Tree | None) -> dict[str, str]:
    """The labels that a label selector requires with their values, as far as it names them."""
    return dict((selector or {}).get("matchLabels") or {})
