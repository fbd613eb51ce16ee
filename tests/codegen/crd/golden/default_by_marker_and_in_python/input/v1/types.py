from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:default=5
    a: int = 3
    # +kubebuilder:default=3
    b: int = 3


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
