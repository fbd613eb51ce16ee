"""A group that is a method of the informer factory."""

from kube.runtime import Object, ObjectList


# +genclient
class Race(Object):
    pass


class RaceList(ObjectList[Race]):
    pass
