"""The import of OpenAPI documents: schemas and paths in, files out. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from codegen import formatting
from codegen.formatting import Brackets
from codegen.importer import crds
from codegen.importer.openapi import custom
from codegen.importer.openapi.builtin import FOLDER, built_in
from codegen.importer.openapi.documents import Api
from codegen.importer.openapi.packages import Importer
from codegen.importer.packages import Renamed, Unsaid
from codegen.model import Package
from codegen.source import printer


@dataclass(frozen=True, slots=True)
class Result:
    """`files` are the modules by path, with those of `custom`, the CRDs in the documents;
    `differing` says how schemas differ from `kube.api`'s."""

    files: Mapping[str, str]
    types: int
    unsaid: tuple[Unsaid, ...]
    renamed: tuple[Renamed, ...]
    differing: Mapping[str, str]
    custom: crds.Result | None = None


def import_api(api: Api, folder: str, root: Path) -> Result:
    """The packages of the schemas below a folder of a project."""
    definitions, rest, unsaid = custom.definitions(api)
    known = built_in(rest, is_kube_api=(root / folder).resolve() == FOLDER)
    made = Importer(rest, folder, known).imported()
    files: dict[str, str] = {}
    for package in made.packages:
        files.update(printer.package(package, made.types, postponed=True))
        head = f"{package.path}/__init__.py"
        files[head] = f"{files[head]}\n{_exports(package)}"
    of_crds = crds.import_crds(definitions, folder) if definitions else None
    if of_crds is not None:
        files.update(of_crds.files)
    types = sum(text.count("\nclass ") for text in files.values())
    unsaid = [*unsaid, *made.unsaid]
    return Result(files, types, tuple(unsaid), made.renamed, known.notes, of_crds)


def _exports(package: Package) -> str:
    """The names of the types, as names of the package."""
    names = sorted((each.name.name for each in package.types), key=formatting.member_order)
    imports = formatting.import_statement(f"{package.module}.types", names)
    listed = [formatting.string(name) for name in sorted(names)]
    exported = formatting.assigned("__all__ =", Brackets("", "[", "]", listed), 0)
    return f"{imports}\n\n{exported}\n"
