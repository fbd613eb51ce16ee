"""Predicates: functions of an event that say whether it may cause a reconcile.

Any function from Event to bool is one. They never change what is cached. Those here that compare
an update with the state before let every other event pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from kube.controller.callables import is_async
from kube.controller.event import Event
from kube.runtime import Object
from kube.runtime.selectors import parse_labels

Predicate: TypeAlias = Callable[[Event[Any]], bool]


def check_predicate(name: str, predicate: Any) -> None:
    """Raises TypeError for what cannot decide about events; None decides nothing, and is fine."""
    if predicate is not None and (not callable(predicate) or is_async(predicate)):
        raise TypeError(f"{name} is a plain function of an event, not {predicate!r}")


def generation_changed(event: Event[Any]) -> bool:
    """Passes changes of the spec, and deletion, which the server counts as one.

    Not labels, annotations, finalizers, owners or the status; see `status_ignored`.
    """
    old = event.old
    return old is None or old.metadata.generation != event.object.metadata.generation


def resource_version_changed(event: Event[Any]) -> bool:
    """Passes every update but resyncs."""
    return not event.is_resync


def labels_changed(event: Event[Any]) -> bool:
    """Passes updates that change labels."""
    old = event.old
    return old is None or (old.metadata.labels or {}) != (event.object.metadata.labels or {})


def annotations_changed(event: Event[Any]) -> bool:
    """Passes updates that change annotations."""
    old = event.old
    return old is None or (old.metadata.annotations or {}) != (
        event.object.metadata.annotations or {}
    )


def status_ignored(event: Event[Any]) -> bool:
    """Passes updates that change anything but the status: for the status that we write ourselves.

    That is the generation, labels, annotations, owners, finalizers or the deletion timestamp.
    """
    old = event.old
    return old is None or _essence(old) != _essence(event.object)


def labeled(selector: str) -> Predicate:
    """Passes events of objects that a label selector matches. Raises SelectorError."""
    matches = parse_labels(selector).matches
    return lambda event: matches(event.object.metadata.labels)


def all_of(*predicates: Predicate) -> Predicate:
    """Passes what all of them pass."""
    return lambda event: all(predicate(event) for predicate in predicates)


def any_of(*predicates: Predicate) -> Predicate:
    """Passes what one of them passes."""
    return lambda event: any(predicate(event) for predicate in predicates)


def not_(predicate: Predicate) -> Predicate:
    """Passes what the predicate does not."""
    return lambda event: not predicate(event)


def _essence(obj: Object) -> tuple[Any, ...]:
    meta = obj.metadata
    return (
        meta.generation,
        meta.labels or {},
        meta.annotations or {},
        meta.owner_references or [],
        meta.finalizers or [],
        meta.deletion_timestamp,
    )
