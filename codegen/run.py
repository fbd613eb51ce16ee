"""One run: configuration → model → artifacts → a plan for the disk.

Everything is known before anything is written. A generator that cannot cope with input that the
reader has already refused is passed over: the reader's diagnostics say what to mend first.
"""

from __future__ import annotations

import ast
import dataclasses
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from codegen import output, report, stamp
from codegen.config import Config
from codegen.diagnostics import Diagnostic, Diagnostics, Severity
from codegen.files import digest, read
from codegen.generators import Artifact, Context, Generator, Importable, Settings
from codegen.model import Position, Universe

Read: TypeAlias = Callable[[Path, Sequence[str], Diagnostics, Mapping[str, str]], Universe]
"""From the root, the packages' folders and the plural exceptions to the model."""


class Result(msgspec.Struct, frozen=True):
    """What a run would do, and the stamp that is true once it has been done."""

    plan: output.Plan
    stamp: stamp.Stamp


def run(
    config: Config,
    diagnostics: Diagnostics,
    *,
    read_packages: Read,
    generators: Mapping[str, Generator],
    arguments: object,
    former: Collection[str] = (),
) -> Result:
    """Reads and generates, for each tree; writes nothing. Faults are in `diagnostics`: look first.

    `former` are the paths that an earlier run of the same name wrote, by its stamp.
    """
    made = [_tree(each, diagnostics, read_packages, generators) for each in config.all]
    artifacts = [artifact for tree in made for artifact in tree.artifacts]
    chosen = {generator.name: generator for tree in made for generator in tree.chosen}
    if len(chosen) == 1 and not artifacts:
        _report_nothing(config, next(iter(chosen.values())), diagnostics)
    parents = sorted({path for tree in made for path in tree.parents})
    outputs: list[output.Output] = [*artifacts, *(output.Seed(path, "") for path in parents)]
    folders = [folder for tree in made for folder in tree.folders]
    ends_by_name = {name: generator.hand_written for name, generator in generators.items()}
    earlier = output.Former(former, ends_by_name)
    plan = output.plan(config.root, outputs, folders, diagnostics, earlier)
    if len(chosen) > 1 and not artifacts and plan.removed:
        _refuse_to_remove_all(config, plan, diagnostics)
    _report_left(config, plan, diagnostics)
    kept = {path: digest(content) for path, content in plan.contents.items()}
    gone = kept.keys() | set(plan.removed)
    inputs = {path: digest(content) for path, content in config.files.items()}
    inputs |= {path: digest(read(config.root / path)) for path in parents if path not in kept}
    for tree in made:
        inputs |= {path: digest(read(config.root / path)) for path in tree.by_hand}
        inputs |= tree.inputs
    done = stamp.Stamp(
        arguments=arguments,
        inputs=inputs,
        outputs=kept,
        left=plan.left,
        folders=sorted({place for tree in made for place in tree.places}),
        listing=sorted({path for tree in made for path in tree.before if path not in gone}),
        findings=report.records(d for d in diagnostics if d.severity is not Severity.ERROR),
    )
    return Result(plan, done)


class _Made(msgspec.Struct, frozen=True):
    """What the generators make of one tree, and what they looked at."""

    chosen: Sequence[Generator]
    artifacts: Sequence[Artifact]
    parents: Sequence[str]
    folders: Sequence[output.Folder]
    places: Sequence[tuple[str, bool]]
    before: Sequence[str]
    by_hand: Collection[str]
    inputs: Mapping[str, str]


def _tree(
    config: Config,
    diagnostics: Diagnostics,
    read_packages: Read,
    generators: Mapping[str, Generator],
) -> _Made:
    chosen = [generators[name] for name in config.generators]
    settings = config.settings
    folders = _folders(config, chosen)
    # What people wrote in an API package matters to generators that write elsewhere, too.
    places = sorted({(f.path, f.deep) for f in folders} | {(p, False) for p in config.packages})
    before = stamp.listing(config.root, places, ())
    ends = tuple(end for generator in generators.values() for end in generator.hand_written)
    by_hand = _hand_written(config.root, [path for path in before if path.endswith(ends)])
    settings = dataclasses.replace(settings, hand_written=by_hand)
    universe = read_packages(config.root, config.packages, diagnostics, settings.plural_exceptions)
    artifacts: list[Artifact] = []
    for generator in chosen:
        context = Context(universe, settings, diagnostics)
        try:
            artifacts.extend(generator.load()(context))
        except Exception:
            if not diagnostics.failed:
                raise
    parents = _parents(config.root, settings, [a.path for a in artifacts])
    return _Made(chosen, artifacts, parents, folders, places, before, by_hand, universe.inputs)


def _report_nothing(config: Config, generator: Generator, diagnostics: Diagnostics) -> None:
    """Warn where the only generator that was asked for has no work, and nothing says why."""
    if any(d.severity is not Severity.NOTE for d in diagnostics):
        return
    packages = _packages(config)
    diagnostics.warning(
        Position(packages[0]),
        f"no tag in the input asks for what `codegen {generator.name}` writes",
        hint=f"`codegen tags` lists the tags; input is {', '.join(packages)}",
        code="nothing-generated",
    )


def _packages(config: Config) -> list[str]:
    """The folders of all trees' packages."""
    return [package for tree in config.all for package in tree.packages]


def _refuse_to_remove_all(config: Config, plan: output.Plan, diagnostics: Diagnostics) -> None:
    """Input that holds no API is rather a mistake in `input` than an API that was given up."""
    count = len(plan.removed)
    packages = _packages(config)
    diagnostics.error(
        Position(packages[0]),
        "nothing in the input asks for generated code, and all that there is would be removed: "
        f"{min(plan.removed)}{f' and {count - 1} more' if count > 1 else ''}",
        hint=f"input is {', '.join(packages)}: name the API packages in it; "
        "if the API is gone for good, delete its generated files",
        code="all-removed",
    )


def _report_left(config: Config, plan: output.Plan, diagnostics: Diagnostics) -> None:
    """Warn of files of a generator that is no longer among those that run."""
    left: dict[str, list[str]] = {}
    for path in plan.left:
        name = output.generator_of(read(config.root / path) or b"")
        left.setdefault(name or "", []).append(path)
    for name, paths in left.items():
        rest = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        diagnostics.warning(
            Position(paths[0]),
            f"this file{rest} of `codegen {name}` is no longer kept up to date",
            hint=f'add "{name}" to generators in [tool.codegen], or delete its files',
            code="left-behind",
        )


def stale(plan: output.Plan) -> list[Diagnostic]:
    """A diagnostic for each file that is out of date."""
    diagnostics = []
    for change in plan.changes:
        old, new = (change.old or b"").split(b"\n"), (change.new or b"").split(b"\n")
        same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
        if change.old is None:
            message, line = "this file is missing", 1
        elif change.new is None:
            message, line = "no generator writes this file now", 1
        else:
            message, line = "this file differs from what the generators write", same + 1
        diagnostics.append(
            Diagnostic(Position(change.path, line), message, "run `codegen generate`", "stale")
        )
    return diagnostics


def _folders(config: Config, chosen: Sequence[Generator]) -> list[output.Folder]:
    folders = []
    for generator in chosen:
        folder = config.settings.of(generator.options).folder
        if folder is None:
            folders += [output.Folder(path, generator.name, False) for path in config.packages]
        else:
            folders.append(output.Folder(folder, generator.name, True))
    return folders


def _parents(root: Path, settings: Settings, written: Collection[str]) -> list[str]:
    """The `__init__.py` of each folder in which everything is generated.

    A type checker that reads the folder finds its modules twice without one. Where others have
    files in the folder, it is theirs to be a package or a namespace.
    """
    outputs = {
        options.output_dir: options.output_package
        for options in settings.options
        if isinstance(options, Importable)
    }
    parents = set()
    for folder, package in outputs.items():
        names = package.split(".")
        while len(names) > 1 and folder.endswith(f"/{names.pop()}"):
            folder = folder.rpartition("/")[0]
            ours = {
                path.removeprefix(f"{folder}/").split("/")[0] for path in _below(outputs, folder)
            }
            if not _below(written, folder) or not _all_ours(root / folder, ours):
                break
            parents.add(f"{folder}/__init__.py")
    return sorted(parents)


def _below(paths: Collection[str], folder: str) -> list[str]:
    return [path for path in paths if path.startswith(f"{folder}/")]


def _all_ours(folder: Path, ours: Collection[str]) -> bool:
    names = os.listdir(folder) if folder.is_dir() else []
    return all(name in ours or name.startswith((".", "__")) for name in names)


def _hand_written(root: Path, paths: Sequence[str]) -> dict[str, frozenset[str]]:
    """Those of the files that are no generator's, with the names that each defines."""
    contents = {path: read(root / path) or b"" for path in paths}
    return {
        path: _names(content)
        for path, content in contents.items()
        if output.generator_of(content) is None
    }


def _names(content: bytes) -> frozenset[str]:
    """The classes and imports at the top of a module; none where Python cannot compile it."""
    try:
        body = ast.parse(content).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    classes = {node.name for node in body if isinstance(node, ast.ClassDef)}
    imports = (n.names for n in body if isinstance(n, ast.ImportFrom | ast.Import))
    return frozenset(classes | {each.asname or each.name for names in imports for each in names})


def read_packages(
    root: Path, folders: Sequence[str], diagnostics: Diagnostics, plurals: Mapping[str, str]
) -> Universe:
    """The real reader, imported only by a run that reads."""
    from codegen import source

    return source.read(root, folders, diagnostics, plural_exceptions=plurals)
