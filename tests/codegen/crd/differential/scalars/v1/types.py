from kube.runtime import Int32, Object, Struct


class SampleSpec(Struct):
    """SampleSpec has every scalar, and every marker that is said of one."""

    flag: bool
    text: str
    small: Int32
    large: int
    data: bytes

    # +kubebuilder:validation:Minimum=1
    # +kubebuilder:validation:Maximum=10
    # +kubebuilder:validation:MultipleOf=3
    bounded: Int32

    # +kubebuilder:validation:Minimum=-5
    # +kubebuilder:validation:ExclusiveMinimum=true
    # +kubebuilder:validation:Maximum=500000000000
    # +kubebuilder:validation:ExclusiveMaximum=true
    exclusive: int

    # +kubebuilder:validation:ExclusiveMinimum=false
    # +kubebuilder:validation:Minimum=0
    inclusive: int

    # +kubebuilder:validation:MinLength=1
    # +kubebuilder:validation:MaxLength=63
    # +kubebuilder:validation:Pattern=`^[a-z]([-a-z0-9]*[a-z0-9])?$`
    name: str

    # +kubebuilder:validation:Format=date-time
    when: str

    # +kubebuilder:validation:Type=string
    # +kubebuilder:validation:Format=uuid
    identity: str

    # +nullable
    # +optional
    maybe: str | None = None

    # +kubebuilder:validation:Pattern="^\\d+(ms|s)$"
    quoted: str

    # +kubebuilder:validation:MinLength:=2
    old: str

    # +k8s:minimum=2
    # +k8s:maximum=4
    declarative: Int32


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
