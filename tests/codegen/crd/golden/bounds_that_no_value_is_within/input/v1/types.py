from __future__ import annotations

from typing import Annotated, TypeAlias

from kube.runtime import Meta, Object, Struct

# +kubebuilder:validation:Minimum=5
Small: TypeAlias = int


# +kubebuilder:validation:MinProperties=2
# +kubebuilder:validation:MaxProperties=1
class SampleSpec(Struct):
    # +kubebuilder:validation:Minimum=5
    # +kubebuilder:validation:Maximum=3
    a: int

    # +kubebuilder:validation:Maximum=3
    b: Small

    # +kubebuilder:validation:MinLength=2
    # +kubebuilder:validation:MaxLength=1
    c: str

    # +kubebuilder:validation:MinItems=2
    # +k8s:maxItems=1
    # +kubebuilder:validation:items:MinLength=2
    # +kubebuilder:validation:items:MaxLength=1
    d: list[str]

    e: Annotated[int, Meta(ge=5, le=3)]
    # +kubebuilder:validation:Maximum=3
    f: Annotated[int, Meta(ge=5)]
    # +kubebuilder:validation:Minimum=3
    # +kubebuilder:validation:Maximum=3
    # +kubebuilder:validation:ExclusiveMaximum=true
    g: int
    # +kubebuilder:validation:Minimum=3
    # +kubebuilder:validation:Maximum=3
    only_three: int
    h: list[Annotated[str, Meta(min_length=3, max_length=2)]]
    i: Small


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
