"""What the manager's cache may be told, for all kinds and for single ones. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from kube.cache import InformerOptions, Transform, strip_managed_fields
from kube.client import KindRef
from kube.controller.errors import CacheOptionsError
from kube.runtime import Object
from kube.runtime.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheOptions:
    """How objects are cached; what is None is as the manager's default has it.

    `namespaces` are those that are read, each by a watch of its own; `()` reads all of them.
    Selectors limit what is read; an empty text selects everything. `transform` is applied to each
    object before it is cached, `strip_managed_fields` after it. `resync`, in seconds, has every
    object reconciled at that interval, without asking the server. With `share`, reads return the
    cached objects themselves, which nobody may change; otherwise copies. With `compact`, objects
    are kept as deflated bytes, for kinds with very many of them: a fraction of the memory, and a
    decoding for each read and each event.

    Raises SelectorError for a malformed selector, and TypeError for a transform that cannot be
    called with one object, or namespaces that are one string.
    """

    namespaces: Sequence[str] | None = None
    label_selector: str | None = None
    field_selector: str | None = None
    transform: Transform[Any] | None = None
    strip_managed_fields: bool | None = None
    resync: float | None = None
    share: bool | None = None
    compact: bool | None = None

    def __post_init__(self) -> None:
        InformerOptions(
            namespaces=self.namespaces,
            label_selector=self.label_selector or "",
            field_selector=self.field_selector or "",
            transform=self.transform,
        )

    def over(self, default: CacheOptions) -> CacheOptions:
        """These options, with the default's where they have none."""
        own = {
            field.name: value
            for field in fields(self)
            if (value := getattr(self, field.name)) is not None
        }
        return replace(default, **own)

    def informer_options(self) -> InformerOptions:
        """The options that are an informer's."""
        return InformerOptions(
            namespaces=self.namespaces or (),
            label_selector=self.label_selector or "",
            field_selector=self.field_selector or "",
            transform=_transform(self.transform, self.strip_managed_fields is True),
            resync=self.resync or 0.0,
            compact=self.compact is True,
        )


def _transform(transform: Transform[Any] | None, strip: bool) -> Callable[[Any], Any] | None:
    if not strip:
        return transform
    if transform is None:
        return strip_managed_fields

    def both(obj: Any) -> Any:
        return strip_managed_fields(transform(obj))

    return both


OptionsByKind = Mapping[type[Object] | KindRef[Any], CacheOptions]


def options_for(
    resource: Resource, default: CacheOptions, by_kind: Mapping[Any, CacheOptions]
) -> CacheOptions:
    """The options of one kind. `by_kind` has them by group and kind.

    A cluster-scoped kind has no namespaces, whatever the default has.
    """
    own = by_kind.get(resource.gvk.group_kind, CacheOptions())
    options = own.over(default)
    if not resource.namespaced:
        if own.namespaces:
            raise CacheOptionsError(
                f"{resource.kind} is cluster-scoped: its cache cannot be limited to namespaces "
                f"{', '.join(own.namespaces)}"
            )
        options = replace(options, namespaces=())
    return options
