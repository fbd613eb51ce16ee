from kube.runtime import Object, Struct


class SampleSpec(Struct):
    """SampleSpec has defaults that only running the module would tell."""

    most: int = 2**31
    # +kubebuilder:default=1024
    least: int = 2**10


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec | None = None
