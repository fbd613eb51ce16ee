"""What a factory may be told about the informer of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kube.cache.transform import Transform, check_transform
from kube.runtime.selectors import parse_fields, parse_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class InformerOptions:
    """Options for the informer of one kind; what is None is as the factory has it.

    `namespaces` are those that are read, each by a watch of its own; `()` reads all of them.
    `label_selector` and `field_selector` limit what is read. `transform` and `resync` replace the
    factory's. With `compact`, objects are kept as deflated JSON and decoded at each read: for kinds
    with very many objects.

    Raises SelectorError for a malformed selector, and TypeError for a transform that cannot be
    called with one object, or namespaces that are one string.
    """

    namespaces: Sequence[str] | None = None
    label_selector: str = ""
    field_selector: str = ""
    transform: Transform[Any] | None = None
    resync: float | None = None
    compact: bool = False

    def __post_init__(self) -> None:
        check_namespaces(self.namespaces)
        parse_labels(self.label_selector)
        parse_fields(self.field_selector)
        if self.transform is not None:
            check_transform(self.transform)


def check_namespaces(namespaces: Sequence[str] | None) -> None:
    """Raises TypeError for one string, and ValueError for an empty name."""
    if isinstance(namespaces, str):
        raise TypeError(f"namespaces is a list of names: namespaces=[{namespaces!r}]")
    if namespaces is not None and not all(namespaces):
        raise ValueError("a namespace's name is empty: namespaces=() reads all namespaces")
