"""The command `codegen import openapi`: documents in, tagged packages out."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from codegen.diagnostics import Diagnostics
from codegen.edit.declared import Key, package_of
from codegen.files import find_root
from codegen.importer import command as of_crds
from codegen.importer import unchanged
from codegen.importer.command import Outcome, carry_out, progress
from codegen.importer.openapi import documents
from codegen.importer.openapi.modules import Result, import_api
from codegen.importer.sources import STDIN, ClusterError, FromCluster
from codegen.model import Position


def import_openapi(
    source: tuple[str, ...] | FromCluster,
    folder: str,
    root: Path | None,
    form: str,
    *,
    check: bool,
    notes: bool,
    request: unchanged.Request | None = None,
) -> int:
    """Runs the command; returns its exit code. An import is remembered under its `request`."""
    started = time.perf_counter()
    place = (root or find_root(Path.cwd()) or Path.cwd()).resolve()
    diagnostics = Diagnostics()
    api = _read(source, place, diagnostics)
    result = None if diagnostics.failed else import_api(api, folder, place)
    if result is not None:
        tell(result, diagnostics)
        if not result.files and api.schemas and not diagnostics.failed:
            diagnostics.error(
                Position("<cluster>" if isinstance(source, FromCluster) else source[0]),
                "kube.api has all types of these documents already",
                code="nothing-to-import",
                hint="import them from there, such as: from kube.api.apps.v1 import Deployment",
            )
        elif not result.files and not diagnostics.failed:
            diagnostics.error(
                Position("<cluster>" if isinstance(source, FromCluster) else source[0]),
                "there is no schema to import here",
                code="nothing-to-import",
                hint="name OpenAPI documents as servers return them, such as the output of "
                "kubectl get --raw /openapi/v3/apis/apps/v1",
            )
    types = 0 if result is None else result.types
    packages = {package_of(path) for path in (() if result is None else result.files)}
    number = f"{len(packages)} package{'' if len(packages) == 1 else 's'}"
    outcome = Outcome(
        f"{number} into {folder}",
        f"{number} in {folder}",
        f"{types} type{'' if types == 1 else 's'}",
        started,
        request,
    )
    modules = None if result is None else result.files
    whole = {package_of(path) for path in modules or ()}

    def is_covered(key: Key) -> bool:
        """Whether a kind of an earlier import is gone: documents speak of whole packages."""
        return key[0] in whole

    return carry_out(
        place, modules, is_covered, diagnostics, outcome, form=form, check=check, notes=notes
    )


def _read(
    source: tuple[str, ...] | FromCluster, root: Path, diagnostics: Diagnostics
) -> documents.Api:
    api = documents.Api()
    if isinstance(source, FromCluster):
        from codegen.importer import cluster

        try:
            served = cluster.openapi(source)
        except ClusterError as error:
            raise click.ClickException(str(error)) from error
        for path, text in served:
            documents.add(text, Position(f"<cluster>/{path}"), api, diagnostics)
        return api
    if STDIN in source:
        if len(source) > 1:
            raise click.UsageError("- reads standard input, and stands alone")
        documents.add(sys.stdin.buffer.read(), Position("<stdin>"), api, diagnostics)
        return api
    missing = [file for file in source if not Path(file).exists()]
    if missing:
        raise click.UsageError(f"there is no file or folder {missing[0]}")
    return documents.read([Path(file) for file in source], root, diagnostics, progress=progress)


def tell(result: Result, diagnostics: Diagnostics) -> None:
    """What had to be left out, what differs from `kube.api`, and which fields have other names."""
    for unsaid in result.unsaid:
        diagnostics.warning(
            Position(unsaid.crd),
            f"{unsaid.crd}{unsaid.path and '.'}{unsaid.path}: {unsaid.why}",
            code="lossy-import",
            hint="the rest is imported",
        )
    if result.custom is not None:
        of_crds.tell(result.custom, diagnostics, allow_losses=True)
    for name, difference in sorted(result.differing.items()):
        diagnostics.note(
            Position(name),
            f"{name} is not the one that kube.api has: {difference}",
            code="not-built-in",
            hint="it becomes a class of its own",
        )
    for renamed in result.renamed:
        diagnostics.note(
            Position(renamed.path),
            f"{renamed.json_name} of {renamed.owner} is the field {renamed.name}",
            code="renamed-field",
            hint="the JSON name stays as it is",
        )
