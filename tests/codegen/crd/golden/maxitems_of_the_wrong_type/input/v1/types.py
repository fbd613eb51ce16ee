from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:MaxItems=3
    a: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
