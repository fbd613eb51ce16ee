"""The groups that a project has already, for names that must differ from theirs."""

from __future__ import annotations

import re
from pathlib import Path

from codegen import naming

_TAG = re.compile(r"^# ?\+(groupName|groupGoName)=([\w.-]+)\s*$", re.MULTILINE)


def group_accessors(folder: Path) -> dict[str, str]:
    """How clients reach each group of the packages below a folder."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("**/__init__.py")):
        tags = dict(_TAG.findall(path.read_text(errors="replace")))
        group = tags.get("groupName")
        if group:
            name = tags.get("groupGoName") or group.partition(".")[0]
            found.setdefault(group, naming.snake_case(name))
    return found
