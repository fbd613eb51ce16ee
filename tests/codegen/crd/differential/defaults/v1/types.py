from enum import StrEnum

from kube.runtime import Int32, Object, Struct, field


class Limits(Struct):
    """Limits are limits."""

    max: Int32 = 10


class Mode(StrEnum):
    """Mode is a mode."""

    FAST = "Fast"
    SLOW = "Slow"


class SampleSpec(Struct):
    """SampleSpec has defaults."""

    replicas: Int32 = 3

    enabled: bool = True

    level: str = "info"

    mode: Mode = Mode.FAST

    # +default="fromDefault"
    plain: str | None = None

    # +default="loses"
    # +kubebuilder:default="wins"
    both: str | None = None

    # +kubebuilder:default={}
    limits: Limits = field(default_factory=Limits)

    # +kubebuilder:default={max: 5}
    given: Limits = field(default_factory=Limits)

    names: list[str] = field(default_factory=lambda: ["a", "b"])

    # +kubebuilder:default={}
    empty: list[str] | None = None

    labels: dict[str, str] = field(default_factory=lambda: {"k": "v", "n": "w"})

    # +kubebuilder:default={{max: 1},{max: 2}}
    many: list[Limits] | None = None

    # +default={"max":7}
    json: Limits = field(default_factory=Limits)

    # +kubebuilder:default=required
    required: str

    # +kubebuilder:default=0
    zero: Int32 = 0

    # +kubebuilder:default=""
    blank: str = ""


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
