"""Methods that would replace what every client has."""

from kube.runtime import Object, ObjectList


# +genclient
# +genclient:noStatus
# +genclient:method=Resource,verb=get
# +genclient:method=Namespace,verb=get,subresource=namespace
# +genclient:method=Pages,verb=list
# +genclient:method=Iterate,verb=list
# +genclient:method=UpdateStatus,verb=update,subresource=status
class Taken(Object):
    size: int = 0


class TakenList(ObjectList[Taken]):
    pass


# +genclient
# +genclient:onlyVerbs=get
# +genclient:method=Create,verb=create
# +genclient:method=Iterate,verb=list
# +genclient:method=Namespace,verb=get
class Free(Object):
    size: int = 0
