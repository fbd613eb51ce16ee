"""The answer of `codegen compat`, for people, for programs and for GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from codegen import config, report
from codegen.compat.changes import Change, Level
from codegen.compat.crds import compare
from codegen.compat.sources import Manifest, load, load_new
from codegen.diagnostics import Diagnostic, Diagnostics, Severity
from codegen.generators.crd import Options

_SEVERITIES = {
    Level.BREAKING: Severity.ERROR,
    Level.RISKY: Severity.WARNING,
    Level.SAFE: Severity.NOTE,
}


def compared(
    old: str, new: str | None, root: Path, form: str, cwd: Path, diagnostics: Diagnostics
) -> tuple[str, bool] | None:
    """What there is to say, and whether anything breaks.

    None after a diagnostic, of the configuration that says where CRDs stand. Raises SourceError.
    """
    settings = config.load_settings(root, diagnostics)
    if settings is None:
        return None
    folder = settings.of(Options).output_dir
    before = load(old, root, folder)
    after = load_new(folder if new is None else new, root, folder, there=new is not None)
    changes = sorted(
        compare(
            {name: m.crd for name, m in before.items()}, {name: m.crd for name, m in after.items()}
        ),
        key=lambda change: list(Level).index(change.level),
    )
    breaks = any(change.level is Level.BREAKING for change in changes)
    placed = [(change, _diagnostic(change, before, after)) for change in changes]
    match form:
        case "json":
            return _json(placed, breaks), breaks
        case "github":
            return report.github([d for _, d in placed], root, cwd) + _summary(changes), breaks
    lines = [f"{d.position}: {change.level.value}: {d.message}" for change, d in placed]
    return "\n".join([*lines, _summary(changes)]), breaks


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
            "path": diagnostic.position.path,
            "line": diagnostic.position.line,
            "column": diagnostic.position.column,
        }
        for change, diagnostic in placed
    ]
    return json.dumps({"ok": not breaks, "changes": changes}, indent=2, ensure_ascii=False)


def _summary(changes: list[Change]) -> str:
    counted = {level: sum(change.level is level for change in changes) for level in Level}
    parts = [f"{number} {level.value}" for level, number in counted.items() if number]
    return ", ".join(parts) if parts else "no changes"
