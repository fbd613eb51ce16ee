from typing import Literal

from kube.runtime import Object, Struct


class SampleSpec(Struct):
    a: Literal["a", 1]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
