from kube.runtime import Int32, Object, Struct


class Inner(Struct):
    """Inner is an inner struct."""

    a: str = ""


class SampleSpec(Struct):
    """SampleSpec is in a package of optional fields."""

    plain: str
    # +required
    required: str
    # +kubebuilder:validation:Required
    kubebuilder: str
    # +k8s:required
    declarative_text: str
    # +k8s:required
    declarative_list: list[str]
    # +k8s:required
    declarative_map: dict[str, str]
    # +k8s:required
    declarative_struct: Inner
    # +k8s:required
    declarative_number: Int32
    # +k8s:required
    # +kubebuilder:validation:MinLength=3
    bounded: str
    # +optional
    # +kubebuilder:validation:Required
    precedence: str
    # +kubebuilder:validation:Optional
    # +required
    other: str = ""
    # +k8s:optional
    absent: str = ""


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec | None = None
