from kube.runtime import Object, Struct


class Inner(Struct):
    """Inner is an inner struct."""

    # +k8s:immutable
    # +required
    a: str


# +kubebuilder:validation:XValidation:rule="self.required != 'x'"
class SampleSpec(Struct):
    """SampleSpec has fields that stay."""

    # +k8s:immutable
    # +required
    required: str
    # +k8s:immutable
    # +optional
    optional: str | None = None
    # +k8s:immutable
    # +optional
    zone: str | None = None
    # +k8s:immutable
    inner: Inner
    # +k8s:immutable
    # +optional
    number: int | None = None


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
