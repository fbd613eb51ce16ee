from kube.runtime import Float64, Object, Struct


class SampleSpec(Struct):
    """SampleSpec has floats."""

    ratio: float
    # +kubebuilder:validation:Minimum=0.5
    # +kubebuilder:validation:Maximum=1.5
    # +kubebuilder:validation:MultipleOf=0.25
    bounded: Float64
    default: float = 0.1
    many: list[Float64]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
