"""What a package exports from its modules: the imports of its `__init__`, and `__all__`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from codegen.edit.declared import Module, State
from codegen.edit.sides import Sides


def merged(sides: Sides, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The heads of packages with the names that the import exports now, and not any more.

    `texts` are modules that are merged already.
    """
    now = {path: texts.get(path, module.text) for path, module in sides.user.modules.items()}
    kept = State(now).declared
    for path, user in sides.user.modules.items():
        base, new = sides.base.modules.get(path), sides.new.modules.get(path)
        if base is None or new is None or not path.endswith("/__init__.py"):
            continue
        before, after = _exported(base), _exported(new)
        added = {name: after[name] for name in after if name not in before}
        removed = [name for name in before if name not in after]
        if not added and not removed:
            continue
        from codegen.edit.rewriting import Rewriter

        rewriter = Rewriter(texts.get(path, user.text))
        has_all = _all(user)
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


def _exported(module: Module) -> dict[str, str]:
    """The names that a package's head imports from its own modules, and from which."""
    names = {}
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            for alias in node.names:
                if node.module.startswith(f"{module.package}."):
                    names[alias.asname or alias.name] = node.module
    return names


def _all(module: Module) -> list[str] | None:
    for node in module.tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name("__all__")], value=ast.List(elements))
                | ast.AnnAssign(target=ast.Name("__all__"), value=ast.List(elements))
            ):
                values = [e.value for e in elements if isinstance(e, ast.Constant)]
                return [value for value in values if isinstance(value, str)]
            case _:
                pass
    return None
