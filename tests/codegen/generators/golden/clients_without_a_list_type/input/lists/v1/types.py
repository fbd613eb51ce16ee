"""Kinds and their lists."""

from kube.runtime import Object


# +genclient
class Lonely(Object):
    pass
