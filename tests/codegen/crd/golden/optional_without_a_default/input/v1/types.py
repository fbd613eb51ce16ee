from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +optional
    a: str
    # +kubebuilder:validation:Optional
    b: int


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
