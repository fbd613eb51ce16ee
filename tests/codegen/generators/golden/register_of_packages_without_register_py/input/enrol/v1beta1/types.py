"""Has a register.py."""

from kube.runtime import Object


class Widget(Object):
    pass
