class Foo:
    # +kubebuilder:validation:Enum
    # +kubebuilder:validation:Format=
    # +kubebuilder:default
    bar: str
