"""No types, but those that say otherwise."""

from __future__ import annotations

from heirs.v1.types import Base
from kube.runtime import Struct


# +k8s:deepcopy-gen=true
class Asked(Struct):
    base: Base | None = None
    bases: list[Base] | None = None
    other: NotAsked | None = None


class NotAsked(Struct):
    names: list[str] | None = None
