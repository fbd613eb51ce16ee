"""What a package exports from its modules: the imports of its `__init__`, and `__all__`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from codegen import formatting
from codegen.edit.declared import Module, State

if TYPE_CHECKING:
    from codegen.edit.sides import Sides


def merged(sides: Sides, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The heads of packages with the names that the import exports now, and not any more.

    `texts` are modules that are merged already.
    """
    for path, user in sides.user.modules.items():
        base, new = sides.base.modules.get(path), sides.new.modules.get(path)
        if base is None or new is None or not path.endswith("/__init__.py"):
            continue
        before, after = exported(base), exported(new)
        added = {name: after[name] for name in after if name not in before}
        removed = [name for name in before if name not in after]
        if not added and not removed:
            continue
        from codegen.edit.rewriting import Rewriter

        now = {p: texts.get(p, module.text) for p, module in sides.user.modules.items()}
        kept = State(now).declared if removed else {}
        rewriter = Rewriter(texts.get(path, user.text))
        has_all = next((n for n in map(_all, user.tree.body) if n is not None), None)
        changed: set[str] = set(has_all or ())
        for name, module in added.items():
            own = sides.names.get((user.package, name), (user.package, name))[1]
            if own not in user.imports and own not in user.declared:
                rewriter.add_import(module, own, own)
            changed.add(own)
        for name in removed:
            own = sides.names.get((user.package, name), (user.package, name))[1]
            if (user.package, own) not in kept:
                rewriter.drop_import(own)
                changed.discard(own)
        if has_all is not None and changed != set(has_all):
            rewriter.set_all([n for n in has_all if n in changed], changed - set(has_all))
        yield path, rewriter.text()


def exported(module: Module) -> dict[str, str]:
    """The names that a package's head imports from its own modules, and from which."""
    names = {}
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            for alias in node.names:
                if node.module.startswith(f"{module.package}."):
                    names[alias.asname or alias.name] = node.module
    return names


def renamed(module: Module, names: Mapping[str, list[str]], more: Collection[str]) -> str:
    """The head of a package that exports other names: those that each name stands for, and more."""
    lines = list(module.lines)
    more = sorted(more)
    for node in reversed(module.tree.body):
        replaced: list[str] = []
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{module.package}."):
            imported = [name for alias in node.names for name in names[alias.name]]
            ordered = sorted({*imported, *more}, key=formatting.member_order)
            replaced = formatting.import_statement(str(node.module), ordered).split("\n")
        elif (listed := _all(node)) is not None:
            listed = sorted({new for name in listed for new in names.get(name, [name])} | {*more})
            items = [formatting.string(name) for name in listed]
            brackets = formatting.Brackets("", "[", "]", items)
            replaced = formatting.assigned("__all__ =", brackets, 0).split("\n")
        if replaced:
            lines[node.lineno - 1 : node.end_lineno] = replaced
    return "\n".join(lines)


def _all(node: ast.stmt) -> list[str] | None:
    """The names in `__all__`, if a statement is its."""
    match node:
        case (
            ast.Assign(targets=[ast.Name("__all__")], value=ast.List(elements))
            | ast.AnnAssign(target=ast.Name("__all__"), value=ast.List(elements))
        ):
            values = [e.value for e in elements if isinstance(e, ast.Constant)]
            return [value for value in values if isinstance(value, str)]
    return None
