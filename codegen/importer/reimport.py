"""An import planned for the disk: packages that are new, and packages that belong to their user.

Each package has a record of its last import (`record`). A package with one is merged: what the
import changed since then goes into the user's modules (`codegen.edit`). A package without one is
written, if nothing is there yet.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codegen import output
from codegen.diagnostics import Diagnostics
from codegen.edit.declared import Key, State
from codegen.edit.merge import merge
from codegen.edit.settled import settled
from codegen.files import read
from codegen.importer import record
from codegen.model import Position
from codegen.output import Change
from codegen.output.planning import TEMPORARY
from codegen.source import conflicts

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Reimport:
    """`plan` is what there is to do. `merged` are the user's modules that it changes, and
    `conflicts` the places in them where the user has to choose."""

    plan: output.Plan
    merged: tuple[str, ...] = ()
    conflicts: tuple[tuple[Position, str], ...] = ()

    @property
    def diff(self) -> Iterator[str]:
        """What changes in the user's modules; else what has changed in the records."""
        shown = [change for change in self.plan.changes if change.path in self.merged]
        records = [change for change in self.plan.changes if change.path.endswith(record.NAME)]
        old = [change for change in records if change.old is not None]
        return output.diff(output.Plan(tuple(shown or old), ()))


@dataclass(slots=True)
class _Package:
    """A package as it is on disk: its record, and its modules as their user has them."""

    folder: str
    base: dict[str, str] | None = None
    modules: dict[str, str] = field(default_factory=dict)
    record: bytes | None = None


def plan(
    root: Path,
    files: Mapping[str, str],
    is_covered: Callable[[Key], bool],
    diagnostics: Diagnostics,
) -> Reimport | None:
    """What an import of these modules, by path, is to do; None after a diagnostic.

    `is_covered` tells of a kind (package and name) that is in the record and not in the import
    whether the import covers it, so that it is gone; else it stays.
    """
    folders = sorted({posixpath.dirname(path) for path in files} | set(_neighbours(root, files)))
    packages = [_read(root, folder, diagnostics) for folder in folders]
    for package in packages:
        _check(package, files, diagnostics)
    if diagnostics.failed:
        return None
    base = {path: text for package in packages for path, text in (package.base or {}).items()}
    user = {path: text for package in packages for path, text in package.modules.items()}
    pristine = settled(base, files, is_covered) if base else dict(files)
    try:
        texts = merge(base, pristine, user)
    except SyntaxError as error:
        path, line, column = str(error.filename), error.lineno or 1, max(error.offset or 1, 1)
        diagnostics.error(
            Position(path, line, column),
            f"syntax error: {error.msg}",
            code="syntax-error",
            hint="correct the module here and import again; nothing was written",
        )
        return None
    return _planned(root, packages, pristine, user, texts)


def _neighbours(root: Path, files: Mapping[str, str]) -> Iterator[str]:
    """Packages of other versions of the same groups, which the import may no longer have."""
    for group in {posixpath.dirname(posixpath.dirname(path)) for path in files}:
        for path in sorted((root / group).glob(f"*/{record.NAME}")):
            yield posixpath.join(group, path.parent.name)


def _read(root: Path, folder: str, diagnostics: Diagnostics) -> _Package:
    package = _Package(folder)
    package.record = read(root / folder / record.NAME)
    if package.record is not None:
        where = f"{folder}/{record.NAME}"
        text = _decoded(package.record, where, diagnostics)
        modules = record.parsed(text or "")
        if isinstance(modules, int):
            diagnostics.error(
                Position(where, modules),
                "this is not the record of an import",
                code="bad-import-record",
                hint="restore the file as it was committed; an unresolved merge of git makes it so",
            )
        else:
            package.base = {f"{folder}/{name}": text for name, text in modules.items()}
    for path in sorted((root / folder).glob("*.py")):
        content = path.read_bytes()
        if path.name.startswith(".") or output.generator_of(content) is not None:
            continue
        text = _decoded(content, f"{folder}/{path.name}", diagnostics)
        if text is not None:
            package.modules[f"{folder}/{path.name}"] = text.removeprefix(_BOM)
    return package


def _decoded(content: bytes, path: str, diagnostics: Diagnostics) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        diagnostics.error(
            Position(path), "the file is not UTF-8", code="bad-encoding", hint="save it as UTF-8"
        )
        return None


def _check(package: _Package, files: Mapping[str, str], diagnostics: Diagnostics) -> None:
    """Report what keeps a package from being merged."""
    for path, text in package.modules.items():
        conflicts.check(path, text.splitlines(), diagnostics)
    if package.base is not None:
        return
    own = {path: text for path, text in files.items() if posixpath.dirname(path) == package.folder}
    different = [p for p, text in own.items() if package.modules.get(p, text) != text]
    if different:
        diagnostics.error(
            Position(different[0]),
            f"{package.folder} has no record of its last import, so nothing can be merged into it",
            code="no-import-record",
            hint=f"restore {package.folder}/{record.NAME} from version control; or move the "
            "package away, import, and make your changes again",
        )
    elif all(path in package.modules for path in own):
        package.base = own


def _planned(
    root: Path,
    packages: Iterable[_Package],
    pristine: Mapping[str, str],
    user: Mapping[str, str],
    texts: Mapping[str, str],
) -> Reimport:
    contents: dict[str, bytes | None] = {}
    merged = []
    for path, text in texts.items():
        contents[path] = _encoded(root / path, text)
        if path in user:
            merged.append(path)
    for package in packages:
        own = {p: t for p, t in pristine.items() if posixpath.dirname(p) == package.folder}
        contents[f"{package.folder}/{record.NAME}"] = (
            record.printed({posixpath.basename(p): t for p, t in own.items()}).encode()
            if own
            else None
        )
        if not own:
            gone = _emptied(package, texts)
            merged += gone
            contents |= dict.fromkeys(gone)
        for path in own.keys() & user.keys():
            contents.setdefault(path, read(root / path))
    for path in pristine:
        for parent in Path(path).parent.parents:
            if parent != Path():
                beside = f"{parent.as_posix()}/__init__.py"
                contents.setdefault(beside, _read_or(root / beside, ""))
    old = {path: read(root / path) for path in contents}
    changes = tuple(
        Change(path, old[path], new)
        for path, new in sorted(contents.items(), key=_in_order)
        if old[path] != new
    )
    unchanged = tuple(p for p, new in sorted(contents.items()) if new is not None and old[p] == new)
    marked = tuple(
        conflict
        for path in sorted(texts)
        if contents[path] is not None
        for conflict in conflicts.read(path, texts[path].splitlines())
    )
    leftovers = tuple(
        f"{package.folder}/{path.name}"
        for package in packages
        for path in sorted((root / package.folder).glob(f".*{TEMPORARY}"))
    )
    plan = output.Plan(changes, unchanged, leftovers=leftovers)
    return Reimport(plan, tuple(sorted(merged)), marked)


def _in_order(content: tuple[str, bytes | None]) -> tuple[bool, str]:
    """Records first, for changes are made from the last to the first: a run that is killed must not
    leave a record of what it has not merged."""
    return not content[0].endswith(f"/{record.NAME}"), content[0]


def _emptied(package: _Package, texts: Mapping[str, str]) -> list[str]:
    """The modules of a package of which the import has nothing left, if the user has not either."""
    left = {path: texts.get(path, text) for path, text in package.modules.items()}
    own = {path: text for path, text in (package.base or {}).items() if path in left}
    is_plain = all(left[p] == own[p] for p in own if p.endswith("/__init__.py"))
    has_nothing = not any(name for _, name in State(left).declared)
    return sorted(left) if has_nothing and is_plain and left.keys() == own.keys() else []


def _read_or(path: Path, text: str) -> bytes:
    """What is there, which is the user's; else a first text."""
    content = read(path)
    return text.encode() if content is None else content


def _encoded(path: Path, text: str) -> bytes:
    """A text with the line ends, and the byte order mark, of the file that it replaces."""
    before = read(path)
    if before is None:
        return text.encode()
    if b"\r\n" in before:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return (_BOM.encode() if before.startswith(_BOM.encode()) else b"") + text.encode()
