from typing import Annotated

from kube.runtime import Meta, Object, Struct


class SampleSpec(Struct):
    a: Annotated[str, Meta(ge=1)]
    b: Annotated[int, Meta(min_length=1)]
    c: Annotated[bool, Meta(pattern="a")]
    d: Annotated[str, Meta(pattern="[")]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
