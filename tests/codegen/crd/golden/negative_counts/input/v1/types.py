from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:MinLength=-1
    a: str
    # +kubebuilder:validation:MaxItems=-2
    b: list[str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
