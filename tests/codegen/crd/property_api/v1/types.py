from enum import StrEnum
from typing import Annotated, Literal

from kube.runtime import Int32, IntOrString, Meta, Object, Struct


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Circle(Struct):
    type: Literal["Circle"]
    radius: Annotated[int, Meta(ge=1)]


class Square(Struct):
    type: Literal["Square"]
    width: Annotated[int, Meta(ge=2)]


# +kubebuilder:validation:AtMostOneOf=left;right
class Part(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=5)]
    left: str | None = None
    right: str | None = None


# +kubebuilder:validation:XValidation:rule="self.least <= self.most",message="least must not exceed most"
class SampleSpec(Struct):
    least: Annotated[Int32, Meta(ge=0, le=50)]
    most: Annotated[Int32, Meta(ge=0, le=100)]
    open: Annotated[int, Meta(gt=0, lt=10)]
    step: Annotated[int, Meta(multiple_of=3)]
    word: Annotated[str, Meta(pattern="^[a-z]+$", max_length=8)]
    color: Color
    mode: Literal["on", "off"]
    port: IntOrString
    tags: Annotated[list[Annotated[str, Meta(min_length=2, max_length=4)]], Meta(max_length=3)]
    labels: Annotated[dict[str, Annotated[int, Meta(ge=0)]], Meta(min_length=1, max_length=2)]
    # +listType=map
    # +listMapKey=name
    # +kubebuilder:validation:MaxItems=4
    parts: list[Part]
    shape: Circle | Square


class Sample(Object):
    spec: SampleSpec
