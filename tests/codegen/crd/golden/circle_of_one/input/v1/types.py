from __future__ import annotations

from kube.runtime import Object, Struct


class SampleSpec(Struct):
    children: list[SampleSpec] | None = None


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
