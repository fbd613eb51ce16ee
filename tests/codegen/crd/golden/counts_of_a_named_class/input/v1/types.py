from kube.runtime import Object, Struct


class Inner(Struct):
    a: str = ""


class SampleSpec(Struct):
    # +kubebuilder:validation:MinProperties=1
    inner: Inner


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
