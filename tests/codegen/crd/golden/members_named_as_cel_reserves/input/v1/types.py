from typing import Literal

from kube.runtime import Object, Struct, field


class Import(Struct):
    """Import has a member whose name is a word of CEL."""

    type: Literal["import"]
    namespace: str = ""


class Export(Struct):
    """Export has a member with a dash."""

    type: Literal["export"]
    target: str = field(default="", name="target-name")


# +kubebuilder:validation:AtMostOneOf=in;out
class SampleSpec(Struct):
    """SampleSpec has members that a rule must escape."""

    in_: str | None = field(default=None, name="in")
    out: str | None = None
    # +k8s:immutable
    for_: str = field(default="", name="for")
    move: Import | Export | None = None


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec | None = None
