from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:Pattern=`^[a-z$`
    a: str
    # +kubebuilder:validation:Pattern=`^(?=x)a`
    b: str
    # +kubebuilder:validation:Pattern=`(a)\1`
    c: str
    # +kubebuilder:validation:Pattern=`^[[:alpha:]]\pL\z`
    d: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
