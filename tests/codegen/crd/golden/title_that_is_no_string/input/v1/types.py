from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:title=5
    a: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
