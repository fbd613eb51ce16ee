from typing import TypeAlias

from kube.api.meta.v1 import Time
from kube.runtime import Int32, IntOrString, Object, Struct

# Percent is a number with a name.
Percent: TypeAlias = Int32


class SampleSpec(Struct):
    """SampleSpec has required values of named types that are no objects."""

    # +k8s:required
    percent: Percent
    # +k8s:required
    port: IntOrString
    # +k8s:required
    time: Time


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
