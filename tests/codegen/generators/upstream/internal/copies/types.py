"""No version: it is internal."""

from kube.runtime import Object


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Hidden(Object):
    pass
