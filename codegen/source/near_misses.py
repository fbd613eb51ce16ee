"""Text that was meant as a tag and is read as none.

A tag is a comment line of its own that begins with `# +name`. One with a blank after its `+`, one
behind code and one inside of a docstring are ordinary text to Python and to the reader, so
nothing else would tell their author.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from codegen import tags
from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.source.files import Source

_CODE = "unread-tag"
_NAME = r"\+(?P<blank>[^\S\n]*)(?P<name>[A-Za-z][\w.:\-]*)(?P<rest>[^\n]*)"
_COMMENT = re.compile(rf"#+[:!]?[^\S\n]*{_NAME}")
_MARK = re.compile(r"#[:!]?[^\S\n]*\+([^\S\n]?)")
_IN_TEXT = re.compile(rf"^[^\S\n]*(?:#+[^\S\n]*)?{_NAME}", re.MULTILINE)


def check(source: Source, diagnostics: Diagnostics) -> None:
    """Warn of each near miss in a module."""
    text = "\n".join(source.lines)
    # Only a module with such a line is tokenized: that costs more than to parse it.
    if any(_is_suspect(text, mark) for mark in _MARK.finditer(text)):
        _check_comments(source, text, diagnostics)
    for node in _texts(source.tree):
        _check_text(source, node, diagnostics)


def _is_suspect(text: str, mark: re.Match[str]) -> bool:
    """Whether a `# +` is not the beginning of a tag: a blank follows, or code stands before it."""
    line = text.rfind("\n", 0, mark.start()) + 1
    return bool(mark[1] or text[line : mark.start()].strip("# \t"))


def _check_comments(source: Source, text: str, diagnostics: Diagnostics) -> None:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        miss = _COMMENT.match(token.string)
        if miss is None or not _is_meant(miss):
            continue
        line, offset = token.start
        position = Position(source.path, line, offset + miss.start("blank"))
        written = f"+{miss['name']}"
        if token.line[:offset].strip():
            diagnostics.warning(
                position,
                f"{written} is not read as a tag, because it follows code",
                code=_CODE,
                hint="put it on a line of its own, directly above the declaration",
            )
        elif miss["blank"]:
            diagnostics.warning(
                position,
                f"{written} is not read as a tag, because a space follows its +",
                code=_CODE,
                hint=f"write # {written}{miss['rest']}",
            )


def _check_text(source: Source, node: ast.Constant, diagnostics: Diagnostics) -> None:
    end = node.end_lineno or node.lineno
    for number in range(node.lineno, end + 1):
        line = source.lines[number - 1]
        if number == node.lineno:
            line = re.sub(
                r"[rRuU]?(\"\"\"|'''|\"|')", lambda m: " " * len(m.group()), line, count=1
            )
        miss = _IN_TEXT.match(line)
        if miss is not None and _is_meant(miss):
            diagnostics.warning(
                Position(source.path, number, miss.start("blank")),
                f"+{miss['name']} is not read as a tag, because it is in a string",
                code=_CODE,
                hint="put it in a comment directly above the declaration: # +name",
            )


def _texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings that stand as statements, of modules, classes and functions, with a `+`."""
    bodies: list[list[ast.stmt]] = [tree.body]
    while bodies:
        for statement in bodies.pop():
            match statement:
                case ast.Expr(ast.Constant(str(value)) as node):
                    if "+" in value:
                        yield node
                case ast.ClassDef():
                    bodies.append(statement.body)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    bodies.append(statement.body[:1])


def _is_meant(miss: re.Match[str]) -> bool:
    """Whether the text is a tag's: a name in a namespace of ours, or exactly one of our tags.

    `+ optional extras` is prose, for the name is an ordinary word and more words follow.
    """
    name = miss["name"].rstrip(":")
    if tags.is_ours(name):
        return True
    return name in tags.REGISTRY and (not miss["rest"].strip() or miss["rest"].startswith("="))
