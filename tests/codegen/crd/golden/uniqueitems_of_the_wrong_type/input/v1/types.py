from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:UniqueItems=true
    a: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
