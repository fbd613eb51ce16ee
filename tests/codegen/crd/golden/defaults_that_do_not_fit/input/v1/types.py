from typing import Literal

from kube.runtime import IntOrString, Object, Struct, field


class Inner(Struct):
    a: str = ""


class Pair(Struct):
    a: str | None = None
    b: str | None = None


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
    # +codegen:validation:AnyOf=[{"maximum": 3}, {"minimum": 6}]
    # +kubebuilder:default=5
    h: int | None = None
    # +codegen:validation:OneOf=[{"required": ["a"]}, {"required": ["b"]}]
    # +kubebuilder:default={a: x, b: y}
    i: Pair | None = None
    # +codegen:validation:Not={"pattern": "^-"}
    j: str = "-x"
    # +codegen:validation:AllOf=[{"multipleOf": 2}, {"multipleOf": 3}]
    # +kubebuilder:default=4
    k: IntOrString | None = None
    # +codegen:validation:AllOf=[{"multipleOf": 2}, {"multipleOf": 3}]
    # +kubebuilder:default=6
    fits: int | None = None
    # +codegen:validation:AnyOf=[{"pattern": "^[[:alpha:]]\\z"}]
    # +kubebuilder:default="only Go understands the pattern"
    unread: str | None = None


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
