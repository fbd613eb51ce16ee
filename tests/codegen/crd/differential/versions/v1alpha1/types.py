from kube.runtime import Object, Struct


class SampleSpec(Struct):
    """SampleSpec is the spec of v1alpha1."""

    text: str


# +kubebuilder:unservedversion
# +kubebuilder:deprecatedversion:warning="v1alpha1 is old; use v1"
# +kubebuilder:resource:shortName=sm
class Sample(Object):
    """Sample is the sample of v1alpha1."""

    spec: SampleSpec
