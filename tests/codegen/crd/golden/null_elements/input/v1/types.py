from typing import Annotated, TypeAlias

from kube.runtime import Meta, Object, Struct

Maybe: TypeAlias = str | None


class Part(Struct):
    """Part is a part."""

    name: str


class SampleSpec(Struct):
    names: list[str | None]
    counts: dict[str, int | None] | None = None
    sizes: list[Annotated[int | None, Meta(ge=1)]] | None = None
    parts: list[Part | None] | None = None
    maybes: list[Maybe] | None = None
    nested: list[list[bool | None]] | None = None
    plain: Maybe = None


class Sample(Object):
    spec: SampleSpec
