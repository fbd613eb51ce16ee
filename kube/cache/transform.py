"""Transforms: a function over every object before it is cached.

It runs as each page and each event arrives, so that what it drops never adds up.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from kube.cache.errors import InformerFailedError
from kube.runtime import Object
from kube.runtime.keys import object_key

T = TypeVar("T", bound=Object)

Transform: TypeAlias = Callable[[T], T]

log = logging.getLogger("kube.cache")


def strip_managed_fields(obj: T) -> T:
    """A transform that drops `metadata.managedFields`, often a third of an object's memory."""
    obj.metadata.managed_fields = None
    return obj


def check_transform(transform: Transform[T]) -> None:
    """Raises TypeError for what cannot be called with one object, or is an async function."""
    if not callable(transform):
        raise TypeError(f"a transform is a function, not {transform!r}")
    if inspect.iscoroutinefunction(transform):
        raise TypeError(f"the transform {_name(transform)} is an async function: use a plain one")
    try:
        signature = inspect.signature(transform)
    except (TypeError, ValueError):
        return  # a built-in function that does not tell
    try:
        signature.bind(object())
    except TypeError as error:
        raise TypeError(
            f"the transform {_name(transform)} must take one argument, the object: {error}"
        ) from None


def _name(transform: object) -> str:
    return str(getattr(transform, "__qualname__", None) or transform)


class Transformer(Generic[T]):
    """Applies a transform, and counts the objects that it fails on."""

    def __init__(self, kind: str, transform: Transform[T]) -> None:
        self._kind = kind
        self._transform = transform
        self._last_error: Exception | None = None
        self.succeeded = 0
        self.errors = 0
        """Objects that were skipped because the transform raised, or returned no object."""

    def __call__(self, obj: T) -> T | None:
        """The object as it is to be cached, or None where it is to be skipped."""
        try:
            transformed = self._transform(obj)
            if not isinstance(transformed, Object):
                raise TypeError(
                    f"the transform {_name(self._transform)} returned {transformed!r}: "
                    "it must return the object"
                )
        except Exception as error:
            self.errors += 1
            self._last_error = error
            key = object_key(obj)
            log.exception(
                "%s %s: skipped, its transform failed",
                self._kind,
                key,
                extra={"kind": self._kind, "key": key},
            )
            return None
        self.succeeded += 1
        return transformed

    def raise_if_useless(self) -> None:
        """Raises InformerFailedError where it has failed on every object so far."""
        if self.errors and not self.succeeded:
            raise InformerFailedError(
                f"the transform {_name(self._transform)} of the informer of {self._kind} failed on "
                f"all {self.errors} objects of the first list: {self._last_error}"
            ) from self._last_error
