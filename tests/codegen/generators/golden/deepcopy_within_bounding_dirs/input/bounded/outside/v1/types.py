"""Beyond the bounds."""

from kube.runtime import Struct


class Outside(Struct):
    names: list[str] | None = None
