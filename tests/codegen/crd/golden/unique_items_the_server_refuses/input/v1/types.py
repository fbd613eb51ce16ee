from __future__ import annotations

from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:UniqueItems=true
    a: list[str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
