from kube.runtime import Object, Struct


class Part(Struct):
    name: str


class SampleSpec(Struct):
    # +listType=map
    a: list[Part]
    # +listMapKey=name
    b: list[Part]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
