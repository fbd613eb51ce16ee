from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +listType=map
    # +listMapKey=name
    a: str
    # +mapType=atomic
    b: list[str]
    # +structType=atomic
    c: list[str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
