"""No declared tag does nothing in silence: something reads it, or a note stands at it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from codegen.diagnostics import Diagnostics, Severity
from codegen.generators.schema.effects import BOUNDS
from codegen.model import Position
from codegen.tags import Place, parse
from codegen.tags.declaration import DeclaredTag
from codegen.tags.registry import tags_declared

CODEGEN = Path(__file__).parents[3] / "codegen"
DECLARED = "codegen.tags.declared"
# What declares tags, and what only holds them against each other, reads none of them.
NO_READERS = ("tags/declared", "tags/checks.py", "tags/registry.py")
TAGS = list(tags_declared())
NAMES = [f"{tag.__module__.rpartition('.')[2]}.{tag.__name__}" for tag in TAGS]


def names_used(source: str) -> set[str]:
    """The classes of tags that a module names, `genclient.OnlyVerbs`."""
    modules: dict[str, str] = {}
    classes: dict[str, str] = {}
    used: set[str] = set()
    nodes = list(ast.walk(ast.parse(source)))
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == DECLARED:
            modules |= {a.asname or a.name: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{DECLARED}."):
            concern = (node.module or "").rpartition(".")[2]
            classes |= {a.asname or a.name: f"{concern}.{a.name}" for a in node.names}
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in modules:
                used.add(f"{modules[node.value.id]}.{node.attr}")
        elif isinstance(node, ast.Name) and node.id in classes:
            used.add(classes[node.id])
    return used


@cache
def readers() -> dict[str, list[str]]:
    """The modules that read a tag, by the name of its class."""
    found = {
        f"{tag.__module__.rpartition('.')[2]}.{tag.__name__}": ["generators/schema/effects.py"]
        for tag in BOUNDS
    }
    for path in CODEGEN.rglob("*.py"):
        module = path.relative_to(CODEGEN).as_posix()
        if not module.startswith(NO_READERS):
            for name in names_used(path.read_text()):
                found.setdefault(name, []).append(module)
    return found


@pytest.mark.parametrize(("tag", "name"), list(zip(TAGS, NAMES, strict=True)), ids=NAMES)
def test_a_tag_has_a_reader_or_says_why_nothing_reads_it(tag: type[DeclaredTag], name: str) -> None:
    assert tag.declaration.unread or name in readers()
    assert not (tag.declaration.unread and any("generators/" in p for p in readers().get(name, ())))


@pytest.mark.parametrize(
    ("line", "place", "column"),
    [
        ("+k8s:maxBytes=5", Place.FIELD, 3),
        ("+k8s:format=k8s-ip", Place.FIELD, 3),
        ("+k8s:neq=false", Place.FIELD, 3),
        ("+k8s:update=NoSet", Place.FIELD, 3),
        ("+k8s:unionMember", Place.FIELD, 3),
        ("+k8s:eachVal=+k8s:minimum=1", Place.FIELD, 3),
        ("+k8s:openapi-gen=true", Place.PACKAGE, 3),
        ("+patchStrategy=merge", Place.FIELD, 3),
        ("+k8s:defaulter-gen=TypeMeta", Place.PACKAGE, 3),
        ("+kubebuilder:scaffold:webhook", Place.ANYWHERE, 3),
        ("+resource:path=clusters", Place.CLASS, 3),
        ("+default=ref(NOWHERE)", Place.FIELD, 16),
    ],
)
def test_a_tag_that_nothing_reads_has_a_note_where_it_stands(
    line: str, place: Place, column: int
) -> None:
    diagnostics = Diagnostics()
    assert len(parse([(Position("m.py", 7, 1), f"# {line}")], place, diagnostics)) == 1
    (note,) = diagnostics
    assert (note.severity, note.code) == (Severity.NOTE, "no-effect")
    assert note.position == Position("m.py", 7, column)
    assert note.hint


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("+k8s:openapi-gen=false", Place.CLASS),
        ("+k8s:conversion-gen=false", Place.CLASS),
        ("+kubebuilder:ac:generate=false", Place.PACKAGE),
        ("+default=false", Place.FIELD),
    ],
)
def test_a_tag_that_switches_off_what_is_not_there_needs_no_note(line: str, place: Place) -> None:
    diagnostics = Diagnostics()
    parse([(Position("m.py"), f"# {line}")], place, diagnostics)
    assert len(diagnostics) == 0
