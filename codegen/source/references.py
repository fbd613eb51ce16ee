"""What tags name: the types of an extension method, and the constants of defaults."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import PurePosixPath

from codegen.diagnostics import closest
from codegen.model import Constant, QualifiedName, Tag, Tags
from codegen.source import constants
from codegen.source.modules import (
    Declared,
    Entity,
    Loader,
    Missing,
    Module,
    ModuleName,
    module_files,
)
from codegen.tags.declaration import Ref
from codegen.tags.declared.conversion import Default
from codegen.tags.declared.genclient import Method

Ask = Callable[[Declared], QualifiedName | None]


def read(loader: Loader, module: Module, tags: Tags, ask: Ask) -> dict[str, QualifiedName]:
    """Each type by its name as a tag spells it: one of the same package, or a dotted path.

    `ask` has a type read; it returns None for what is not a Struct.
    """
    references: dict[str, QualifiedName] = {}
    for method in tags.all(Method):
        for argument, written in (("input", method.input), ("result", method.result)):
            if written is None:
                continue
            entity = _entity(loader, module, written)
            name = ask(entity) if isinstance(entity, Declared) else None
            if name is None:
                _report(loader, method, argument, written, entity)
            else:
                references[written] = name
    return references


def constant(loader: Loader, module: Module, tags: Tags) -> Constant | None:
    """The constant that `+default=ref(NAME)` names; None without such a tag, or after an error."""
    tag = tags.get(Default)
    if tag is None or not isinstance(tag.value, Ref):
        return None
    ref = tag.value
    entity = _entity(loader, module, ref.name)
    value = constants.read(loader, entity) if isinstance(entity, Declared) else None
    if isinstance(entity, Missing):
        close = closest(ref.name, (*module.symbols, *entity.candidates))
        message, hint = f"there is no constant {ref.name}", ""
        if entity.reported:
            return None
        if close:
            hint = f"did you mean {close}?"
    elif value is None:
        message = f"{ref.name} is not a constant whose value can be read"
        hint = "assign a literal to it, at the level of its module"
    else:
        return value
    loader.diagnostics.error(
        ref.position,
        message,
        code="unresolved-name",
        hint=hint or "name a constant of this package, or one of another by its dotted path",
    )
    return None


def _entity(loader: Loader, module: Module, written: str) -> Entity:
    return _dotted(loader, written) if "." in written else _near(loader, module, written)


def _report(loader: Loader, tag: Tag, argument: str, written: str, entity: Entity) -> None:
    if isinstance(entity, Missing) and entity.reported:
        return
    if isinstance(entity, Missing):
        close = closest(written, entity.candidates)
        hint = f"did you mean {close}?" if close else ""
        message = f"there is no type {written}"
    else:
        message, hint = f"{written} is not an API type", ""
    loader.diagnostics.error(
        tag.at(argument),
        message,
        code="unresolved-name",
        hint=hint or "name a class of this package, or one of another by its dotted path",
    )


def _near(loader: Loader, module: Module, name: str) -> Entity:
    """A name of the module itself, else of another module of its package."""
    entity = loader.lookup(module, name)
    if not isinstance(entity, Missing):
        return entity
    package = module.name if module.is_package else module.name.rpartition(".")[0]
    folder = loader.root / PurePosixPath(module.source.path).parent
    candidates: list[str] = []
    unreadable = False
    for file in module_files(folder):
        stem = file.removesuffix(".py")
        beside = loader.module(package if stem == "__init__" else f"{package}.{stem}")
        if beside is None:
            unreadable = True
            continue
        entity = loader.lookup(beside, name)
        if not isinstance(entity, Missing):
            return entity
        candidates += [n for n, s in beside.symbols.items() if _is_class(s)]
    return Missing(f"there is no {name}", tuple(candidates), reported=unreadable)


def _is_class(symbol: object) -> bool:
    return isinstance(getattr(symbol, "node", None), ast.ClassDef)


def _dotted(loader: Loader, path: str) -> Entity:
    first, *rest = path.split(".")
    entity: Entity = ModuleName(first)
    for part in rest:
        entity = loader.attribute(entity, part)
    return entity
