from typing import Annotated, TypeAlias

from kube.runtime import Int32, Meta, Object, Struct


class Inner(Struct):
    a: str = ""


Percent: TypeAlias = Annotated[Int32, Meta(ge=0, le=100)]


class SampleSpec(Struct):
    a: Annotated[int, Meta(ge=1, le=5, multiple_of=2)]
    b: Annotated[int, Meta(gt=0, lt=9)]
    c: Annotated[str, Meta(min_length=1, max_length=5, pattern="^a")]
    d: Annotated[list[Annotated[str, Meta(max_length=3)]], Meta(min_length=1, max_length=4)]
    e: Annotated[dict[str, Annotated[int, Meta(ge=0)]], Meta(max_length=2)]
    f: Annotated[str | None, Meta(title="F", description="An f.")] = None
    g: Annotated[Inner, Meta(min_length=1)]
    h: Percent


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
