"""What gadgets are made of: generics, aliases, nesting, self reference, inlining."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

from kube.api.meta.v1 import Time
from kube.runtime import Meta, Struct, field

T = TypeVar("T")

# A share of the whole.
# +kubebuilder:validation:Minimum=0
# +kubebuilder:validation:Maximum=100
Percent: TypeAlias = int

Labels: TypeAlias = dict[str, str]


class Identified(Struct):
    """Inlined by whatever has an id."""

    uid: str = ""
    # The name, as its owner calls it.
    # +kubebuilder:validation:MaxLength=63
    name: str


class PortSpec(Struct):
    port: Annotated[int, Meta(ge=1, le=65535)]
    protocol: Literal["TCP", "UDP"] = "TCP"
    host_ip: str = field(default="", name="hostIP")


# +listType=map
# +listMapKey=port
Ports: TypeAlias = list[PortSpec]


class Part(Identified):
    """A part, which has parts."""

    KINDS: ClassVar[tuple[str, ...]] = ("wheel", "spring")

    class Origin(Struct):
        """Where a part comes from."""

        factory: str
        built: Time | None = None

    origin: Origin | None = None
    parts: list[Part] | None = None
    ports: Ports | None = None
    settings: dict[str, Any] | None = None
    checksum: bytes = b""

    def weight(self) -> int:
        """Methods are the author's own."""
        return 1 + sum(part.weight() for part in self.parts or [])


class Page(Struct, Generic[T]):
    """Some of many."""

    entries: list[T] | None = None
    first: T | None = None
    total: int = 0


class Tree(Struct):
    value: int | str
    ratio: float = 0.5
    children: dict[str, list[Tree]] | None = None
