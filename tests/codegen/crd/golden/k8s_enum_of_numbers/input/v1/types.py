from enum import IntEnum

from kube.runtime import Object, Struct


# +k8s:enum
class Level(IntEnum):
    LOW = 1


class SampleSpec(Struct):
    a: Level


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
