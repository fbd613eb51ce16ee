from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:MinItems=3
    a: dict[str, str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
