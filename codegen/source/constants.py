"""Constants of modules: names at module level whose values text tells."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen.diagnostics import Diagnostics
from codegen.model import Constant, Position, QualifiedName
from codegen.source import aliases, values
from codegen.source.modules import Declared, Definition, Import, Loader, Module
from codegen.source.scope import Scope


def read_all(loader: Loader, module: Module) -> Iterator[Constant]:
    """The constants that a module declares, in order, but for those made of imported names.

    Other assignments are not faults.
    """
    for name, symbol in module.symbols.items():
        if not isinstance(symbol, Definition) or name.startswith("_"):
            continue
        if isinstance(symbol.node, ast.Assign | ast.AnnAssign) and not _imports(module, symbol):
            constant = read(loader, Declared(module, name, symbol))
            if constant is not None:
                yield constant


def _imports(module: Module, definition: Definition) -> bool:
    return any(
        isinstance(node, ast.Name) and isinstance(module.symbols.get(node.id), Import)
        for node in ast.walk(getattr(definition.node, "value", None) or definition.node)
    )


def read(loader: Loader, declared: Declared) -> Constant | None:
    """The constant of a name; None where it is something else, or text does not tell its value."""
    scope = Scope(loader, Diagnostics(), declared.module)  # what is unknown is not a fault here
    match declared.definition.node:
        case ast.Assign(_, expression) as node:
            pass
        case ast.AnnAssign(annotation=annotation, value=ast.expr() as expression) as node:
            if aliases.is_alias(scope, annotation):
                return None
        case _:
            return None
    try:
        value = values.literal(scope, expression)
    except values.Unknown:
        return None
    position = Position(declared.module.source.path, node.lineno, node.col_offset + 1)
    return Constant(QualifiedName(declared.module.name, declared.name), position, value)
