"""A group whose first segment another has."""

from kube.runtime import Object, ObjectList


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Proxy(Object):
    pass


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ProxyList(ObjectList[Proxy]):
    pass
