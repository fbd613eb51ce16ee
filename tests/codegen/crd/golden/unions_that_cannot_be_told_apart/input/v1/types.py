from kube.runtime import Object, Struct


class A(Struct):
    x: str


class B(Struct):
    y: str


class SampleSpec(Struct):
    a: A | B
    b: A | str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
