"""The options that a client adds to its writes. Pure; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kube.client.options import (
    ApplyOptions,
    CollectionDeletionOptions,
    DeletionOptions,
    WriteOptions,
)


@dataclass(frozen=True, slots=True)
class WriteDefaults:
    """`dry_run` applies to every call; the others to calls that do not set their own."""

    dry_run: bool = False
    field_manager: str = ""
    field_validation: str = ""

    def changed(self, dry_run: bool, field_manager: str, field_validation: str) -> WriteDefaults:
        """With the arguments that are set, and otherwise as before."""
        return WriteDefaults(
            dry_run or self.dry_run,
            field_manager or self.field_manager,
            field_validation or self.field_validation,
        )

    def filled(self, options: WriteOptions) -> WriteOptions:
        """The options of create, update and patch."""
        return {
            "dry_run": self.dry_run or options.get("dry_run", False),
            "field_manager": options.get("field_manager") or self.field_manager,
            "field_validation": options.get("field_validation") or self.field_validation,
        }

    def applying(self, field_manager: str, options: ApplyOptions) -> Any:
        """The options of apply. Raises ValueError without a field manager."""
        field_manager = field_manager or self.field_manager
        if not field_manager:
            raise ValueError(
                "apply needs a field manager, which owns what it applies: name one in the call "
                "or in the client"
            )
        return {
            "field_manager": field_manager,
            "force": options.get("force", False),
            "dry_run": self.dry_run or options.get("dry_run", False),
            "field_validation": options.get("field_validation") or self.field_validation,
        }

    def deleting(self, options: DeletionOptions) -> DeletionOptions:
        """The options of delete."""
        return {**options, "dry_run": self.dry_run or options.get("dry_run", False)}

    def deleting_all(self, options: CollectionDeletionOptions) -> CollectionDeletionOptions:
        """The options of deletecollection."""
        return {**options, "dry_run": self.dry_run or options.get("dry_run", False)}
