# +groupName=missing.example.com
"""A kind that is made of what has no apply configuration."""

from kube.runtime import Object, ObjectList, Struct
from missing.other.v1 import Scale, Size


class Spec(Struct):
    sizes: list[Size] | None = None


# +genclient
# +genclient:method=ApplyScale,verb=apply,subresource=scale,input=missing.other.v1.Scale
class Thing(Object):
    spec: Spec


class ThingList(ObjectList[Thing]):
    pass


__all__ = ["Scale", "Spec", "Thing", "ThingList"]
