from kube.runtime import Object, Struct


class SampleSpec(Struct):
    """SampleSpec is the spec of v1beta1."""

    text: str


# +kubebuilder:deprecatedversion
# +kubebuilder:printcolumn:name="Text",type=string,JSONPath=`.spec.text`
# +kubebuilder:resource:shortName=sm
class Sample(Object):
    """Sample is the sample of v1beta1."""

    spec: SampleSpec
