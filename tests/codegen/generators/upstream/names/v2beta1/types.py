"""A later version."""

from kube.runtime import Object, ObjectList


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Proxy(Object):
    pass


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ProxyList(ObjectList[Proxy]):
    pass


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Newcomer(Object):
    pass


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NewcomerList(ObjectList[Newcomer]):
    pass
