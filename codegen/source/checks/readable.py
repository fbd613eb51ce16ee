"""Whether a type could be read: what could not has a diagnostic already."""

from __future__ import annotations

from codegen.model import Named, TypeRef, Universe


def is_readable(ref: TypeRef, universe: Universe) -> bool:
    return not isinstance(ref, Named) or ref.name in universe.types
