from typing import Literal

from kube.runtime import Object, Struct


class A(Struct):
    type: Literal["A"]
    x: str


class B(Struct):
    type: Literal["B"]
    x: int


class SampleSpec(Struct):
    a: A | B


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
