from __future__ import annotations

from kube.runtime import Object, Struct


class Node(Struct):
    """Node is a node."""

    name: str
    # Left is the left child.
    # +kubebuilder:pruning:PreserveUnknownFields
    # +optional
    left: Node | None = None
    # +kubebuilder:validation:items:XPreserveUnknownFields
    # +optional
    children: list[Node] | None = None
    # +kubebuilder:validation:Schemaless
    # +kubebuilder:pruning:PreserveUnknownFields
    # +optional
    others: list[Node] | None = None


class Sample(Object):
    """Sample is a sample."""

    spec: Node
