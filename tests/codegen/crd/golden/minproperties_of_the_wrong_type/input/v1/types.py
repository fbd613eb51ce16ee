from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:MinProperties=3
    a: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
