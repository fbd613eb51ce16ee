"""Kinds, lists, and what is neither."""

from kube.runtime import Object, ObjectList, Struct


class Part(Struct):
    name: str = ""


class Widget(Object):
    part: Part | None = None


class WidgetList(ObjectList[Widget]):
    pass


class GroupVersion(Object):
    """A kind called like something of the runtime."""


class AKindWithALongNameThatFillsTheLine(Object):
    pass


class AnotherKindWithALongNameThatFillsTheLine(Object):
    pass
