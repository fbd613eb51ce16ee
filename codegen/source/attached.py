"""The comments of a declaration: its tags and its prose, each line with its position."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from codegen import tags
from codegen.diagnostics import Diagnostics
from codegen.model import Tags
from codegen.source import comments
from codegen.source.modules import Module


@dataclass(frozen=True, slots=True)
class Comments:
    """The two blocks of a declaration: its tags, and the prose of the block directly above."""

    tags: tuple[comments.Line, ...]
    direct: tuple[comments.Line, ...]
    claimed: frozenset[int]


def attached(module: Module, node: ast.stmt, floor: int, *, detached: bool = False) -> Comments:
    """The comments that belong to a statement; `detached` looks for a type's second block too."""
    path, lines = module.source.path, module.source.lines
    start = module.source.start(node)
    numbers = comments.block_above(lines, start, floor, node.col_offset + 1)
    direct = tuple(comments.read(path, lines, numbers))
    second = range(0)
    if detached:
        second = comments.detached_block_above(lines, numbers.start, floor, node.col_offset + 1)
    apart = tuple(comments.read(path, lines, second))
    return Comments(
        tuple(line for line in (*apart, *direct) if line.is_tag),
        direct,
        frozenset((*numbers, *second)),
    )


def parse_tags(lines: Iterable[comments.Line], place: tags.Place, diagnostics: Diagnostics) -> Tags:
    given = [(line.position, line.text) for line in lines]
    return tags.parse(given, place, diagnostics) if given else Tags()
