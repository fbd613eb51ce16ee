from kube.runtime import Int32, Object, Struct


class SampleSpec(Struct):
    """SampleSpec is a spec."""

    replicas: Int32
    color: str
    big: bool


class SampleStatus(Struct):
    """SampleStatus is a status."""

    replicas: Int32
    selector: str


# +kubebuilder:subresource:status
# +kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas,selectorpath=.status.selector
# +kubebuilder:selectablefield:JSONPath=.spec.color
# +kubebuilder:selectablefield:JSONPath=`.spec.big`
class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
    status: SampleStatus | None = None
