from kube.runtime import Float64, Object, Struct


class SampleSpec(Struct):
    a: float
    b: list[Float64]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
