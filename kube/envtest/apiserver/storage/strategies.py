"""What differs between resources when they are written: defaults, status and extra validation.

The names are those of apiserver's registry (PrepareForCreate, PrepareForUpdate, Validate). The
plain strategy serves custom resources and registered kinds; built-in kinds have rules of their own
(`kinds`).
"""

from __future__ import annotations

from collections.abc import Iterable

from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.schemas.reading import Empties
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import embedded, metadata, scales
from kube.runtime.trees import Tree, same


class Strategy:
    """Custom resources, and kinds that follow the same conventions."""

    def prepare_create(self, resource: ServerResource, new: Tree) -> None:
        if "status" in resource.subresources:
            new.pop("status", None)

    status_metadata: bool = False
    """Whether a write to the status changes the metadata as well."""

    def keep_status(self, resource: ServerResource, new: Tree, old: Tree) -> None:
        """`new` is the whole object; its status is kept only if it has no subresource."""
        if "status" in resource.subresources:
            if "status" in old:
                new["status"] = old["status"]
            else:
                new.pop("status", None)

    def prepare_status(self, new: Tree, old: Tree) -> None:
        """Changes the new object of a write to the status."""

    def prepare_update(self, resource: ServerResource, new: Tree, old: Tree) -> None:
        """Changes the new object, whose status is the old one's already."""

    def validate(
        self,
        resource: ServerResource,
        new: Tree,
        old: Tree | None,
        empties: Empties | None = None,
    ) -> list[Cause]:
        """`old` is None on create. `empties` are in the object, but will not be stored."""
        schema = resource.schema
        if schema is None:
            return []
        causes = schema.validate(new, old)
        if resource.custom:
            causes += scales.spec_faults(resource.scale, new)
            causes += scales.status_faults(resource.scale, new)
        if schema.embeds:
            causes += embedded.faults(schema.source, new)
        return causes + schema.rule_faults(new, old, causes)

    def validate_status(self, resource: ServerResource, new: Tree, old: Tree) -> list[Cause]:
        if resource.schema is None:
            return []
        causes = resource.schema.validate_status(new, old)
        if resource.custom:
            causes += scales.status_faults(resource.scale, new)
        return causes + resource.schema.rule_faults(new, old, causes)

    def warnings(self, new: Tree, old: Tree | None) -> list[str]:
        """What is allowed but unwise in an object that was written; `old` is None on create."""
        return []

    def allocate(
        self, existing: Iterable[Tree], new: Tree, old: Tree | None, *, dry_run: bool
    ) -> list[Cause]:
        """Set what must be unique among the `existing` objects; returns what is taken.

        Called before the object is validated.
        """
        return []

    def metadata_faults(self, resource: ServerResource, new: Tree) -> list[Cause]:
        """The faults of the metadata in an update, each as often as the original names it."""
        return metadata.validate(resource, new["metadata"])

    def checks_of_changed_metadata(self, subresource: str) -> int:
        """How often an update compares the metadata with the old one."""
        return 1

    def counts_empties(self) -> bool:
        """Whether an empty map or list that was sent is a change, and counts in the generation."""
        return False

    def metadata_comes_last(self) -> bool:
        """Whether the metadata of a new object is checked only where all else is right."""
        return False

    def grace_seconds(self, tree: Tree, wanted: int | None) -> int:
        """Seconds that an object has to end; `wanted` is what the client asks for."""
        return 0

    def prevents_deletion(self, tree: Tree) -> bool:
        """Whether something besides metadata.finalizers prevents the deletion."""
        return False

    def mark_deleted(self, new: Tree) -> None:
        """Change an object that is being deleted but cannot be removed yet."""


PLAIN = Strategy()


def spec_changed(new: Tree, old: Tree, *, but: tuple[str, ...]) -> bool:
    """Whether anything but metadata and the members named in `but` differs."""
    left = {key: value for key, value in new.items() if key not in but and key != "metadata"}
    right = {key: value for key, value in old.items() if key not in but and key != "metadata"}
    return not same(left, right)
