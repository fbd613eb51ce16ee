from typing import Annotated

from kube.runtime import Meta, Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:Minimum=1
    a: Annotated[int, Meta(ge=0)]
    # +kubebuilder:validation:MaxLength=5
    b: Annotated[str, Meta(max_length=5)]
    # +kubebuilder:validation:Minimum=1
    # +k8s:minimum=2
    c: int
    # +k8s:required
    # +kubebuilder:validation:MinLength=3
    d: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
