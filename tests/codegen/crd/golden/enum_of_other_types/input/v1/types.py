from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:Enum=1;2
    a: str
    # +kubebuilder:validation:Enum=a;b
    b: int
    # +kubebuilder:validation:Enum=true;false
    c: int


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
