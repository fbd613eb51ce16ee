from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:MaxProperties=3
    a: list[str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
