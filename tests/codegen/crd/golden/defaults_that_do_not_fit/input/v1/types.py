from typing import Literal

from kube.runtime import Object, Struct, field


class Inner(Struct):
    a: str = ""


class SampleSpec(Struct):
    # +kubebuilder:default=5
    a: str = ""
    # +kubebuilder:default="five"
    b: int = 0
    # +default=[1]
    c: list[str] | None = None
    # +kubebuilder:default={x: 1}
    d: Inner = field(default_factory=Inner)
    # +kubebuilder:default=green
    e: Literal["red", "blue"] = "red"
    # +kubebuilder:validation:Maximum=5
    f: int = 7
    # Its own type refuses it, and that is said once.
    g: int = "x"


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
