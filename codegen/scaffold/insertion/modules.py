"""Fragments in Python modules, by their syntax trees.

The tree says where statements begin and end and what they mean; the text itself is only cut and
joined by lines, so that what is not inserted or removed keeps its bytes.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.scaffold.insertion import imports, lines
from codegen.scaffold.insertion.fragments import Fragment, Surroundings
from codegen.scaffold.insertion.meaning import Bindings, Meaning, statements
from codegen.scaffold.insertion.module import Module, parsed


def insert(
    path: str,
    text: str,
    fragments: Sequence[Fragment],
    diagnostics: Diagnostics,
    around: Surroundings,
) -> str | None:
    module = parsed(path, text, diagnostics)
    if module is None:
        return None
    code: list[Fragment] = []
    for fragment in fragments:
        if not imports.is_import(fragment):
            code.append(fragment)
            continue
        for target in imports.targets(fragment):
            if not target.is_free(module, diagnostics):
                return None
            module = imports.insert(module, target, around.packages)
    if any(map(imports.is_import, fragments)):
        module = imports.with_marker(module, around)
    for fragment in code:
        inserted = _inserted(module, fragment, diagnostics, around)
        if inserted is None:
            return None
        module = inserted
    return module.text


def remove(
    path: str,
    text: str,
    fragments: Sequence[Fragment],
    diagnostics: Diagnostics,
    around: Surroundings,
) -> str | None:
    module = parsed(path, text, diagnostics)
    if module is None:
        return None
    names = Bindings.of_fragments(around.siblings, path)
    for fragment in fragments:
        if not imports.is_import(fragment):
            without = _without(module, statements(fragment.text, names), diagnostics)
            if without is None:
                return None
            module = without
    for fragment in fragments:
        if imports.is_import(fragment):
            for target in imports.targets(fragment):
                module = imports.remove(module, target, around.packages)
    return module.text


def missing(
    path: str, text: str, fragments: Sequence[Fragment], around: Surroundings
) -> list[Fragment]:
    module = parsed(path, text, Diagnostics())
    if module is None:
        return list(fragments)
    names = Bindings.of_fragments(around.siblings, path)
    return [
        fragment
        for fragment in fragments
        if (
            any(not module.bindings.has(t.target) for t in imports.targets(fragment))
            if imports.is_import(fragment)
            else not module.places(statements(fragment.text, names))
        )
    ]


def _inserted(
    module: Module, fragment: Fragment, diagnostics: Diagnostics, around: Surroundings
) -> Module | None:
    names = Bindings.of_fragments(around.siblings, module.path)
    if module.places(statements(fragment.text, names)):
        return module
    marker = _marker(module, fragment, diagnostics, around)
    if marker is None:
        return None
    margin = lines.indentation(module.lines[marker])
    text = module.bindings.spelled(textwrap.dedent(fragment.text).strip("\n"), names)
    index = _above_later(module, marker, fragment, around, names)
    lines.insert(module.lines, index, [margin + line if line else "" for line in text.split("\n")])
    try:
        return module.changed()
    except SyntaxError:
        diagnostics.error(
            Position(module.path, marker + 1),
            f"`{lines.marker_comment(fragment.marker)}` stands where no statement can",
            code="lost-marker",
            hint="move the comment to where new lines are to go, and run again; or insert there: "
            f"`{lines.shown(fragment.text)}`",
        )
        return None


def _marker(
    module: Module, fragment: Fragment, diagnostics: Diagnostics, around: Surroundings
) -> int | None:
    """The line of a marker, which is put back where its place is certain."""
    markers = module.markers(fragment.marker)
    if len(markers) > 1:
        lines.report_repeated(module.path, markers, fragment.marker, diagnostics)
        return None
    if markers:
        return markers[0]
    nearest = 0
    if around.pristine is not None:
        pristine = Module(module.path, around.pristine)
        for former in pristine.markers(fragment.marker):
            place, nearest = lines.between_neighbours(module.lines, pristine.lines, former)
            if place is not None:
                lines.insert(module.lines, place, [lines.content(pristine.lines[former])])
                return place
    lines.report_lost(module.path, nearest, fragment.marker, fragment.text, diagnostics)
    return None


def _above_later(
    module: Module, marker: int, fragment: Fragment, around: Surroundings, names: Bindings
) -> int:
    """The line for a fragment: above its siblings of a later order that end right at the marker."""
    later = {
        places[-1].end_lineno or 0: _first_line(places[0])
        for sibling in around.at(fragment.marker)
        if sibling > fragment and not imports.is_import(sibling)
        for places in module.places(statements(sibling.text, names))
    }
    index = marker
    while index in later:
        index = later[index] - 1
    return index


def _without(module: Module, wanted: Sequence[Meaning], diagnostics: Diagnostics) -> Module | None:
    for places in module.places(wanted):
        start, end = _first_line(places[0]) - 1, places[-1].end_lineno or 0
        if _shares_lines(module, places):
            diagnostics.error(
                Position(module.path, start + 1),
                "this statement was scaffolded, and cannot be removed from a line that has others",
                code="scaffold-edited",
                hint="give it a line of its own, and run again",
            )
            return None
        whole = next(body for body in module.bodies if places[0] in body)
        margin = lines.indentation(module.lines[start])
        if len(whole) == len(places) and whole is not module.tree.body:
            lines.insert(module.lines, end, [f"{margin}pass"])
        lines.delete(module.lines, start, end)
        return _without(module.changed(), wanted, diagnostics)
    return module


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _shares_lines(module: Module, places: Sequence[ast.stmt]) -> bool:
    first, last = places[0], places[-1]
    before = module.lines[first.lineno - 1].encode()[: first.col_offset].decode()
    after = module.lines[(last.end_lineno or 1) - 1].encode()[last.end_col_offset :].decode()
    return bool(before.strip()) or after.strip()[:1] not in ("", "#")
