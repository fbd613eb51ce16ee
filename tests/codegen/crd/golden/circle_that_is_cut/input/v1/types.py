from __future__ import annotations

from kube.runtime import Object, Struct


class Node(Struct):
    name: str
    # +kubebuilder:pruning:PreserveUnknownFields
    child: Node | None = None
    # +kubebuilder:validation:items:XPreserveUnknownFields
    children: list[Node] | None = None


class SampleSpec(Struct):
    root: Node


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
