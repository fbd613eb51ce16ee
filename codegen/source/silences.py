"""Comments that silence a check where it stands: `# codegen: ignore[missing-rule]`.

At the end of a line the comment is about that line; alone on a line, about the next one, which may
be a comment itself, such as a marker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.model import Silence
from codegen.source.files import Source

_COMMENT = re.compile(r"#\s*codegen:\s*ignore\[\s*([\w-]+(?:\s*,\s*[\w-]+)*)\s*\]")


def read(source: Source) -> Iterator[Silence]:
    """The comments of a module, in order."""
    for number, line in enumerate(source.lines, 1):
        if "codegen:" not in line:
            continue
        comment = _COMMENT.search(line)
        if comment is not None:
            is_alone = not line[: comment.start()].strip()
            codes = frozenset(code.strip() for code in comment[1].split(","))
            yield Silence(source.path, number + is_alone, codes)
