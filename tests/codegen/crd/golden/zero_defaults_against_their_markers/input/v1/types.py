from typing import Annotated

from kube.runtime import Int32, Meta, Object, Struct, field


class SampleSpec(Struct):
    # +kubebuilder:default=true
    on: bool = False

    # +default=3
    replicas: Int32 = 0

    # +kubebuilder:default={a}
    names: list[str] = field(default_factory=list)

    # +kubebuilder:validation:Minimum=1
    size: int = 0

    # +kubebuilder:validation:Enum=a;b
    mode: str = ""

    weight: Annotated[int, Meta(ge=5, le=10)] = 0

    # +kubebuilder:default=0
    # +kubebuilder:validation:Minimum=0
    same: int = 0


class Sample(Object):
    spec: SampleSpec
