from kube.runtime import Object, Struct


class SampleSpec(Struct):
    """SampleSpec is the spec of v1."""

    text: str


# +kubebuilder:storageversion
# +kubebuilder:subresource:status
# +kubebuilder:resource:shortName=sm
class Sample(Object):
    """Sample is the sample of v1."""

    spec: SampleSpec
    status: SampleSpec | None = None
