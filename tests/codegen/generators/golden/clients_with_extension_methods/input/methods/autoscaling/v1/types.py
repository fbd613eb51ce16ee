"""Types of another package."""

from kube.runtime import Object


class Scale(Object):
    replicas: int = 0
