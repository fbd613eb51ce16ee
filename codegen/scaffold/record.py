"""What the scaffold wrote of each file, before anybody edited it: the base of the next merge.

The record stands in the project's folder, in a hidden file that is committed with it. So a command
knows whether a file has been edited, and an upgrade needs neither the version of codegen that made
the project nor its history.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen import records
from codegen.diagnostics import Diagnostics
from codegen.model import Position

NAME = ".codegen-scaffold"

_HEAD = """\
# What the scaffold of this project last wrote, before any edit: the base of the next merge.
# Commit this file with the project, and do not edit it.
"""
_WORD = "file"


def printed(texts: Mapping[str, str]) -> str:
    """The record of texts, by their paths from the project's root."""
    return records.printed(_HEAD, _WORD, texts)


def read(content: bytes | None, diagnostics: Diagnostics) -> dict[str, str] | None:
    """The texts of a record; None after a diagnostic."""
    if content is None:
        diagnostics.error(
            Position(NAME),
            "this project has no record of what its scaffold wrote, so nothing can be merged",
            code="no-scaffold-record",
            hint=f"restore {NAME} from version control; or make the project anew in another "
            "folder, by `codegen init --from PROJECT`, and copy its record",
        )
        return None
    try:
        texts = records.parsed(_WORD, content.decode())
    except UnicodeDecodeError:
        texts = 1
    if isinstance(texts, int):
        diagnostics.error(
            Position(NAME, texts),
            "this is not the record of a scaffold",
            code="bad-scaffold-record",
            hint="restore the file as it was committed; an unresolved merge of git makes it so",
        )
        return None
    return texts
