class Foo:
    # +kubebuilder:validation:MaxLength=ten
    # +kubebuilder:validation:Minimum=1x
    # +kubebuilder:validation:UniqueItems=yes
    bar: str
