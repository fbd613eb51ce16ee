"""Declarations and fields as lines of another module: under its names, laid out anew."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from codegen import formatting
from codegen.edit import expressions, identity
from codegen.edit.declared import Declaration, Member, State
from codegen.edit.expressions import Naming, Symbol

_FIELD = Symbol("kube.runtime", "field")
_ALIAS = Symbol("typing", "TypeAlias")


def declaration(
    declared: Declaration,
    state: State,
    own_name: str,
    name: Naming,
    field_names: Mapping[str, str] | None = None,
) -> list[str]:
    """A class or an alias with its comments, called `own_name`.

    `field_names` are other names of fields, by their JSON names.
    """
    fields = field_names or {}
    lines = [*declared.text]
    start = declared.first - len(declared.lead.lines)

    def replace(first: int, last: int, text: str) -> None:
        lines[first - start : last - start + 1] = text.split("\n")

    for member in reversed([*declared.members.values()]):
        field = fields.get(member.wire, member.name)
        text = statement(member, declared, state, field, name).replace("\n", "\n    ")
        replace(member.first, member.last, f"    {text}")
    if isinstance(declared.node, ast.ClassDef):
        bases = [expressions.rendered(b, declared.module, state, name) for b in declared.bases]
        head = formatting.call(f"class {own_name}", bases)
        replace(declared.first, _head_end(declared), formatting.fitted(head, 0, ":"))
    elif declared.target is not None and declared.node is not None:
        last = declared.node.end_lineno or declared.first
        replace(declared.first, last, alias(declared, state, own_name, name))
    return lines


def composed(
    declared: Declaration,
    state: State,
    own_name: str,
    name: Naming,
    fields: Iterable[tuple[Member, Declaration]],
) -> list[str]:
    """A class with these fields, each with the class that declares it, as its own; its base is the
    last of those that they come from."""
    root = declared
    fields = list(fields)
    while any(owner is not declared for _, owner in fields) and (
        parents := identity.parents(root, state)
    ):
        root = state.declared[parents[0]]
    bases = [expressions.rendered(b, root.module, state, name) for b in root.bases]
    head = formatting.fitted(formatting.call(f"class {own_name}", bases), 0, ":")
    lines = [*declared.lead.lines, *head.split("\n")]
    if declared.doc.lines:
        lines += [f"    {declared.doc.lines[0]}", *declared.doc.lines[1:], ""]
    blocks = []
    for one, owner in fields:
        text = [*one.lead.lines, *statement(one, owner, state, one.name, name).split("\n")]
        doc = [f"    {one.doc.lines[0]}", *one.doc.lines[1:]] if one.doc.lines else []
        blocks.append([*(f"    {line}" if line else "" for line in text), *doc])
    apart = any(len(block) > 1 for block in blocks)
    for index, block in enumerate(blocks):
        lines += ["", *block] if index and apart else block
    return lines


def alias(declared: Declaration, state: State, own_name: str, name: Naming) -> str:
    assert declared.target is not None
    target = expressions.rendered(declared.target, declared.module, state, name)
    return formatting.assigned(f"{own_name}: {name(_ALIAS)} =", target, 0)


def member(
    member: Member, declared: Declaration, state: State, own_name: str, name: Naming
) -> list[str]:
    """A field with its comments and documentation, not indented."""
    text = statement(member, declared, state, own_name, name)
    return [*member.lead.lines, *text.split("\n"), *member.doc.lines]


def statement(
    member: Member, declared: Declaration, state: State, own_name: str, name: Naming
) -> str:
    word, value = expressions.default(member)
    module = declared.module
    return expressions.statement(
        own_name,
        member.wire,
        expressions.rendered(member.annotation, module, state, name),
        word,
        None if value is None else expressions.rendered(value, module, state, name),
        lambda: name(_FIELD),
    )


def _head_end(declared: Declaration) -> int:
    """The last line of a class's head, which ends with its colon."""
    assert isinstance(declared.node, ast.ClassDef)
    line = max([declared.node.lineno, *(base.end_lineno or 0 for base in declared.bases)])
    lines = declared.module.lines
    while not lines[line - 1].partition("#")[0].rstrip().endswith(":"):
        line += 1
    return line
