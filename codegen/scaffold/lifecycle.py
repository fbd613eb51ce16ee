"""`codegen delete api`, `edit` and `upgrade`, from their options to the disk and the exit code."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from msgspec.structs import replace

from codegen import __version__
from codegen.diagnostics import Diagnostics
from codegen.files import read, walk
from codegen.model import Position
from codegen.output import Change, generator_of
from codegen.scaffold import grouping, merging, plan, references, tree
from codegen.scaffold import project as project_file
from codegen.scaffold.execution import (
    Options,
    existing,
    finish,
    refused,
    report_conflicts,
    step,
)
from codegen.scaffold.generation import sources
from codegen.scaffold.names import ApiNames
from codegen.scaffold.plan import Former, Planned
from codegen.scaffold.project import Project, Resource
from codegen.scaffold.renaming import Moves


def delete_api(group: str, version: str, kind: str, options: Options) -> int:
    """Undo what `codegen create api` did for a kind."""
    started = time.perf_counter()
    diagnostics = Diagnostics()
    present = existing(options, diagnostics)
    if present is None:
        return refused(diagnostics, options)
    project, former = present
    gone = _resource(project, group, version, kind)
    kept = tuple(each for each in project.resources if each != gone)
    new = replace(project, resources=kept)
    planned = step(former, new, options, diagnostics)
    changes = (*planned.changes, *_generated(options.root, planned))
    _report_unknown(gone, options, diagnostics)
    _report_references(options, changes, diagnostics)
    return finish(replace(planned, changes=changes), options, diagnostics, started)


def _resource(project: Project, group: str, version: str, kind: str) -> Resource:
    for each in project.resources:
        groups = {each.group, ApiNames(project, each).group}
        if (each.version, each.kind) == (version, kind) and group in groups:
            return each
    known = ", ".join(f"{r.group}/{r.version} {r.kind}" for r in project.resources) or "none"
    raise click.UsageError(f"PROJECT has no {group}/{version} {kind}; it has: {known}")


def _report_unknown(gone: Resource, options: Options, diagnostics: Diagnostics) -> None:
    """What other tools wrote of the kind in PROJECT is not codegen's to remove."""
    keys = [f"`{key}`" for key in sorted({*gone.other, *gone.other_of_api})]
    if keys:
        add = diagnostics.warning if options.force else diagnostics.error
        add(
            Position(project_file.NAME),
            f"PROJECT has {', '.join(keys)} of {gone.kind}, which codegen did not write, and it "
            "would go",
            code="scaffold-edited",
            hint="undo it with the tool that wrote it, or run again with --force",
        )


def _generated(root: Path, planned: Planned) -> Iterator[Change]:
    """Generated modules of packages that go: no input leads the generators there any more."""
    for change in planned.changes:
        if change.new is None and change.path.endswith("/__init__.py"):
            for path in walk(root, posixpath.dirname(change.path), deep=False):
                content = read(root / path)
                if content is not None and generator_of(content) is not None:
                    yield Change(path, content, None)


def _report_references(
    options: Options, changes: tuple[Change, ...], diagnostics: Diagnostics
) -> None:
    by_path = {change.path: change for change in changes}
    texts, former = {}, {}
    for path in sources(options.root):
        content = options.disk(path) if path.endswith(".py") else None
        if content is None or generator_of(content) is not None:
            continue
        change = by_path.get(path)
        if change is not None:
            former[path] = content.decode(errors="replace").removeprefix("\ufeff")
            content = change.new
        if content is not None:
            texts[path] = content.decode(errors="replace").removeprefix("\ufeff")
    removed = [change.path for change in changes if change.new is None]
    references.report(texts, former, removed, diagnostics, force=options.force)


def edit(multigroup: bool | None, namespaced: bool | None, options: Options) -> int:
    """Change what the whole project is laid out by."""
    started = time.perf_counter()
    diagnostics = Diagnostics()
    present = existing(options, diagnostics)
    if present is None:
        return refused(diagnostics, options)
    project, former = present
    if multigroup is False and project.multigroup:
        raise click.UsageError(
            "a project with a folder for each group keeps them: kinds of two groups may have one "
            "name, and would meet in one folder"
        )
    new = grouping.grouped(project) if multigroup else project
    if namespaced is not None:
        _refuse_cluster_kinds(project, namespaced)
        new = replace(new, namespaced=namespaced)
    moved = grouping.moves(project, new)
    planned = step(former, new, options, diagnostics, moved)
    if moved.modules and not diagnostics.failed:
        planned = _with_others(planned, moved, former, options, diagnostics)
    return finish(planned, options, diagnostics, started)


def _refuse_cluster_kinds(project: Project, namespaced: bool) -> None:
    kinds = [each.kind for each in project.resources if each.has_api and not each.namespaced]
    if namespaced and kinds:
        raise click.UsageError(
            f"objects of {', '.join(kinds)} are in no namespace, and a manager with --namespaced "
            "works in its own alone"
        )


def _with_others(
    planned: Planned, moved: Moves, former: Former, options: Options, diagnostics: Diagnostics
) -> Planned:
    """With the files that no template makes: they move and are rewritten as well."""
    paths = set(sources(options.root))
    own = paths - former.tree.keys() - {change.path for change in planned.changes}
    changes = (*planned.changes, *grouping.others(moved, own, options.disk, diagnostics))
    by_path = {change.path: change.new for change in changes}
    texts = {}
    for path in (paths | by_path.keys()) - {*plan.FINAL}:
        content = by_path[path] if path in by_path else options.disk(path)
        if content is not None and not path.endswith(".py") and generator_of(content) is None:
            texts[path] = content.decode(errors="ignore")
    grouping.report_mentions(moved, texts, diagnostics)
    return replace(planned, changes=changes)


def upgrade(options: Options) -> int:
    """Bring a project to today's templates, with its user's changes."""
    started = time.perf_counter()
    diagnostics = Diagnostics()
    present = existing(options, diagnostics)
    if present is None:
        return refused(diagnostics, options)
    project, former = present
    if _parts(project.cli_version) > _parts(__version__):
        raise click.UsageError(
            f"codegen {project.cli_version} made this project, and this is codegen {__version__}: "
            "upgrade codegen first"
        )
    _report_unresolved(options.root, former.recorded, diagnostics)
    if diagnostics.failed:
        return refused(diagnostics, options)
    planned = plan.upgrade(
        former.recorded,
        tree.tree(replace(project, cli_version=__version__)),
        options.disk,
        diagnostics,
    )
    return finish(planned, options, diagnostics, started)


def _parts(version: str) -> list[int]:
    """A version as numbers; what is not one is older than any."""
    parts = version.split(".")
    return [int(part) for part in parts] if all(map(str.isdecimal, parts)) else []


def _report_unresolved(root: Path, recorded: Iterable[str], diagnostics: Diagnostics) -> None:
    """Conflicts of the last upgrade that nobody has resolved."""
    places = [
        Position(path, line)
        for path in recorded
        for line in merging.unresolved((read(root / path) or b"").decode(errors="replace"))
    ]
    report_conflicts(places, diagnostics)
