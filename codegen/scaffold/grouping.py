"""From one folder for the project's group to a folder for each. Pure: from two trees to moves.

Packages of APIs move as a whole, with what the user has beside the types; of controllers and their
tests the files that were scaffolded move.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.output import Change, generator_of
from codegen.scaffold import renaming, tree
from codegen.scaffold.names import ApiNames
from codegen.scaffold.plan import Disk
from codegen.scaffold.project import Project
from codegen.scaffold.references import module_name
from codegen.scaffold.renaming import Moves


def grouped(project: Project) -> Project:
    """The project with a folder for each group."""
    wide = replace(project, multigroup=True)
    return replace(
        wide,
        resources=tuple(
            each
            if each.is_core or each.is_external
            else replace(each, path=ApiNames(wide, each).api_module)
            for each in project.resources
        ),
    )


def moves(old: Project, new: Project) -> Moves:
    """What is elsewhere in the other layout."""
    before, after = tree.places(old), tree.places(new)
    files = {path: after[key] for key, path in before.items() if after[key] != path}
    packages = {
        posixpath.dirname(path): posixpath.dirname(target)
        for path, target in files.items()
        if path.endswith("/__init__.py")
    }
    modules = {
        module_name(path): module_name(target)
        for path, target in files.items()
        if path.endswith(".py")
    }
    return Moves(files, packages, modules)


def others(
    moved: Moves, paths: Iterable[str], disk: Disk, diagnostics: Diagnostics
) -> Iterator[Change]:
    """What the moves change in files that no template makes: `paths` are those.

    Generated ones of packages that move go, since they are generated again where those are then.
    """
    for path in sorted(paths):
        content = disk(path)
        if content is None:
            continue
        target = moved.path(path)
        if generator_of(content) is not None:
            if target != path:
                yield Change(path, content, None)
            continue
        new = _renamed(path, content, moved, diagnostics) if path.endswith(".py") else content
        if new is None:
            continue
        if target != path:
            there = disk(target)
            if there not in (None, new):
                diagnostics.error(
                    Position(target),
                    f"this file exists, and {path} would replace it",
                    code="scaffold-exists",
                    hint="move it or delete it and run again",
                )
            yield Change(path, content, None)
            if there is None:
                yield Change(target, None, new)
        elif new != content:
            yield Change(path, content, new)


def _renamed(path: str, content: bytes, moved: Moves, diagnostics: Diagnostics) -> bytes | None:
    try:
        return renaming.renamed(path, content.decode(), moved).encode()
    except (SyntaxError, UnicodeDecodeError, ValueError) as error:
        line = (error.lineno or 1) if isinstance(error, SyntaxError) else 1
        diagnostics.error(
            Position(path, line),
            f"this module cannot be parsed, so what it imports cannot be renamed: {error}",
            code="syntax-error",
            hint="correct it and run again; nothing was changed",
        )
        return None


def report_mentions(moved: Moves, texts: Mapping[str, str], diagnostics: Diagnostics) -> None:
    """Reports text that still names what moved: only Python is rewritten."""
    names = {**moved.folders, **moved.files, **moved.modules}
    for path, text in sorted(texts.items()):
        for number, line in enumerate(text.split("\n"), 1):
            name = next((each for each in names if _names(line, each)), None)
            if name is not None:
                diagnostics.warning(
                    Position(path, number, line.index(name) + 1),
                    f"this names {name}, which is {names[name]} now",
                    code="moved-name",
                    hint="change it if it is meant",
                )


def _names(line: str, name: str) -> bool:
    start = line.find(name)
    before, after = line[start - 1 : start], line[start + len(name) :][:1]
    return start >= 0 and not (before + after).replace("/", "").replace(".", "").isalnum()
