from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:MultipleOf=2
    a: bool


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
