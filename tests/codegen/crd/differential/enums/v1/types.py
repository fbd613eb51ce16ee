from enum import IntEnum, StrEnum
from typing import Literal

from kube.runtime import Object, OpenEnum, Struct


class Color(StrEnum):
    """Color is a color."""

    RED = "red"
    GREEN = "green"
    BLUE = "blue"


# +k8s:enum
class Phase(OpenEnum):
    """Phase is a phase."""

    RUNNING = "Running"
    PENDING = "Pending"
    FAILED = "Failed"


class Mode(OpenEnum):
    """Mode is open."""

    FAST = "Fast"
    SLOW = "Slow"


class Level(IntEnum):
    """Level is a level."""

    LOW = 1
    MIDDLE = 2
    HIGH = 4


class SampleSpec(Struct):
    """SampleSpec has enums."""

    color: Color
    phase: Phase
    """The phase, in words of its own."""
    mode: Mode
    level: Level

    # +kubebuilder:validation:Enum=Fast
    only_fast: Mode

    literal: Literal["a", "b"]

    number: Literal[1, 3]

    colors: list[Color]
    by_name: dict[str, Phase]

    # +kubebuilder:validation:Enum={"with space","","true","1"}
    odd: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
