"""What an import made of a package before anybody edited it: the base of its next merge.

The record stands beside the modules, in a hidden file that is committed with them.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen import records

NAME = ".codegen-import"

_HEAD = """\
# What `codegen import` last made of this package, before any edit: the base of its next merge.
# Commit this file with the package, and do not edit it.
"""
_WORD = "module"


def printed(modules: Mapping[str, str]) -> str:
    """The record of modules, by their names in the package (`types.py`)."""
    return records.printed(_HEAD, _WORD, modules)


def parsed(text: str) -> dict[str, str] | int:
    """The modules of a record, or the number of the first line that cannot be one of it."""
    return records.parsed(_WORD, text)
