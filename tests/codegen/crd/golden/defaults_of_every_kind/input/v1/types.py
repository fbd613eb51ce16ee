from enum import StrEnum
from typing import Literal, TypeAlias

from kube.api.meta.v1 import Duration
from kube.runtime import IntOrString, Object, Struct, field


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Circle(Struct):
    type: Literal["Circle"]
    radius: int = 1


class Square(Struct):
    type: Literal["Square"]
    width: int = 1


Shape: TypeAlias = Circle | Square


class SampleSpec(Struct):
    a: bytes = b"abc"
    b: Color = Color.RED
    c: Literal["x", "y"] = "y"
    d: Duration = "5m"
    e: bool = True
    f: list[int] = field(default_factory=lambda: [1, 2])
    g: dict[str, int] = field(default_factory=lambda: {"a": 1})
    h: str = ""
    i: int = 0
    j: Shape | None = None
    k: IntOrString = "50%"


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
