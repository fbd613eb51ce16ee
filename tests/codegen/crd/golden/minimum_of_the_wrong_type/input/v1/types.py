from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:Minimum=5
    a: list[str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
