"""Types that are copied where they say so."""

from kube.runtime import Struct


# +k8s:deepcopy-gen=true
class Chosen(Struct):
    """Chosen asks for copies."""

    names: list[str] | None = None


class Reached(Struct):
    """Reached is held by one that asks."""

    names: list[str] | None = None


class Silent(Struct):
    """Silent says nothing."""

    names: list[str] | None = None
