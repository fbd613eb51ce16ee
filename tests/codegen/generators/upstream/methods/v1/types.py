"""Kinds with methods besides the verbs."""

from kube.runtime import Object, ObjectList, Struct, field


class Status(Struct):
    ready: bool = False


class Scale(Object):
    replicas: int = 0


class TokenRequest(Object):
    audience: str = ""


# +genclient
# +genclient:method=GetScale,verb=get,subresource=scale,result=Scale
# +genclient:method=UpdateScale,verb=update,subresource=scale,input=Scale,result=Scale
# +genclient:method=CreateToken,verb=create,subresource=token,input=TokenRequest,result=TokenRequest
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Deployment(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class DeploymentList(ObjectList[Deployment]):
    pass


# +genclient
# +genclient:onlyVerbs=get
# +genclient:method=Import,verb=create
# +genclient:method=Replace,verb=update
# +genclient:method=Describe,verb=get
# +genclient:method=ListAll,verb=list
# +genclient:method=PatchScale,verb=patch,result=Scale
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Image(Object):
    pass


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ImageList(ObjectList[Image]):
    pass


# +genclient
# +genclient:nonNamespaced
# +genclient:noVerbs
# +genclient:method=GetLog,verb=get,subresource=log,result=Scale
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Node(Object):
    pass


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NodeList(ObjectList[Node]):
    pass
