from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:MinLength=1
    a: list[str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
