"""Checks that need several declarations at once."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.diagnostics import Diagnostics
from codegen.model import Universe


def check(
    universe: Universe, diagnostics: Diagnostics, plural_exceptions: Mapping[str, str]
) -> None:
    pass
