from kube.runtime import Object, Struct


class Part(Struct):
    name: str


class SampleSpec(Struct):
    # +listType=set
    a: list[Part]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
