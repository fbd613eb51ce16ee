"""The name of the folder is no version."""

from kube.runtime import Object, ObjectList


# +genclient
class Thing(Object):
    names: list[str] | None = None


class ThingList(ObjectList[Thing]):
    pass
