from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:Type=text
    a: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
