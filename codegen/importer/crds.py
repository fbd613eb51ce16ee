"""The import of CRDs: documents in, files and what was lost out. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codegen.diagnostics import WAIVABLE, Diagnostic
from codegen.importer import compare, returned
from codegen.importer.compare import Difference, Grade
from codegen.importer.documents import Document, Tree
from codegen.importer.packages import Importer, Renamed, Unsaid
from codegen.importer.reuse import Reuse
from codegen.model import Alias, Package, Scalar, Struct, walk
from codegen.source import printer

_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Refused:
    """A tag that the toolchain itself refuses, though the server takes what it says."""

    place: str
    tag: str
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What came back of one CRD: both are None where none came back at all."""

    document: Document
    returned: Tree | None
    differences: list[Difference] | None

    @property
    def grade(self) -> Grade:
        return Grade.DIFFERENT if self.differences is None else compare.grade(self.differences)


@dataclass(slots=True)
class Result:
    """`files` are the modules by path; `faults` are errors that no tag's removal mends."""

    files: dict[str, str]
    checked: list[Checked]
    unsaid: Sequence[Unsaid] = ()
    renamed: Sequence[Renamed] = ()
    refused: list[Refused] = field(default_factory=list)
    faults: list[Diagnostic] = field(default_factory=list)
    numbers: str = ""
    """A field of floating-point numbers, which a setting has to allow; empty if there is none."""


def import_crds(
    documents: Sequence[Document],
    folder: str,
    accessors: Mapping[str, str] | None = None,
    reuse: Reuse | None = None,
) -> Result:
    """The packages of CRDs below a folder, each held against the CRD that comes of it.

    What the toolchain refuses and the server accepts gets a visible waiver above its marker. A tag
    that cannot be waived is left out and is listed. `accessors` has how clients reach the groups
    that the project has already, `reuse` finds the classes of `kube.api` that stand for schemas.
    """
    made = Importer(folder, accessors, reuse).imported(documents)
    files: dict[str, str] = {}
    for package in made.packages:
        files.update(printer.package(package, made.types))
    inputs = [package.path for package in made.packages]
    result = Result(files, [], made.unsaid, made.renamed, numbers=_numbers(made.packages))
    found = _settled(result, inputs) if inputs else {}
    for document in documents:
        back = found.get(document.name)
        differences = None if back is None else compare.differences(document.crd, back)
        result.checked.append(Checked(document, back, differences))
    return result


def _numbers(packages: Sequence[Package]) -> str:
    for package in packages:
        for declared in package.types:
            refs = {"": declared.target} if isinstance(declared, Alias) else {}
            if isinstance(declared, Struct):
                refs = {f".{member.name}": member.type for member in declared.fields}
            for name, ref in refs.items():
                if any(part == Scalar("float") for part in walk(ref)):
                    return f"{package.path}/types.py: {declared.name.name}{name}"
    return ""


def _settled(result: Result, inputs: Sequence[str]) -> dict[str, Tree]:
    """The CRDs of the files, once no tag in them is refused any more."""
    found: dict[str, Tree] = {}
    for _ in range(_ROUNDS):
        found, result.faults = returned.crds(result.files, inputs)
        lines = {(error.position.path, error.position.line): error for error in result.faults}
        if not result.faults or not _without(result, lines):
            break
    return found


def _without(result: Result, errors: dict[tuple[str, int], Diagnostic]) -> bool:
    """Waive these errors, or leave out the tags that they are about; whether there were any."""
    changed = False
    for path in sorted({path for path, _ in errors}):
        if path not in result.files or path.endswith("__init__.py"):
            continue
        kept = []
        for number, line in enumerate(result.files[path].split("\n"), 1):
            error = errors.get((path, number))
            if error is not None and line.startswith("# +") and error.code in WAIVABLE:
                kept += [f"# codegen: ignore[{error.code}]", line]
                changed = True
                continue
            if error is not None and line.lstrip().startswith("# +"):
                tag = line.strip().removeprefix("# ")
                result.refused.append(Refused(path, tag, error.message))
                changed = True
                continue
            kept.append(line)
        result.files[path] = "\n".join(kept)
    return changed
