"""A part of another group, and one that nothing applies."""

from enum import StrEnum

from kube.runtime import Struct


class Colour(StrEnum):
    RED = "Red"


class Paint(Struct):
    """What covers a surface."""

    colour: Colour = Colour.RED


class Unreachable(Struct):
    colour: Colour = Colour.RED
