"""What no single declaration can tell: names that collide, and types that do not fit each other.

Each check is a function from the universe to diagnostics; none knows of another.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.diagnostics import Diagnostics
from codegen.model import Opaque, Package, Universe
from codegen.source.checks import fields, kinds, types


def check(
    universe: Universe, diagnostics: Diagnostics, plural_exceptions: Mapping[str, str]
) -> None:
    """Report all faults of a universe. `plural_exceptions` maps kinds to plurals."""
    if types.alias_cycles(universe, diagnostics):
        return  # no check below would end
    for package in universe.packages:
        _asks_for_something(package, diagnostics)
    kinds.check(universe, diagnostics, plural_exceptions)
    fields.check(universe, diagnostics)
    types.check(universe, diagnostics)


def _asks_for_something(package: Package, diagnostics: Diagnostics) -> None:
    """A package without a tag is a mistake more often than a wish for nothing."""
    declared = (
        declaration.tags for declaration in package.types if not isinstance(declaration, Opaque)
    )
    asks = package.tags or package.loose_tags or any(declared)
    asks = asks or any(function.tags for function in package.functions)
    if asks or not package.complete:
        return
    diagnostics.warning(
        package.position,
        "no tag in this package enables a generator",
        hint="above the docstring of its __init__.py write # +k8s:deepcopy-gen=package and "
        "# +groupName=<the API group>",
        code="nothing-asked",
    )
