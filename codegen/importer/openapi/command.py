"""The command `codegen import openapi`: documents in, tagged packages out."""

from __future__ import annotations

import time
from pathlib import Path

import click

from codegen.diagnostics import Diagnostics
from codegen.edit.declared import Key
from codegen.files import find_root
from codegen.importer.command import Outcome, carry_out
from codegen.importer.openapi import documents
from codegen.importer.openapi.modules import Result, import_api
from codegen.model import Position


def import_openapi(
    files: tuple[str, ...],
    folder: str,
    root: Path | None,
    form: str,
    *,
    check: bool,
    notes: bool,
) -> int:
    """Runs the command; returns its exit code."""
    started = time.perf_counter()
    place = (root or find_root(Path.cwd()) or Path.cwd()).resolve()
    diagnostics = Diagnostics()
    missing = [file for file in files if not Path(file).exists()]
    if missing:
        raise click.UsageError(f"there is no file or folder {missing[0]}")
    api = documents.read([Path(file) for file in files], place, diagnostics)
    result = None if diagnostics.failed else import_api(api, folder, place)
    if result is not None:
        tell(result, diagnostics)
        if not result.packages and not diagnostics.failed:
            diagnostics.error(
                Position(files[0]),
                "there is no schema to import here",
                code="nothing-to-import",
                hint="name OpenAPI documents as servers return them, such as the output of "
                "kubectl get --raw /openapi/v3/apis/apps/v1",
            )
    packages = () if result is None else result.packages
    number = f"{len(packages)} package{'' if len(packages) == 1 else 's'}"
    types = sum(len(package.types) for package in packages)
    outcome = Outcome(f"{number} into {folder}", f"{number} in {folder}", f"{types} types", started)
    modules = None if result is None else result.files
    return carry_out(
        place, modules, _given, diagnostics, outcome, form=form, check=check, notes=notes
    )


def _given(key: Key) -> bool:
    """Whether a kind of an earlier import is gone: documents speak of whole packages."""
    return True


def tell(result: Result, diagnostics: Diagnostics) -> None:
    """What had to be left out, what differs from `kube.api`, and which fields have other names."""
    for unsaid in result.unsaid:
        diagnostics.warning(
            Position(unsaid.crd),
            f"{unsaid.crd}{unsaid.path and '.'}{unsaid.path}: {unsaid.why}",
            code="lossy-import",
            hint="the rest is imported",
        )
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
