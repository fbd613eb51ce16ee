from kube.runtime import Object, OpenEnum, Struct


class Mode(OpenEnum):
    FAST = "Fast"
    SLOW = "Slow"


class SampleSpec(Struct):
    # +kubebuilder:validation:Enum=Fast;Slwo
    a: Mode
    # +kubebuilder:validation:items:Enum=Fats
    b: list[Mode]
    # +kubebuilder:validation:Enum=Fast
    c: Mode | None = None


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
