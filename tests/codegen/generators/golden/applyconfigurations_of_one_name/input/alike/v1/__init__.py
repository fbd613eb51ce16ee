# +groupName=alike.example.com
"""A nested class, and one whose name is that of both."""

from kube.runtime import Object, ObjectList, Struct


class Outer(Struct):
    class Inner(Struct):
        size: int = 0

    inner: Inner | None = None


class OuterInner(Struct):
    size: int = 0


# +genclient
class Thing(Object):
    outer: Outer | None = None
    other: OuterInner | None = None


class ThingList(ObjectList[Thing]):
    pass
