"""Listers: typed, synchronous reads of an informer's cache.

They return the cached objects themselves: `deep_copy()` one before changing it. The mutation
detector finds code that does not.

A lister whose informer was never started raises InformerStateError in place of an empty answer.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Generic, TypeVar

from kube.api.meta.v1 import Status, StatusDetails
from kube.cache.errors import InformerStateError
from kube.cache.indexer import NAMESPACE_INDEX, Indexer
from kube.runtime import GroupResource, Object
from kube.runtime.errors import NotFoundError
from kube.runtime.keys import make_key
from kube.runtime.selectors import parse_labels

T = TypeVar("T", bound=Object)
L = TypeVar("L")


class Lister(Generic[T]):
    """Reads of a cluster-scoped kind."""

    def __init__(self, indexer: Indexer[T], resource: GroupResource) -> None:
        self._indexer = indexer
        self._resource = resource

    def __repr__(self) -> str:
        return _repr(self, self._indexer, self._resource)

    def list(self, label_selector: str = "") -> builtins.list[T]:
        """The cached objects, in no particular order. Raises SelectorError."""
        return _select(self._indexer, self._indexer.list(), label_selector)

    def get(self, name: str) -> T:
        """The cached object. Raises NotFoundError."""
        return _get(self._indexer, self._resource, name, "")


class NamespacedLister(Generic[T]):
    """Reads of a namespaced kind."""

    def __init__(self, indexer: Indexer[T], resource: GroupResource) -> None:
        self._indexer = indexer
        self._resource = resource

    def __repr__(self) -> str:
        return _repr(self, self._indexer, self._resource)

    def list(self, namespace: str = "", label_selector: str = "") -> builtins.list[T]:
        """The cached objects of a namespace, of all where it is empty. Raises SelectorError."""
        return _select(self._indexer, _in_namespace(self._indexer, namespace), label_selector)

    def get(self, name: str, namespace: str) -> T:
        """The cached object. Raises NotFoundError."""
        return _get(self._indexer, self._resource, name, namespace)

    def namespace(self, namespace: str) -> NamespaceLister[T]:
        """The lister of one namespace."""
        return self._of_namespace(NamespaceLister[T], namespace)

    def _of_namespace(
        self, lister: Callable[[Indexer[T], GroupResource, str], L], namespace: str
    ) -> L:
        """A lister of one namespace, over the same cache."""
        if not namespace:
            raise ValueError("a namespace's lister needs the namespace's name")
        return lister(self._indexer, self._resource, namespace)


class NamespaceLister(NamespacedLister[T]):
    """Reads of one namespace of a namespaced kind.

    It is a NamespacedLister, so that what a hand-written expansion of one does, it does for the
    objects of its namespace alone.
    """

    def __init__(self, indexer: Indexer[T], resource: GroupResource, namespace: str) -> None:
        super().__init__(indexer, resource)
        self._namespace = namespace

    def __repr__(self) -> str:
        return _repr(self, self._indexer, self._resource, f" in {self._namespace}")

    def list(self, namespace: str = "", label_selector: str = "") -> builtins.list[T]:
        """The cached objects of the namespace. Raises SelectorError."""
        return super().list(self._checked(namespace), label_selector)

    def get(self, name: str, namespace: str = "") -> T:
        """The cached object. Raises NotFoundError."""
        return super().get(name, self._checked(namespace))

    def _checked(self, namespace: str) -> str:
        if namespace not in ("", self._namespace):
            raise ValueError(
                f"this lister reads the namespace {self._namespace!r}, not {namespace!r}; a "
                "selector is passed as label_selector="
            )
        return self._namespace


def _in_namespace(indexer: Indexer[T], namespace: str) -> list[T]:
    return indexer.by_index(NAMESPACE_INDEX, namespace) if namespace else indexer.list()


def _repr(lister: object, indexer: Indexer[T], resource: GroupResource, where: str = "") -> str:
    state = "not started" if indexer.unavailable else f"{len(indexer)} objects cached"
    return f"<{type(lister).__name__} of {resource}{where}: {state}>"


def _check_available(indexer: Indexer[T]) -> None:
    if indexer.unavailable and not len(indexer):
        raise InformerStateError(indexer.unavailable)


def _select(indexer: Indexer[T], objects: list[T], label_selector: str) -> list[T]:
    if not objects:
        _check_available(indexer)
    if not label_selector:
        return objects
    matches = parse_labels(label_selector).matches
    return [obj for obj in objects if matches(obj.metadata.labels)]


def _get(indexer: Indexer[T], resource: GroupResource, name: str, namespace: str) -> T:
    obj = indexer.get(make_key(name, namespace))
    if obj is not None:
        return obj
    _check_available(indexer)
    raise not_found(resource, name)


def not_found(resource: GroupResource, name: str) -> NotFoundError:
    """The error that a server would answer with."""
    return NotFoundError(
        Status(
            status="Failure",
            reason="NotFound",
            code=404,
            message=f'{resource} "{name}" not found',
            details=StatusDetails(name=name, group=resource.group, kind=resource.resource),
        )
    )
