"""A Dockerfile's stages and instructions, as far as the scaffold's needs it."""

from __future__ import annotations

import re
from pathlib import Path

Instruction = tuple[str, str]
"""Its name and its arguments."""


def stages(dockerfile: Path) -> list[list[Instruction]]:
    """Each stage with its FROM first; what comes before the first one is left out."""
    text = re.sub(r"^#.*\n", "", dockerfile.read_text(), flags=re.MULTILINE)
    read: list[list[Instruction]] = []
    for line in filter(None, text.replace("\\\n", " ").splitlines()):
        name, _, arguments = line.partition(" ")
        if name == "FROM":
            read.append([])
        if read:
            read[-1].append((name, arguments))
    return read
