from kube.runtime import Object, Struct, field


class ThingSpec(Struct):
    # +kubebuilder:validation:Minimum=5
    # +kubebuilder:validation:Maximum=3
    a: int = 4
    # +kubebuilder:validation:ExclusiveMinimum=true
    # +kubebuilder:validation:Minimum=3
    # +kubebuilder:validation:Maximum=3
    b: int = 3
    # +kubebuilder:validation:MinProperties=1
    # +kubebuilder:validation:MaxProperties=0
    c: dict[str, int] = field(default_factory=dict)
    # +kubebuilder:validation:MultipleOf=2
    d: int = 3
    # +kubebuilder:validation:MultipleOf=2
    e: int = 4
    # +kubebuilder:validation:MinLength=2
    f: str = "a"


class Thing(Object):
    spec: ThingSpec
