"""The core group."""

from kube.runtime import Object, ObjectList


# +genclient
class Pod(Object):
    pass


class PodList(ObjectList[Pod]):
    pass
