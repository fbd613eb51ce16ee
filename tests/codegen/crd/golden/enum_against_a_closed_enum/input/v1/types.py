from enum import StrEnum
from typing import Literal

from kube.runtime import Object, Struct


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class SampleSpec(Struct):
    # +kubebuilder:validation:Enum=red;green
    a: Color
    # +kubebuilder:validation:Enum=red
    b: Color
    # +kubebuilder:validation:Enum=x;y
    c: Literal["x", "z"]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
