from kube.runtime import Object, Struct


# +kubebuilder:validation:AtMostOneOf=a;c
# +kubebuilder:validation:ExactlyOneOf=a;b
# +kubebuilder:validation:AtLeastOneOf=a;in.ner
class SampleSpec(Struct):
    a: str | None = None
    b: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
