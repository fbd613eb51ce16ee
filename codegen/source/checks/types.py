"""Types: layouts that Python refuses, cycles without an end, and enums without members."""

from __future__ import annotations

from codegen.diagnostics import Diagnostics
from codegen.model import (
    Alias,
    Constrained,
    Enum,
    Named,
    QualifiedName,
    Struct,
    TypeRef,
    Universe,
    bare,
    walk,
)
from codegen.source.checks.readable import is_readable


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Types that Python cannot lay out, that contain themselves, or that have no value."""
    for declared in universe.types.values():
        if isinstance(declared, Struct):
            _layout(declared, universe, diagnostics)
    _empty_enums(universe, diagnostics)
    _values_within_themselves(universe, diagnostics)


def alias_cycles(universe: Universe, diagnostics: Diagnostics) -> bool:
    """Aliases that lead back to themselves without a type between."""
    failed = False
    for declared in universe.types.values():
        passed: set[QualifiedName] = set()
        current: object = declared
        while isinstance(current, Alias) and current.name not in passed:
            passed.add(current.name)
            target = bare(current.target)
            current = universe.types.get(target.name) if isinstance(target, Named) else None
        if isinstance(current, Alias) and isinstance(declared, Alias):
            failed = True
            diagnostics.error(
                declared.position,
                f"the alias {declared.name.name} refers to itself",
                code="circular-alias",
                hint="let one alias of the cycle name a type",
            )
    return failed


def _empty_enums(universe: Universe, diagnostics: Diagnostics) -> None:
    """Closed enums without members that fields have; others may only be there to derive from."""
    unread = {d.position.path for d in diagnostics if d.code == "bad-enum-member"}
    for declared in universe.types.values():
        for member in declared.fields if isinstance(declared, Struct) else ():
            for ref in walk(member.type):
                enum = universe.types.get(ref.name) if isinstance(ref, Named) else None
                if isinstance(enum, Enum) and not enum.open and not enum.members:
                    if enum.position.path in unread:
                        continue  # a member that cannot be read is that fault already
                    diagnostics.error(
                        enum.position,
                        f"the enum {enum.name.name} has no members, so no value fits the field "
                        f"{member.name}",
                        code="empty-enum",
                        hint='add a member, such as READY = "Ready"',
                    )


def _layout(struct: Struct, universe: Universe, diagnostics: Diagnostics) -> None:
    """Python lays the fields of one base out after another's; it cannot join two such lines."""
    lines = [_line(base, universe) for base in struct.bases]
    longest = max(lines, key=len, default=())
    for base, line in zip(struct.bases, lines, strict=True):
        if line != longest[: len(line)]:
            other = struct.bases[lines.index(longest)]
            diagnostics.error(
                struct.position,
                f"Python cannot derive {struct.name.name} from both {other.name} and {base.name}: "
                "both have fields",
                code="base-conflict",
                hint=f"derive {base.name} from {other.name}, or make it the type of a field; what "
                "derives from Object and is not a kind has # +kubebuilder:object:root=false",
            )


def _line(name: QualifiedName, universe: Universe) -> tuple[QualifiedName, ...]:
    """The bases that brought a class its fields, from the first one on, and itself if it did."""
    declared = universe.types.get(name)
    if not isinstance(declared, Struct):
        return ()
    before: tuple[QualifiedName, ...] = max(
        (_line(base, universe) for base in declared.bases), key=len, default=()
    )
    own = any(member.inlined_from is None for member in declared.fields)
    return (*before, name) if own else before


def _values_within_themselves(universe: Universe, diagnostics: Diagnostics) -> None:
    """Structs that contain themselves by value, so that no object of them can exist."""
    held = {
        name: [inner for f in declared.fields if (inner := _held(f.type, universe))]
        for name, declared in universe.types.items()
        if isinstance(declared, Struct)
    }
    for name in held:
        waiting, visited = list(held[name]), set[QualifiedName]()
        while waiting:
            current = waiting.pop()
            if current == name:
                diagnostics.error(
                    universe.types[name].position,
                    f"{name.name} contains itself, so no object of it can exist",
                    code="endless-type",
                    hint="make one field of the cycle optional: X | None = None",
                )
                break
            if current not in visited:
                visited.add(current)
                waiting += held.get(current, [])


def _held(ref: TypeRef, universe: Universe) -> QualifiedName | None:
    """The Struct that a field of this type always contains."""
    if isinstance(ref, Constrained):
        return _held(ref.inner, universe)
    if not is_readable(ref, universe):
        return None
    resolved = universe.resolve(ref)
    if isinstance(resolved, Struct):
        return resolved.name
    return _held(resolved.inner, universe) if isinstance(resolved, Constrained) else None
