"""Whether a field must be given."""

from __future__ import annotations

from codegen.model import Field


def is_required(field: Field, *, optional_package: bool) -> bool:
    """By the field's tags, in upstream's order of precedence; else by its package and default."""
    tags = field.tags
    if "kubebuilder:validation:Optional" in tags:
        return False
    if "kubebuilder:validation:Required" in tags:
        return True
    if "optional" in tags or "k8s:optional" in tags:
        return False
    if "required" in tags or "k8s:required" in tags:
        return True
    return field.default is None and not optional_package
