"""Methods besides the verbs."""

from kube.runtime import Object, ObjectList, Struct


class TokenRequest(Struct):
    audience: str = ""


# +genclient
# +genclient:onlyVerbs=get,list
# +genclient:method=GetScale,verb=get,subresource=scale,result=methods.autoscaling.v1.types.Scale
# +genclient:method=UpdateScale,verb=update,subresource=scale,input=methods.autoscaling.v1.types.Scale,result=methods.autoscaling.v1.types.Scale
# +genclient:method=ApplyScale,verb=apply,subresource=scale,input=methods.autoscaling.v1.types.Scale,result=methods.autoscaling.v1.types.Scale
# +genclient:method=PatchScale,verb=patch,subresource=scale,result=methods.autoscaling.v1.types.Scale
# +genclient:method=CreateToken,verb=create,subresource=token,input=TokenRequest,result=TokenRequest
# +genclient:method=Import,verb=create
# +genclient:method=Replace,verb=update
# +genclient:method=Describe,verb=get
# +genclient:method=ListAll,verb=list
class Deployment(Object):
    size: int = 0


class DeploymentList(ObjectList[Deployment]):
    pass
