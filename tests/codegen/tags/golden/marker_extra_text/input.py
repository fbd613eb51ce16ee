class Foo:
    # +kubebuilder:validation:Pattern=^[a-z]{1,3}$
    # +kubebuilder:validation:MaxLength=3,4
    bar: str
