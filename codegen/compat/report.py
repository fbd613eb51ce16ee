"""The answer of `codegen compat`, for people, for programs and for GitHub."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from codegen import report
from codegen.compat.changes import Change, Level
from codegen.compat.crds import compare
from codegen.compat.sources import Manifest, load
from codegen.diagnostics import Diagnostic, Severity
from codegen.files import PYPROJECT
from codegen.generators.crd import Options

_SEVERITIES = {
    Level.BREAKING: Severity.ERROR,
    Level.RISKY: Severity.WARNING,
    Level.SAFE: Severity.NOTE,
}


def compared(old: str, new: str | None, root: Path, form: str, cwd: Path) -> tuple[str, bool]:
    """What there is to say, and whether anything breaks. Raises SourceError."""
    folder = crd_folder(root)
    before = load(old, root, folder)
    after = load(folder if new is None else new, root, folder)
    found = sorted(
        compare(
            {name: m.crd for name, m in before.items()}, {name: m.crd for name, m in after.items()}
        ),
        key=lambda change: list(Level).index(change.level),
    )
    breaks = any(change.level is Level.BREAKING for change in found)
    placed = [(change, _diagnostic(change, before, after)) for change in found]
    match form:
        case "json":
            return _json(placed, breaks), breaks
        case "github":
            return report.github([d for _, d in placed], root, cwd) + _summary(found), breaks
    lines = [f"{d.position}: {change.level.value}: {d.message}" for change, d in placed]
    return "\n".join([*lines, _summary(found)]), breaks


def crd_folder(root: Path) -> str:
    """Where `codegen crd` writes, by the project's configuration."""
    try:
        data = tomllib.loads((root / PYPROJECT).read_text())
        folder = data["tool"]["codegen"]["crd"]["output-dir"]
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return Options().output_dir
    return str(folder)


def _diagnostic(
    change: Change, before: Mapping[str, Manifest], after: Mapping[str, Manifest]
) -> Diagnostic:
    manifest = (before if change.gone else after)[change.name]
    where = f"{change.name} {change.where}".rstrip()
    return Diagnostic(
        manifest.position(change.steps),
        f"{where}: {change.message}",
        code=f"compat-{change.level.value}",
        severity=_SEVERITIES[change.level],
    )


def _json(placed: Iterable[tuple[Change, Diagnostic]], breaks: bool) -> str:
    changes = [
        {
            "level": change.level.value,
            "crd": change.name,
            "where": change.where,
            "message": change.message,
            "path": found.position.path,
            "line": found.position.line,
            "column": found.position.column,
        }
        for change, found in placed
    ]
    return json.dumps({"ok": not breaks, "changes": changes}, indent=2, ensure_ascii=False)


def _summary(found: list[Change]) -> str:
    counted = {level: sum(change.level is level for change in found) for level in Level}
    parts = [f"{number} {level.value}" for level, number in counted.items() if number]
    return ", ".join(parts) if parts else "no changes"
