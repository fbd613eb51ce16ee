from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:ExclusiveMinimum=true
    a: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
