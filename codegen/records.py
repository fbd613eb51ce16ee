"""Texts as codegen wrote them, before anybody edited them: the bases of later merges.

A record is one text file, committed with what it records: so a merge is the same for all who have
the project, and its changes in a review are what codegen brought. Each text stands below a heading
with its name, each line indented, so that no line of a text can be taken for a heading.
"""

from __future__ import annotations

from collections.abc import Mapping

_MARGIN = "    "


def printed(head: str, word: str, texts: Mapping[str, str]) -> str:
    """The record of texts, by their names; `head` are its first lines, which are comments."""
    parts = [head]
    for name, text in sorted(texts.items()):
        lines = [f"{_MARGIN}{line}" if line else "" for line in text.split("\n")]
        parts.append(f"{word} {name}\n" + "\n".join(lines) + "\n")
    return "".join(parts)


def parsed(word: str, text: str) -> dict[str, str] | int:
    """The texts of a record, or the number of the first line that cannot be one of it."""
    texts: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(text.replace("\r\n", "\n").removesuffix("\n").split("\n"), 1):
        if line.startswith(f"{word} "):
            name = line.removeprefix(f"{word} ")
            if name in texts:
                return number
            current = texts[name] = []
        elif current is not None and (not line or line.startswith(_MARGIN)):
            current.append(line.removeprefix(_MARGIN))
        elif current is not None or not line.startswith("#"):
            return number
    return {name: "\n".join(lines) for name, lines in texts.items()} if texts else 1
