"""Whether a field is required."""

from __future__ import annotations

from codegen.model import Field
from codegen.tags.declared import declarative, openapi, validation


def is_required(field: Field, *, optional_package: bool) -> bool:
    """By the field's tags, in upstream's order of precedence; else by its package and default."""
    tags = field.tags
    if validation.Optional in tags:
        return False
    if validation.Required in tags:
        return True
    if openapi.Optional in tags or declarative.Optional in tags:
        return False
    if openapi.Required in tags or declarative.Required in tags:
        return True
    return field.default is None and not optional_package
