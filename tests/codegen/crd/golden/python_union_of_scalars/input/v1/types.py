from kube.runtime import Object, Struct


class SampleSpec(Struct):
    port: int | str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
