"""A kind."""

from kube.runtime import Object


class Thing(Object):
    pass
