"""One change, and the way a comparison collects them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, TypeAlias

import msgspec

Tree: TypeAlias = dict[str, Any]
Steps: TypeAlias = tuple[str | int, ...]


class Level(Enum):
    """How bad a change is."""

    BREAKING = "breaking"
    RISKY = "risky"
    SAFE = "safe"


class Change(msgspec.Struct, frozen=True):
    """`name` is the CRD's; `where` the version and the field, as in `v1 .spec.size`.

    `steps` lead to the place in the manifest, in the new one unless `gone`.
    """

    level: Level
    name: str
    where: str
    message: str
    steps: Steps = ()
    gone: bool = False


class Changes(msgspec.Struct):
    """The changes of one CRD."""

    name: str
    changes: list[Change] = msgspec.field(default_factory=list)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def add(
        self, level: Level, where: str, message: str, steps: Steps = (), *, gone: bool = False
    ) -> None:
        self.changes.append(Change(level, self.name, where, message, steps, gone))

    def breaking(self, where: str, message: str, steps: Steps = (), *, gone: bool = False) -> None:
        self.add(Level.BREAKING, where, message, steps, gone=gone)

    def risky(self, where: str, message: str, steps: Steps = (), *, gone: bool = False) -> None:
        self.add(Level.RISKY, where, message, steps, gone=gone)

    def safe(self, where: str, message: str, steps: Steps = (), *, gone: bool = False) -> None:
        self.add(Level.SAFE, where, message, steps, gone=gone)


def shown(value: object) -> str:
    """A value as a manifest in JSON has it, shortened."""
    import json

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
