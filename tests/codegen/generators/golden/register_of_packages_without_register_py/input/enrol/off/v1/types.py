"""Wants no registration."""

from kube.runtime import Object


class Thing(Object):
    pass
