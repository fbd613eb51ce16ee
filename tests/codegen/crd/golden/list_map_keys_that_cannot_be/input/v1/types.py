from kube.runtime import Int32, Object, Struct


class Part(Struct):
    name: str
    port: Int32 = 0
    tags: list[str]


class SampleSpec(Struct):
    # +listType=map
    # +listMapKey=nam
    a: list[Part]
    # +listType=map
    # +listMapKey=port
    b: list[Part]
    # +listType=map
    # +listMapKey=tags
    c: list[Part]
    # +listType=map
    # +listMapKey=name
    d: list[str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
