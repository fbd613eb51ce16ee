"""Faults that show only when a declaration's tags are seen together."""

from __future__ import annotations

from codegen.diagnostics import Diagnostics
from codegen.model import Tags
from codegen.tags.declaration import Place


def check(tags: Tags, place: Place, diagnostics: Diagnostics) -> None:
    """Report every contradiction among the tags of one place."""
