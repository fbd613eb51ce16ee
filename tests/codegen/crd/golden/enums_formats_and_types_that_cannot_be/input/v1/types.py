from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from kube.runtime import Object, Struct

# +kubebuilder:validation:Type=string
Counted: TypeAlias = int


class Named(Struct):
    a: str = ""


class NoModes(StrEnum):
    """NoModes has no values."""


class SampleSpec(Struct):
    # +kubebuilder:validation:Enum={}
    a: str
    # +kubebuilder:validation:Enum=a;b;
    b: str
    # +kubebuilder:validation:Enum={a,b,}
    c: str
    # +kubebuilder:validation:Format=""
    d: str
    # +kubebuilder:validation:Type=string
    e: Named
    # +kubebuilder:validation:Type=Any
    f: Named
    # +kubebuilder:validation:Type=object
    # +kubebuilder:validation:MinProperties=1
    g: Named
    # +kubebuilder:validation:Type=integer
    h: Counted
    # +kubebuilder:validation:Type=""
    i: str
    j: NoModes


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
