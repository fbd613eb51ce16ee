from typing import Annotated, Literal

from kube.runtime import Meta, Object, Struct


class Circle(Struct):
    """A circle."""

    type: Literal["Circle"]
    radius: Annotated[int, Meta(ge=1)]
    unit: Annotated[str, Meta(max_length=5)] = "cm"


# +kubebuilder:validation:XValidation:rule="self.width > 1",message="too narrow"
class Square(Struct):
    """A square."""

    type: Literal["Square"]
    width: int
    unit: Annotated[str, Meta(max_length=2)] = "cm"


class SampleSpec(Struct):
    shape: Circle | Square
    shapes: list[Circle | Square] | None = None


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
