"""Kinds that want not all of it."""

from kube.runtime import Object, ObjectList


# +genclient
# +k8s:client-gen=false
class NoClient(Object):
    pass


class NoClientList(ObjectList[NoClient]):
    pass


# +genclient
# +k8s:lister-gen=false
class NoLister(Object):
    pass


class NoListerList(ObjectList[NoLister]):
    pass


# +genclient
# +k8s:informer-gen=false
class NoInformer(Object):
    pass


class NoInformerList(ObjectList[NoInformer]):
    pass


class NoneOfIt(Object):
    pass
