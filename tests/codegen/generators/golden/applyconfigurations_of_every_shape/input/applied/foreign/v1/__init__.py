"""An API of another project."""

from kube.runtime import Struct


class Size(Struct):
    width: int
