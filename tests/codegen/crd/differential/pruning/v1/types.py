from __future__ import annotations

from kube.runtime import Object, RawExtension, Struct


# +kubebuilder:pruning:PreserveUnknownFields
class Open(Struct):
    """Open keeps what it does not know."""

    a: str


class Tree(Struct):
    """Tree holds itself."""

    name: str
    # +kubebuilder:validation:Schemaless
    # +kubebuilder:pruning:PreserveUnknownFields
    children: list[Tree] | None = None


class SampleSpec(Struct):
    """SampleSpec has parts without a schema."""

    open: Open

    # +kubebuilder:pruning:PreserveUnknownFields
    free: dict[str, str]

    # +kubebuilder:validation:XPreserveUnknownFields
    # +kubebuilder:validation:Schemaless
    old: dict[str, str]

    # +kubebuilder:validation:EmbeddedResource
    # +kubebuilder:pruning:PreserveUnknownFields
    object: RawExtension

    # +kubebuilder:validation:XEmbeddedResource
    other: RawExtension

    # What nobody looks into.
    # +kubebuilder:validation:Schemaless
    # +kubebuilder:validation:Type=object
    # +kubebuilder:pruning:PreserveUnknownFields
    schemaless: Open

    tree: Tree

    # +kubebuilder:validation:items:XPreserveUnknownFields
    # +kubebuilder:validation:items:XEmbeddedResource
    objects: list[RawExtension]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
