"""The core group."""

from kube.runtime import Object


class Pod(Object):
    pass
