from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:items:MinLength=1
    a: str
    # +kubebuilder:validation:items:Maximum=3
    b: list[str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
