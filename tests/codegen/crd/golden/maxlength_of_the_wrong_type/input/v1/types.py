from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:MaxLength=5
    a: int


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
