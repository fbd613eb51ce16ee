from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:externalDocs:url="no url"
    a: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
