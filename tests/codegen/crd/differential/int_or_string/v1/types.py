from kube.runtime import IntOrString, Object, Struct


class SampleSpec(Struct):
    """SampleSpec has numbers or strings."""

    port: IntOrString
    # +kubebuilder:validation:XIntOrString
    # +kubebuilder:validation:Pattern=`^\d+%?$`
    # +kubebuilder:validation:MaxLength=5
    percent: IntOrString
    surge: IntOrString | None = "25%"
    # +kubebuilder:default=1
    unavailable: IntOrString | None = None
    many: list[IntOrString]
    # +kubebuilder:validation:Enum=1;2
    choice: IntOrString


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
