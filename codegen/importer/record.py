"""What an import made of a package before anybody edited it: the base of its next merge.

The record stands beside the modules, in a hidden file that is committed with them: a merge is the
same for all who have the project, and a change of it in review is what the import brought. It is
text, with each line of a module indented, so that no line of one can be taken for a heading.
"""

from __future__ import annotations

from collections.abc import Mapping

NAME = ".codegen-import"

_HEAD = """\
# What `codegen import` last made of this package, before any edit: the base of its next merge.
# Commit this file with the package, and do not edit it.
"""
_MODULE = "module "
_MARGIN = "    "


def printed(modules: Mapping[str, str]) -> str:
    """The record of modules, by their names in the package (`types.py`)."""
    parts = [_HEAD]
    for name, text in sorted(modules.items()):
        lines = [f"{_MARGIN}{line}" if line else "" for line in text.split("\n")]
        parts.append(f"{_MODULE}{name}\n" + "\n".join(lines) + "\n")
    return "".join(parts)


def parsed(text: str) -> dict[str, str] | int:
    """The modules of a record, or the number of the first line that cannot be one of it."""
    modules: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(text.replace("\r\n", "\n").removesuffix("\n").split("\n"), 1):
        if line.startswith(_MODULE):
            current = modules.setdefault(line.removeprefix(_MODULE), [])
        elif current is not None and (not line or line.startswith(_MARGIN)):
            current.append(line.removeprefix(_MARGIN))
        elif current is not None or not line.startswith("#"):
            return number
    return {name: "\n".join(lines) for name, lines in modules.items()} if modules else 1
