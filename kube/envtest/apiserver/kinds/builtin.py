"""What is written by hand about a kind: the rules of its writes, and how it is served.

What stands in Kubernetes' documents is not repeated here (`catalogue`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kube.envtest.apiserver.kinds.pod_preparation import drop_gated
from kube.envtest.apiserver.resources import Review, Scale, ServerResource
from kube.envtest.apiserver.schemas.reading import Empties
from kube.envtest.apiserver.schemas.walks import Check, Default
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.envtest.apiserver.storage.strategies import Strategy
from kube.runtime.trees import Tree

Defaults = Mapping[str, tuple[Default, ...]]
"""By type, such as `core.v1.Container`; a kind is the type of its objects."""
Checks = Mapping[str, tuple[Check, ...]]


def _nothing(new: Tree) -> None: ...


def _no_change(new: Tree, old: Tree) -> None: ...


def _no_faults(new: Tree, old: Tree, causes: list[Cause]) -> None: ...


def _none_new(new: Tree, causes: list[Cause]) -> None: ...


class Allocator(Protocol):
    def __call__(
        self, existing: Iterable[Tree], new: Tree, old: Tree | None, /, *, dry_run: bool
    ) -> list[Cause]: ...


@dataclass(frozen=True, slots=True)
class Rules(Strategy):
    """The rules of one kind. Rules about values stand in tables by type, not here."""

    create: Callable[[Tree], None] = _nothing
    """Changes a new object, whose status is empty already."""
    update: Callable[[Tree, Tree], None] = _no_change
    """Changes the new object of an update, which has the old one's status already."""
    update_status: Callable[[Tree, Tree], None] = _no_change
    """Changes the new object of a write to its status."""
    template: Callable[[Tree], Tree | None] | None = None
    """The specification of the Pods that an object is the template of."""
    validate_new: Callable[[Tree, list[Cause]], None] = _none_new
    """Appends the faults that only a new object may not have."""
    status_metadata: bool = True
    own_metadata: tuple[int, int] = (0, 1)
    """How often the kind's own validation of an update checks the metadata: as that of a new
    object, and as that of a changed one. (0, 0) checks that of new objects after all else."""
    exact_generation: bool = False
    """Whether an empty map or list in the place of none is a new generation."""
    checks: int = 1
    """How often an update checks the object: the original repeats its faults as often."""
    first: Callable[[Tree, Tree | None], list[Cause]] | None = None
    """Faults for which the rest is not looked at."""
    changes: Callable[[Tree, Tree, list[Cause]], None] = _no_faults
    """Appends the forbidden changes of an update."""
    status_changes: Callable[[Tree, Tree, list[Cause]], None] = _no_faults
    """Appends the faults of a new status."""
    warns: Callable[[Tree, Tree | None], list[str]] = lambda new, old: []
    """What is allowed but unwise in an object; the old one is None for a new one."""
    holds: Callable[[Tree], bool] = lambda tree: False
    """Whether something besides metadata.finalizers prevents the deletion."""
    deleted: Callable[[Tree], None] = _nothing
    """Changes an object that is being deleted but cannot be removed yet."""
    grace: Callable[[Tree, int | None], int] | None = None
    """Seconds between the request to delete an object and its end."""
    allocator: Allocator | None = None
    """Allocates what must be unique among the objects of the kind; returns what is taken."""

    def prepare_create(self, resource: ServerResource, new: Tree) -> None:
        if "status" in resource.subresources and resource.schema is not None:
            new["status"] = resource.schema.zero("status")
        self._drop_gated(new)
        self.create(new)

    def prepare_update(self, resource: ServerResource, new: Tree, old: Tree) -> None:
        self._drop_gated(new)
        self.update(new, old)

    def _drop_gated(self, new: Tree) -> None:
        spec = self.template(new) if self.template is not None else None
        if spec is not None:
            drop_gated(spec)

    def prepare_status(self, new: Tree, old: Tree) -> None:
        self.update_status(new, old)

    def validate(
        self,
        resource: ServerResource,
        new: Tree,
        old: Tree | None,
        empties: Empties | None = None,
    ) -> list[Cause]:
        if self.first is not None and (first := self.first(new, old)):
            return first
        causes = Strategy.validate(self, resource, new, old)
        if old is None:
            self.validate_new(new, causes)
            return causes
        causes = causes * self.checks
        if empties:
            empties.hide()
        count = len(causes)
        self.changes(new, old, causes)
        if empties and len(causes) > count:
            causes[count:] = self._shown_as_sent(new, old, causes[count:], empties)
        return causes

    def _shown_as_sent(
        self, new: Tree, old: Tree, causes: list[Cause], empties: Empties
    ) -> list[Cause]:
        """Forbidden changes, with the values of the object as it was sent."""
        shown: list[Cause] = []
        empties.show()
        self.changes(new, old, shown)
        empties.hide()
        by_field: dict[tuple[str, str], list[Cause]] = {}
        for cause in shown:
            by_field.setdefault((cause.reason, cause.field), []).append(cause)
        return [
            by_field[key].pop(0) if by_field.get(key := (cause.reason, cause.field)) else cause
            for cause in causes
        ]

    def validate_status(self, resource: ServerResource, new: Tree, old: Tree) -> list[Cause]:
        causes: list[Cause] = []
        self.status_changes(new, old, causes)
        return causes

    def warnings(self, new: Tree, old: Tree | None) -> list[str]:
        return self.warns(new, old)

    def allocate(
        self, existing: Iterable[Tree], new: Tree, old: Tree | None, *, dry_run: bool
    ) -> list[Cause]:
        if self.allocator is None:
            return []
        return self.allocator(existing, new, old, dry_run=dry_run)

    def grace_seconds(self, tree: Tree, wanted: int | None) -> int:
        return self.grace(tree, wanted) if self.grace is not None else 0

    def metadata_faults(self, resource: ServerResource, new: Tree) -> list[Cause]:
        return metadata.repeated(resource, new["metadata"], *self.own_metadata)

    def checks_of_changed_metadata(self, subresource: str) -> int:
        return 2 if subresource else 1 + self.own_metadata[1]

    def counts_empties(self) -> bool:
        return self.exact_generation

    def metadata_comes_last(self) -> bool:
        return self.own_metadata == (0, 0)

    def prevents_deletion(self, tree: Tree) -> bool:
        return self.holds(tree)

    def mark_deleted(self, new: Tree) -> None:
        self.deleted(new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind, besides its documents."""

    strategy: Strategy = field(default_factory=Rules)
    generation: bool = False
    selectable: tuple[str, ...] = ()
    names: re.Pattern[str] | None = None
    scale: Scale | None = None
    storage: tuple[str, str] = ("", "")
    to_version: Callable[[Tree], Tree] | None = None
    from_version: Callable[[Tree], Tree] | None = None
    review: Callable[[Review], Tree] | None = None
    reset: tuple[str, ...] = ()
    requester: Callable[[Tree, Tree], None] | None = None
