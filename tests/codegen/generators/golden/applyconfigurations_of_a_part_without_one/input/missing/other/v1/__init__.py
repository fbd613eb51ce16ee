"""An API of another project."""

from kube.runtime import Object, Struct


class Size(Struct):
    width: int


class Scale(Object):
    replicas: int = 0
