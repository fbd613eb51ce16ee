"""What in a project's Python still refers to modules that go. Pure: from texts to places."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection, Iterator, Mapping

from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.scaffold.insertion.meaning import Bindings, module_of


def module_name(path: str) -> str:
    """What a file is imported as: `demo.api.v1` of `src/demo/api/v1/__init__.py`."""
    dotted = path.removeprefix("src/").removesuffix(".py").replace("/", ".")
    return dotted.removesuffix(".__init__")


def report(
    texts: Mapping[str, str],
    former: Mapping[str, str],
    removed: Collection[str],
    diagnostics: Diagnostics,
    *,
    force: bool,
) -> None:
    """Reports what uses modules that go (`removed`, paths), or names that are imported no longer.

    `texts` are the files that stay, `former` those of them that change as they were before.
    """
    modules = {module_name(path) for path in removed if path.endswith(".py")}
    packages = {module_name(path) for path in removed if path.endswith("/__init__.py")}
    for path, text in sorted(texts.items()):
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue  # the generators report it
        places: list[tuple[ast.stmt | ast.expr, str]] = [*_imports(tree, path, modules, packages)]
        if path in former:
            places += _unbound(tree, path, former[path])
        lines = _lines_before(text, former.get(path, text))
        for node, what in places:
            position = Position(path, lines.get(node.lineno, node.lineno), node.col_offset + 1)
            message = f"this refers to {what}, which goes"
            hint = "change it; without --force nothing is removed while something refers to it"
            add = diagnostics.warning if force else diagnostics.error
            add(position, message, code="scaffold-edited", hint=hint)


def _imports(
    tree: ast.Module, path: str, modules: Collection[str], packages: Collection[str]
) -> Iterator[tuple[ast.stmt, str]]:
    """Imports of modules that go, or of what is in packages that go."""
    for node in ast.walk(tree):
        targets: list[str] = []
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = module_of(node, path)
            targets = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for target in targets:
            if target in modules or any(target.startswith(f"{each}.") for each in packages):
                yield node, target
                break


def _unbound(tree: ast.Module, path: str, before: str) -> Iterator[tuple[ast.expr, str]]:
    """Uses of names that an import bound before."""
    now = Bindings.of(tree, path)
    former = Bindings.of(ast.parse(before), path)
    gone = former.targets.keys() - now.targets.keys() - now.declared
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in gone:
            yield node, former.targets[node.id]


def _lines_before(text: str, former: str) -> dict[int, int]:
    """Where each line of a text, from 1, was in the former one, which the user still sees."""
    if text == former:
        return {}
    rows = text.splitlines()
    matcher = difflib.SequenceMatcher(None, rows, former.splitlines(), autojunk=False)
    return {
        new + i + 1: old + i + 1
        for new, old, size in matcher.get_matching_blocks()
        for i in range(size)
    }
