"""`zz_generated_deepcopy.py`: one function a type, which the runtime finds by the exact class.

A copy of a Struct is made in C (`__copy__`), and only what is mutable in it is then replaced. A
field may hold an instance of a subclass, and a function made for its parent would share what the
subclass adds: so each function passes a class that is not its own on to that class's `deep_copy`.
Within a package functions call each other; a type of another package, one with a hand-written
`deep_copy` and one that the tags leave out are copied by their own `deep_copy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from codegen import layout, naming
from codegen.diagnostics import Diagnostics
from codegen.formatting import unbreakable
from codegen.generators import Artifact, Context
from codegen.generators.deepcopy import Options
from codegen.generators.deepcopy.expressions import (
    assignment,
    copied,
    guard,
    is_mutable,
    other_class,
    shape,
)
from codegen.generators.imports import Imports
from codegen.generators.render import render, signature
from codegen.model import Field, Optional, Package, QualifiedName, Struct, Universe
from codegen.tags import facts
from codegen.tags.declared.deepcopy import Interfaces

_LOCALS = frozenset({"c", "copy_value", "i", "i2", "i3", "k", "k2", "k3", "source"})

RUNTIME = "kube.runtime.deepcopy"


class Copier(msgspec.Struct, frozen=True):
    """A function to be: `lines` replace what is mutable in `c`."""

    name: str
    cls: str
    signature: str
    lines: tuple[str, ...]

    @property
    def comparison(self) -> str:
        return "\n".join(other_class(self.cls))

    @property
    def entry(self) -> str:
        return unbreakable(f"        {self.cls}: {self.name},")


def generate(context: Context) -> Iterator[Artifact]:
    universe = context.universe
    for package in universe.packages:
        structs = [s for s in package.structs() if s.generic_of is None]
        for struct in structs:
            _check_interfaces(universe, struct, context.diagnostics)
        structs = [s for s in structs if is_generated(universe, package, s)]
        if structs and _is_inside(package.path, context.settings.of(Options).bounding_dirs):
            imports = Imports()
            copiers = _copiers(universe, structs, imports)
            register = imports.name(RUNTIME, "register_copiers")
            yield render(
                context.settings,
                "deepcopy",
                layout.beside(package, layout.DEEPCOPY).path,
                "deepcopy",
                package=package,
                copiers=copiers,
                register=register,
                imports=imports,
            )


def _is_inside(path: str, folders: tuple[str, ...]) -> bool:
    return not folders or any(path == f or path.startswith(f"{f}/") for f in folders)


def is_generated(universe: Universe, package: Package, struct: Struct) -> bool:
    """Whether a class gets a function here: its tags enable it, and none is hand-written."""
    by_hand = "deep_copy" in _methods(universe, struct)
    return facts.deepcopy_enabled(struct.tags, package.tags) and not by_hand


def _methods(universe: Universe, struct: Struct) -> set[str]:
    """The methods in a class's body and in those of its bases; the runtime's own do not count."""
    methods = set(struct.methods) if not struct.name.module.startswith("kube.runtime") else set()
    for base in struct.bases:
        parent = universe.types.get(base)
        if isinstance(parent, Struct):
            methods |= _methods(universe, parent)
    return methods


def _check_interfaces(universe: Universe, struct: Struct, diagnostics: Diagnostics) -> None:
    for interface in facts.copy_interfaces(struct.tags):
        tag = struct.tags.get(Interfaces)
        position = tag.position if tag else struct.position
        short = interface.replace("/", ".").rpartition(".")[2]
        method = f"deep_copy_{naming.snake_case(short)}"
        if interface == facts.OBJECT:
            if struct.kind == "struct" and method not in _methods(universe, struct):
                diagnostics.error(
                    position,
                    f"{struct.name.name} cannot be a runtime.Object: it has no kind",
                    hint="derive it from Object or ObjectList of kube.runtime",
                    code="not-an-object",
                )
        elif method not in _methods(universe, struct):
            diagnostics.error(
                position,
                f"{struct.name.name} has no {method}, which the interface {interface} needs",
                hint=f"add to the class: def {method}(self) -> {short}: return self.deep_copy()",
                code="missing-interface-method",
            )


def _copiers(universe: Universe, structs: list[Struct], imports: Imports) -> list[Copier]:
    functions: dict[QualifiedName, str] = {}
    taken: set[str] = set()
    for struct in structs:
        name = f"copy_{naming.snake_case(struct.name.name.replace('.', ''))}"
        while name in taken:
            name += "_"
        taken.add(name)
        functions[struct.name] = name
    imports.reserve(taken)
    copiers = []
    for struct in structs:
        cls = imports.type(struct.name)
        annotation = cls
        if struct.parameters:
            free = ", ".join(imports.name("typing", "Any") for _ in struct.parameters)
            annotation = f"{cls}[{free}]"
        lines = [
            line
            for field in struct.fields
            if is_mutable(universe, field.type)
            for line in _replacement(universe, field, functions, imports)
        ]
        name = functions[struct.name]
        head = signature(name, [f"source: {annotation}"], annotation)
        copiers.append(Copier(name, cls, head, tuple(lines)))
    return sorted(copiers, key=lambda c: c.name)


def _replacement(
    universe: Universe, field: Field, functions: Mapping[QualifiedName, str], imports: Imports
) -> list[str]:
    """The lines that give the copy a value of its own in a field."""
    target = f"c.{field.name}"
    inner = shape(universe, field.type)
    if not isinstance(inner, Optional):
        return assignment(target, copied(universe, functions, imports, field.type, target), 4)
    # A name of its own for each field: one name for all would have the first one's type.
    local = field.name
    while local in _LOCALS or imports.is_taken(local):
        local += "_"
    value = copied(universe, functions, imports, inner.inner, local)
    return [*guard(local, target), *assignment(target, value, 8)]
