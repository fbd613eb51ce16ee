from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:Pattern=`^a$`
    a: int


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
