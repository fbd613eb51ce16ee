"""Closed and open enums, of strings and of integers."""

from enum import IntEnum, StrEnum

from kube.runtime import OpenEnum


class Mode(StrEnum):
    """How a gadget runs. Closed: nothing else is valid."""

    # The gadget does what it is told.
    MANUAL = "Manual"
    # The gadget decides for itself.
    AUTOMATIC = "Automatic"


class Priority(IntEnum):
    """What goes first."""

    LOW = 1
    HIGH = 10


class Colour(OpenEnum):
    """A colour; newer servers may know more of them."""

    RED = "Red"
    """As a fire engine."""

    GREEN = "Green"
