"""Descriptions as documentation, and to the letter where documentation is not read so."""

from __future__ import annotations

import inspect

from codegen.model import Tag
from codegen.source.comments import clean
from codegen.source.prose import Unprintable, comment, docstring
from codegen.tags.declared.exact import Description


def documented(text: str, indent: int) -> tuple[str, tuple[Tag, ...]]:
    """The documentation that comes closest to a text, and a tag if it is not the same."""
    if not text or _is_sayable(text, indent):
        return text, ()
    plain = "".join(c for c in text.expandtabs() if c.isprintable() or c == "\n")
    doc = clean(inspect.cleandoc(plain).split("\n"))
    return (doc if _is_sayable(doc, indent) else ""), (Description(value=text),)


def _is_sayable(text: str, indent: int) -> bool:
    if not text or docstring(text, indent) is not None:
        return True
    try:
        comment(text, indent)
    except Unprintable:
        return False
    return True
