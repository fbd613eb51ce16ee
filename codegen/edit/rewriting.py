"""A user's module changed in single places; all else of it stays to the letter.

Nothing is decided here. Statements are found by their names; what is not found is a fault of the
caller, who has read the same text.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence

import libcst as cst

from codegen import formatting
from codegen.edit.places import Place

_APART = 2
"""Blank lines around a class."""


class Rewriter:
    """One module. Raises `libcst.ParserSyntaxError` for text that is not Python."""

    def __init__(self, text: str) -> None:
        self._module = cst.parse_module(text)
        self._body = _whole(self._module)
        self._header = [] if self._body else list(self._module.header)
        self._footer = list(self._module.footer)

    def text(self) -> str:
        return self._module.with_changes(
            header=self._header, body=self._body, footer=self._footer
        ).code

    # --- comments and documentation ---------------------------------------------------------------

    def set_lead(self, place: Place, replaced: int, lines: Sequence[str]) -> None:
        """The comment lines above a statement: `replaced` of them become these."""
        new = [_line(line) for line in lines]
        if not place.declaration and not self._body:
            self._header = [*self._header[: len(self._header) - replaced], *new]
            return

        def changed(node: cst.BaseStatement) -> cst.BaseStatement:
            above = list(node.leading_lines)  # type: ignore[attr-defined]
            kept = above[: len(above) - replaced]
            return node.with_changes(leading_lines=[*kept, *new])

        self._change(place, changed)

    def insert_lead(self, place: Place, count: int, lines: Sequence[str]) -> None:
        """Comment lines above the last `count` lines of those that stand above a statement."""
        new = [_line(line) for line in lines]
        if not place.declaration and not self._body:
            self._header[len(self._header) - count : len(self._header) - count] = new
            return

        def changed(node: cst.BaseStatement) -> cst.BaseStatement:
            above = list(node.leading_lines)  # type: ignore[attr-defined]
            above[len(above) - count : len(above) - count] = new
            return node.with_changes(leading_lines=above)

        self._change(place, changed)

    def set_doc(self, place: Place, lines: Sequence[str]) -> None:
        """The string below a field or an alias, or at the head of a class or a package."""
        new = _statements("\n".join(lines)) if lines else []
        if place.member is not None:
            body, index = self._member(place)
            has = _is_string(body[index + 1 : index + 2])
            body[index + 1 : index + 1 + has] = new
            below = index + 1 + len(new)
            if new and below < len(body):
                body[below] = _apart(body[below], 1, at_least=True)
            self._set_body(place.declaration, body)
        elif not place.declaration:
            has = _is_string(self._body[:1])
            if has and new:
                new = [new[0].with_changes(leading_lines=self._body[0].leading_lines)]  # type: ignore[attr-defined]
            self._body[0:has] = new
        elif isinstance(node := self._body[self._index(place.declaration)], cst.ClassDef):
            body = _block(node)
            has = _is_string(body[:1])
            following = [s for s in body[has:] if not _is_filler(s)]
            if following and new:
                following[0] = _apart(following[0], 1, at_least=True)
            elif following and not new:
                following[0] = _apart(following[0], 0)
            self._set_body(place.declaration, [*new, *following])
        else:
            index = self._index(place.declaration)
            has = _is_string(self._body[index + 1 : index + 2])
            self._body[index + 1 : index + 1 + has] = new

    # --- fields -----------------------------------------------------------------------------------

    def set_member(self, place: Place, text: str) -> None:
        """A field's annotation and value; a comment beside it stays."""
        body, index = self._member(place)
        body[index] = _replaced(body[index], place.member or "", text)
        self._set_body(place.declaration, body)

    def add_member(self, declaration: str, after: str | None, lines: Sequence[str]) -> None:
        """A field with its comments and documentation, below another one, or as the first."""
        body = [s for s in _block(self._class(declaration)) if not _is_filler(s)]
        new = _statements("\n".join(lines))
        if after is None:
            index = _is_string(body[:1])
        else:
            index = next(i for i, node in enumerate(body) if _named(node, after)) + 1
            index += _is_string(body[index : index + 1])
        is_apart = len(lines) > 1 or any(_is_long(node) for node in body)
        if index and (is_apart or index == _is_string(body[:1])):
            new[0] = _apart(new[0], 1)
        if is_apart and index < len(body):
            body[index] = _apart(body[index], 1, at_least=True)
        body[index:index] = new
        self._set_body(declaration, body)

    def remove_member(self, place: Place) -> None:
        body, index = self._member(place)
        has = _is_string(body[index + 1 : index + 2])
        del body[index : index + 1 + has]
        if index == 0 and body:
            body[0] = _apart(body[0], 0)
        self._set_body(place.declaration, body or _statements("pass"))

    # --- declarations -----------------------------------------------------------------------------

    def set_bases(self, declaration: str, bases: Sequence[str]) -> None:
        arguments = [cst.Arg(cst.parse_expression(base)) for base in bases]
        self._change(
            Place(declaration),
            lambda node: node.with_changes(
                bases=arguments, lpar=cst.LeftParen(), rpar=cst.RightParen()
            ),
        )

    def set_target(self, declaration: str, text: str) -> None:
        index = self._index(declaration)
        self._body[index] = _replaced(self._body[index], declaration, text)

    def add_declaration(self, lines: Sequence[str], *, before: str = "", after: str = "") -> None:
        """A class or an alias, above or below another one, or at the end of the module."""
        new = _statements("\n".join(lines))
        is_class = any(isinstance(node, cst.ClassDef) for node in new)
        index = len(self._body)
        if before:
            index = self._index(before)
        elif after:
            index = self._index(after) + 1
            index += _is_string(self._body[index : index + 1])
        follows_class = index > 0 and isinstance(self._body[index - 1], cst.ClassDef)
        new[0] = _apart(new[0], (_APART if is_class or follows_class else 1) if index else 0)
        if index < len(self._body) and is_class:
            self._body[index] = _apart(self._body[index], _APART, at_least=True)
        self._body[index:index] = new

    def remove_declaration(self, declaration: str) -> None:
        index = self._index(declaration)
        is_alias = not isinstance(self._body[index], cst.ClassDef)
        has = is_alias and _is_string(self._body[index + 1 : index + 2])
        del self._body[index : index + 1 + has]

    def add_enum_member(self, declaration: str, after: str | None, text: str) -> None:
        body = [s for s in _block(self._class(declaration)) if not _is_filler(s)]
        index = 0
        if after is not None:
            index = next(i for i, node in enumerate(body) if _named(node, after)) + 1
        index += _is_string(body[index : index + 1])
        body[index:index] = _statements(text)
        self._set_body(declaration, body)

    def order_members(self, declaration: str, names: Sequence[str]) -> None:
        """Members of an enum in another order, each with its comments and documentation."""
        body = _block(self._class(declaration))
        first = min(i for i, node in enumerate(body) if any(_named(node, n) for n in names))
        blocks: dict[str, list[cst.BaseStatement]] = {}
        for name in names:
            index = next(i for i, node in enumerate(body) if _named(node, name))
            size = 1 + _is_string(body[index + 1 : index + 2])
            blocks[name] = body[index : index + size]
        moved = [node for name in names for node in blocks[name]]
        left = [node for node in body[first:] if not any(node is each for each in moved)]
        above = [_blanks(node) for node in body[first : first + len(moved)]]
        moved = [_apart(node, count) for node, count in zip(moved, above, strict=False)]
        self._set_body(declaration, [*body[:first], *moved, *left])

    # --- imports ----------------------------------------------------------------------------------

    def add_import(self, module: str, name: str, bound: str) -> None:
        wanted = name if name == bound else f"{name} as {bound}"
        for index, node in enumerate(self._body):
            imported = _import_from(node)
            if imported is not None and _module_of(imported) == module and not isinstance(
                imported.names, cst.ImportStar
            ):  # fmt: skip
                names = [*map(_alias_text, imported.names), wanted]
                self._body[index] = self._import(node, module, names)
                return
        new = _statements(formatting.import_statement(module, [wanted]))[0]
        index, blanks_above, blanks_below = self._place_of_import(module)
        self._body.insert(index, _apart(new, blanks_above))
        if blanks_below and index + 1 < len(self._body):
            self._body[index + 1] = _apart(self._body[index + 1], blanks_below, at_least=True)

    def drop_import(self, bound: str) -> None:
        """A name that nothing uses is imported no longer."""
        for index, node in enumerate(self._body):
            imported = _import_from(node)
            if imported is None or isinstance(imported.names, cst.ImportStar):
                continue
            names = [*map(_alias_text, imported.names)]
            left = [name for name in names if name.rpartition(" as ")[2] != bound]
            if len(left) == len(names):
                continue
            if left:
                self._body[index] = self._import(node, _module_of(imported), left)
                return
            blanks = _blanks(node)
            del self._body[index]
            if index < len(self._body) and blanks > _blanks(self._body[index]):
                self._body[index] = _apart(self._body[index], blanks)
            if index == 0 and self._body:
                self._body[0] = _apart(self._body[0], 0)
            return

    def set_all(self, kept: Sequence[str], added: Iterable[str]) -> None:
        """The names in `__all__`: in order, if they were."""
        index = self._index("__all__")
        names = [*kept, *sorted(added)]
        if [*kept] == sorted(kept):
            names.sort()
        text = formatting.assigned(
            "__all__ =",
            formatting.Brackets("", "[", "]", [formatting.string(name) for name in names]),
            0,
        )
        self._body[index] = _replaced(self._body[index], "__all__", text)

    def postpone_annotations(self) -> None:
        future = "from __future__ import annotations"
        index = _is_string(self._body[:1])
        if not any(_module_of(i) == "__future__" for i in map(_import_from, self._body) if i):
            new = _apart(_statements(future)[0], 1 if index else 0)
            if index < len(self._body):
                self._body[index] = _apart(self._body[index], 1, at_least=True)
            self._body.insert(index, new)

    def _place_of_import(self, module: str) -> tuple[int, int, int]:
        """Where a new import stands, and how many blank lines are above and below it."""
        rank = _rank(module)
        known = [
            (index, _module_of(imported))
            for index, node in enumerate(self._body)
            if (imported := _import_from(node)) is not None
        ]
        same = [(i, m) for i, m in known if _rank(m) == rank]
        before = [
            i for i, m in same if formatting.module_order(m) < formatting.module_order(module)
        ]
        if before:
            return before[-1] + 1, 0, 0
        if same:
            index = same[0][0]
            blanks = _blanks(self._body[index])
            self._body[index] = _apart(self._body[index], 0)
            return index, blanks, 0
        lower = [i for i, m in known if _rank(m) < rank]
        if lower:
            return lower[-1] + 1, 1, 1
        index = _is_string(self._body[:1])
        return index, 1 if index else 0, 1

    def _import(self, node: cst.BaseStatement, module: str, names: list[str]) -> cst.BaseStatement:
        ordered = sorted(set(names), key=lambda name: formatting.member_order(name.split(" ")[0]))
        new = _statements(formatting.import_statement(module, ordered))[0]
        return _small_replaced(node, new)

    # --- finding ----------------------------------------------------------------------------------

    def _index(self, name: str) -> int:
        if not name:
            return 0
        return next(index for index, node in enumerate(self._body) if _named(node, name))

    def _class(self, name: str) -> cst.ClassDef:
        node = self._body[self._index(name)]
        assert isinstance(node, cst.ClassDef)
        return node

    def _member(self, place: Place) -> tuple[list[cst.BaseStatement], int]:
        body = _block(self._class(place.declaration))
        return body, next(i for i, node in enumerate(body) if _named(node, place.member or ""))

    def _set_body(self, declaration: str, body: Sequence[cst.BaseStatement]) -> None:
        index = self._index(declaration)
        node = self._class(declaration)
        block = node.body if isinstance(node.body, cst.IndentedBlock) else cst.IndentedBlock([])
        self._body[index] = node.with_changes(body=block.with_changes(body=list(body)))

    def _change(
        self, place: Place, changed: Callable[[cst.BaseStatement], cst.BaseStatement]
    ) -> None:
        if place.member is None:
            index = self._index(place.declaration)
            self._body[index] = changed(self._body[index])
            return
        body, index = self._member(place)
        body[index] = changed(body[index])
        self._set_body(place.declaration, body)

    def append_comment(self, lines: Iterable[str]) -> None:
        """Comment lines at the end of the module."""
        self._footer += [cst.EmptyLine(indent=False), *map(_line, lines)]


def _whole(module: cst.Module) -> list[cst.BaseStatement]:
    """The statements, with the comments at the head of the file above the first one."""
    body = list(module.body)
    if body:
        above = [*module.header, *body[0].leading_lines]
        body[0] = body[0].with_changes(leading_lines=above)
    return body  # type: ignore[return-value]


def _statements(text: str) -> list[cst.BaseStatement]:
    return _whole(cst.parse_module(text.rstrip("\n") + "\n"))


def _line(text: str) -> cst.EmptyLine:
    if not text:
        return cst.EmptyLine(indent=False)
    return cst.EmptyLine(comment=cst.Comment(text))


def _block(node: cst.ClassDef) -> list[cst.BaseStatement]:
    if isinstance(node.body, cst.IndentedBlock):
        return list(node.body.body)
    assert isinstance(node.body, cst.SimpleStatementSuite)
    return [cst.SimpleStatementLine(body=node.body.body)]


def _small(node: cst.BaseStatement) -> cst.BaseSmallStatement | None:
    return node.body[0] if isinstance(node, cst.SimpleStatementLine) else None


def _names(node: cst.BaseSmallStatement) -> list[str]:
    targets: list[cst.BaseExpression] = []
    if isinstance(node, cst.AnnAssign):
        targets = [node.target]
    elif isinstance(node, cst.Assign):
        targets = [target.target for target in node.targets]
    return [target.value for target in targets if isinstance(target, cst.Name)]


def _named(node: cst.BaseStatement, name: str) -> bool:
    if isinstance(node, cst.ClassDef):
        return node.name.value == name
    if isinstance(node, cst.SimpleStatementLine):
        return any(name in _names(part) for part in node.body)
    return False


def _replaced(node: cst.BaseStatement, name: str, text: str) -> cst.BaseStatement:
    """A line in which the statement that binds a name is this one."""
    assert isinstance(node, cst.SimpleStatementLine)
    new = _small(_statements(text)[0])
    return node.with_changes(body=[new if name in _names(part) else part for part in node.body])


def _small_replaced(node: cst.BaseStatement, new: cst.BaseStatement) -> cst.BaseStatement:
    assert isinstance(node, cst.SimpleStatementLine)
    assert isinstance(new, cst.SimpleStatementLine)
    return node.with_changes(body=new.body)


def _is_string(nodes: Sequence[cst.BaseStatement]) -> int:
    """1 if the first is a statement that is only a string, else 0: so many to skip."""
    small = _small(nodes[0]) if nodes else None
    strings = cst.SimpleString | cst.ConcatenatedString
    return int(isinstance(small, cst.Expr) and isinstance(small.value, strings))


def _is_filler(node: cst.BaseStatement) -> bool:
    small = _small(node)
    is_dots = isinstance(small, cst.Expr) and isinstance(small.value, cst.Ellipsis)
    return is_dots or isinstance(small, cst.Pass)


def _is_long(node: cst.BaseStatement) -> bool:
    """Whether a member stands apart from the others by a blank line."""
    return isinstance(_small(node), cst.AnnAssign) and bool(
        node.leading_lines  # type: ignore[attr-defined]
    )


def _blanks(node: cst.BaseStatement) -> int:
    count = 0
    for line in node.leading_lines:  # type: ignore[attr-defined]
        if line.comment is not None:
            break
        count += 1
    return count


def _apart(node: cst.BaseStatement, blanks: int, *, at_least: bool = False) -> cst.BaseStatement:
    """A statement with so many blank lines above its comments."""
    present = _blanks(node)
    if at_least and present >= blanks:
        return node
    above = list(node.leading_lines)[present:]  # type: ignore[attr-defined]
    return node.with_changes(
        leading_lines=[*(cst.EmptyLine(indent=False) for _ in range(blanks)), *above]
    )


def _import_from(node: cst.BaseStatement) -> cst.ImportFrom | None:
    small = _small(node)
    return small if isinstance(small, cst.ImportFrom) else None


def _module_of(node: cst.ImportFrom) -> str:
    name = "" if node.module is None else cst.Module([]).code_for_node(node.module)
    return "." * len(node.relative) + name


def _alias_text(alias: cst.ImportAlias) -> str:
    return cst.Module([]).code_for_node(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)).strip()


def _rank(module: str) -> int:
    """The group of an import: the future, the standard library, all others, what is beside it."""
    if module == "__future__":
        return 0
    if module.startswith("."):
        return 3
    return 1 if module.partition(".")[0] in sys.stdlib_module_names else 2
