"""Clients and listers with hand-written methods."""

from kube.runtime import Object, ObjectList


# +genclient
class Plant(Object):
    height: int = 0


class PlantList(ObjectList[Plant]):
    pass
