from __future__ import annotations

from kube.runtime import Int32, Object, ObjectList, Struct, field


class TileSpec(Struct):
    replicas: Int32 | None = None


class TileStatus(Struct):
    replicas: Int32 = 0


# +genclient
# +genclient:method=GetScale,verb=get,subresource=scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=UpdateScale,verb=update,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=ApplyScale,verb=apply,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +kubebuilder:subresource:status
# +kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas
class Tile(Object):
    """A tile."""

    spec: TileSpec = field(default_factory=TileSpec)
    status: TileStatus = field(default_factory=TileStatus)


class TileList(ObjectList[Tile]):
    """A list of tiles."""
