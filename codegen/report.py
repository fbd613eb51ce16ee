"""Diagnostics for people and for machines: text with the source line, JSON, GitHub annotations."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from codegen.diagnostics import Diagnostic, Severity
from codegen.model import Position

_ANNOTATIONS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def text(diagnostics: Iterable[Diagnostic], root: Path, cwd: Path) -> str:
    """One paragraph each: place and fault, the source line with a caret, and what to do; notes
    come last, a line each.

    Paths are shown relative to `cwd`, so that a terminal or an editor can follow them.
    """
    cache: dict[str, list[str]] = {}
    paragraphs = []
    notes = []
    for diagnostic in diagnostics:
        position = diagnostic.position
        if position.path not in cache:
            cache[position.path] = _lines(root / position.path)
        shown = os.path.relpath(root / position.path, cwd)
        code = f" [{diagnostic.code}]" if diagnostic.code else ""
        word = diagnostic.severity.value
        place = f"{shown}:{position.line}:{position.column}"
        lines = [f"{place}: {word}: {diagnostic.message}{code}"]
        if diagnostic.severity is Severity.NOTE:  # nothing to mend: one line is enough
            notes.append(f"{lines[0]}{': ' if diagnostic.hint else ''}{diagnostic.hint}\n")
            continue
        lines += _excerpt(cache[position.path], position.line, position.column)
        if diagnostic.hint:
            lines.append(f"  help: {diagnostic.hint}")
        paragraphs.append("\n".join(lines) + "\n")
    if notes:
        paragraphs.append("".join(notes))
    return "\n".join(paragraphs)


def _lines(path: Path) -> list[str]:
    """What a place is shown in; a diagnostic may also be about a folder, or a missing file."""
    try:
        return path.read_bytes().decode(errors="replace").split("\n")
    except OSError:
        return []


def _excerpt(lines: list[str], line: int, column: int) -> list[str]:
    if line > len(lines) or not lines[line - 1].strip():
        return []
    shown = "".join(c if c.isprintable() or c == "\t" else " " for c in lines[line - 1])
    # A tab in the margin keeps the caret under its column however wide tabs are.
    margin = "".join(c if c == "\t" else " " for c in shown[: column - 1])
    number = str(line)
    return [f" {number} | {shown.rstrip()}", f" {' ' * len(number)} | {margin}^"]


def records(diagnostics: Iterable[Diagnostic]) -> list[dict[str, object]]:
    """Plain values, for JSON. Paths are relative to the project's root, with `/`."""
    return [
        {
            "path": d.position.path,
            "line": d.position.line,
            "column": d.position.column,
            "severity": d.severity.value,
            "code": d.code,
            "message": d.message,
            "hint": d.hint,
        }
        for d in diagnostics
    ]


def remembered(records: Iterable[Mapping[str, Any]]) -> list[Diagnostic]:
    """The diagnostics that `records` turned into plain values."""
    return [
        Diagnostic(
            Position(r["path"], r["line"], r["column"]),
            r["message"],
            r["hint"],
            r["code"],
            Severity(r["severity"]),
        )
        for r in records
    ]


def github(diagnostics: Iterable[Diagnostic], root: Path, cwd: Path) -> str:
    """Workflow commands that GitHub shows beside the line in a pull request."""
    lines = []
    for d in diagnostics:
        position = d.position
        path = Path(os.path.relpath(root / position.path, cwd)).as_posix()
        fields = {
            "file": path,
            "line": str(position.line),
            "col": str(position.column),
            "title": f"codegen {d.code}".strip(),
        }
        properties = ",".join(f"{k}={_property(v)}" for k, v in fields.items())
        message = f"{d.message}\n{d.hint}" if d.hint else d.message
        lines.append(f"::{_ANNOTATIONS[d.severity]} {properties}::{_data(message)}\n")
    return "".join(lines)


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def echo(diagnostics: Iterable[Diagnostic], root: Path, form: str, *, notes: bool) -> None:
    """Prints the diagnostics of a command; notes only where they are asked for, and in JSON."""
    import json

    import click

    listed = [d for d in diagnostics if notes or form == "json" or d.severity is not Severity.NOTE]
    if form == "json":
        click.echo(json.dumps(records(listed), indent=2))
    elif form == "github":
        click.echo(github(listed, root, Path.cwd()), nl=False)
    elif listed:
        click.echo(text(listed, root, Path.cwd()), err=True)


def count(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning, 3 notes`; empty when there is nothing to count."""
    severities = [d.severity for d in diagnostics]
    parts = []
    for severity in Severity:
        number = severities.count(severity)
        if number:
            parts.append(f"{number} {severity.value}{'' if number == 1 else 's'}")
    return ", ".join(parts)
