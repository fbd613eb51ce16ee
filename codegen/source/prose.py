"""Documentation back to docstrings and comments that are read as the same text."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

from codegen.model import Position
from codegen.source.comments import Line, clean

_NOWHERE = Position("")

# Quotes that would end the string, or look as if they did.
_QUOTES = re.compile(r'"{3,}|\A"|"\Z')


class Unprintable(Exception):
    """A part of the model that no text says which the reader would understand."""


def docstring(doc: str, indent: int) -> str | None:
    """A docstring, its first line not indented; None where none is read as this text."""
    if any(line != line.rstrip() for line in doc.split("\n")) or not doc.split("\n")[-1]:
        return None
    margin = " " * indent
    lines = [f"{margin}{line}" if line else "" for line in doc.split("\n")]
    below = "\n" + "\n".join(lines)
    beside = "" if doc[0].isspace() else below[1 + indent :]
    for text in filter(None, (beside, below)):
        text = f"{text}\n{margin}" if "\n" in text else text
        literal = _quoted(text)
        # Python need not be asked what a text without escapes is: a module has thousands of them.
        is_plain = literal in (f'"""{text}"""', f'r"""{text}"""')
        value = text if is_plain else ast.literal_eval(literal)
        if clean(inspect.cleandoc(value).split("\n")) == doc:
            return literal
    return None


def _quoted(text: str) -> str:
    """Text between three quotes."""
    is_plain = text.replace("\n", "").isprintable()
    if "\\" in text and is_plain and not _QUOTES.search(text) and not text.endswith("\\"):
        return f'r"""{text}"""'
    escaped = text.replace("\\", "\\\\")
    escaped = _QUOTES.sub(lambda quotes: quotes[0].replace('"', '\\"'), escaped)
    if is_plain:
        return f'"""{escaped}"""'
    characters = (c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in escaped)
    return f'"""{"".join(characters)}"""'


def comment(doc: str, indent: int) -> list[str]:
    """The lines of a comment; raises Unprintable where no comment is read as this text."""
    lines = [f"# {line}".rstrip() for line in _with_what_was_dropped(doc)]
    read = [Line(_NOWHERE, line) for line in lines]
    prose = [line.prose for line in read if not (line.is_tag or line.is_pragma)]
    is_plain = all(c.isprintable() or c == "\t" for line in lines for c in line)
    if clean(prose) != doc or not is_plain:
        raise Unprintable(f"no comment can express the documentation {doc!r}")
    return [" " * indent + line for line in lines]


def _with_what_was_dropped(doc: str) -> Iterator[str]:
    """The lines of a text with a `TODO` where more than one blank line stands, and a line `---`
    behind a blank one at the end, for that is how documentation comes to have these."""
    lines = doc.split("\n")
    for index, line in enumerate(lines):
        if not line and (index == 0 or not lines[index - 1]):
            yield "TODO"
        yield line
    if len(lines) > 1 and not lines[-1]:
        yield "---"
