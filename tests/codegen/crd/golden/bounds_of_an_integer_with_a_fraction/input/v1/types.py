from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:Maximum=1.5
    # +kubebuilder:validation:Minimum=0.5
    # +kubebuilder:validation:MultipleOf=0.5
    a: int


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
