"""The lists of YAML documents, by PyYAML's nodes and their marks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from codegen.scaffold.insertion.listing import Fault, Form, Item, Listing, Path, Place, Syntax

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node, SequenceNode

_ALIAS = re.compile(r"\*[^\s,\[\]{}]+")
_BREAK = re.compile(r"(?<=[\n\x85\u2028\u2029])|(?<=\r)(?!\n)")


def split(text: str) -> list[str]:
    """Lines as YAML 1.1 counts them, with their ends."""
    return [line for line in _BREAK.split(text) if line]


def read(text: str) -> list[Listing]:
    """Every list that is the value of a key, in the order of the text."""
    lines = split(text)
    lists: list[Listing] = []
    for number, document in enumerate(_composed(text)):
        if document is not None:
            lists += _Reader(lines).of(document, (number,))
    return lists


def _composed(text: str) -> list[Node | None]:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return list(yaml.compose_all(text, loader))
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise Fault(mark.line if mark else 0, f"this is not YAML: {problem}") from error


class _Reader:
    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._ends: dict[Node, Place] = {}
        self._seen: set[int] = set()
        self._values = Values()

    def of(self, node: Node, path: Path) -> Iterator[Listing]:
        from yaml.nodes import MappingNode, ScalarNode, SequenceNode

        if id(node) in self._seen:  # an alias
            return
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            for key, value in node.value:
                if isinstance(key, ScalarNode):
                    own = (*path, str(key.value))
                    is_alias = _start(value) < _start(key)
                    listing = None if is_alias else self._listing(key, value, own)
                    if listing is not None:
                        yield listing
                    yield from self.of(value, own)
        elif isinstance(node, SequenceNode):
            for index, item in enumerate(node.value):
                yield from self.of(item, (*path, index))

    def _listing(self, key: Node, value: Node, path: Path) -> Listing | None:
        from yaml.nodes import ScalarNode, SequenceNode

        head, column = _start(key)
        if isinstance(value, ScalarNode):
            is_absent = value.tag == "tag:yaml.org,2002:null" and not value.value
            after = _end(key)[0], _end(key)[1] + 1
            return Listing(path, Form.ABSENT, head, column, after, after) if is_absent else None
        if not isinstance(value, SequenceNode):
            return None
        if value.flow_style:
            items = tuple(self._in_brackets(value))
            return Listing(path, Form.FLOW, head, column, _start(value), _end(value), items)
        return self._block(value, path, head)

    def _in_brackets(self, node: SequenceNode) -> Iterator[Item]:
        cursor = _start(node)
        for item in node.value:
            start, end = _start(item), _end(item)
            if not cursor < start < _end(node):  # an alias has the place of its anchor
                start, end = self._alias(cursor)
            yield Item(start, end, self._values.of(item))
            cursor = end

    def _alias(self, after: Place) -> tuple[Place, Place]:
        line, column = after
        while (match := _ALIAS.search(self._lines[line], column)) is None:
            line, column = line + 1, 0
        return (line, match.start()), (line, match.end())

    def _block(self, node: SequenceNode, path: Path, head: int) -> Listing:
        items: list[Item] = []
        line = head + 1
        column = self._dashes(node)
        for item in node.value:
            while self._lines[line][column : column + 1] != "-":
                line += 1
            start = line
            end = max(self._last(item), (start, column + 1))
            items.append(Item((start, column), end, self._values.of(item)))
            line = end[0] + 1 if end[1] else end[0]
        end = items[-1].end
        return Listing(path, Form.BLOCK, head, column, items[0].start, end, tuple(items))

    def _dashes(self, node: SequenceNode) -> int:
        """The column of the dashes: an anchor or a tag may come before the first one."""
        line, column = _start(node)
        while self._lines[line][column : column + 1] != "-":
            rest = self._lines[line][column:]
            is_property = rest.startswith(("&", "!"))
            skipped = re.match(r"\S+[ \t]*", rest) if is_property else None
            column += skipped.end() if skipped else 0
            if not skipped or column >= len(self._lines[line].rstrip()):
                line += 1
                while not self._lines[line].strip() or self._lines[line].lstrip()[0] == "#":
                    line += 1
                column = len(self._lines[line]) - len(self._lines[line].lstrip(" "))
        return column

    def _last(self, node: Node) -> Place:
        """The place after a node; the mark of a block's end is where the next thing begins."""
        from yaml.nodes import MappingNode, SequenceNode

        if node not in self._ends:
            self._ends[node] = _end(node)  # of an alias that contains itself
            if isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style:
                children = _children(node)
                if children:
                    start = _start(node)
                    ends = [self._last(c) for c in children if _start(c) >= start]
                    self._ends[node] = max(ends, default=start)
        return self._ends[node]


def _children(node: MappingNode | SequenceNode) -> list[Node]:
    if node.id == "sequence":
        return list(node.value)
    return [each for pair in node.value for each in pair]


class Values:
    """What nodes mean, as values that can be compared: quotes, order of keys and aliases aside."""

    def __init__(self) -> None:
        self._known: dict[Node, Hashable] = {}

    def of(self, node: Node) -> Hashable:
        if node not in self._known:
            self._known[node] = ("recursive", id(node))
            self._known[node] = self._value(node)
        return self._known[node]

    def _value(self, node: Node) -> Hashable:
        from yaml.nodes import ScalarNode, SequenceNode

        if isinstance(node, ScalarNode):
            return node.tag, node.value
        if isinstance(node, SequenceNode):
            return node.tag, tuple(map(self.of, node.value))
        return node.tag, frozenset((self.of(key), self.of(value)) for key, value in node.value)


def _start(node: Node) -> Place:
    return node.start_mark.line, node.start_mark.column


def _end(node: Node) -> Place:
    return node.end_mark.line, node.end_mark.column


# --- fragments ----------------------------------------------------------------------------------


def _items(text: str) -> Sequence[str]:
    """The texts of the items of a fragment, each from its dash on."""
    rows = textwrap.dedent(text).strip("\n").split("\n")
    starts = [i for i, row in enumerate(rows) if row.startswith("-")]
    return ["\n".join(rows[i:j]) for i, j in zip(starts, [*starts[1:], len(rows)], strict=True)]


def _value(text: str) -> Hashable:
    (document,) = _composed(text)
    assert document is not None
    return Values().of(document.value[0])


def _printed(text: str) -> str:
    import yaml

    (value,) = yaml.safe_load(text)
    if not isinstance(value, (dict, list)):
        return text.removeprefix("-").strip()
    flow: str = yaml.safe_dump(value, default_flow_style=True, width=10**6, sort_keys=False)
    return flow.strip()


SYNTAX = Syntax(read, split, _items, _value, _printed, is_bracketed=False)
