"""Fragments in lists of YAML and TOML documents, by the places of their items."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.scaffold.insertion import lines
from codegen.scaffold.insertion.fragments import Fragment, Surroundings
from codegen.scaffold.insertion.listing import Fault, Form, Item, Listing, Place, Syntax


class _Document:
    """A text with its lists, which are read again after a change. Raises Fault."""

    def __init__(self, syntax: Syntax, path: str, text: str) -> None:
        self.syntax = syntax
        self.path = path
        self.lines = syntax.split(text)
        self.lists = syntax.read(text)

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def changed(self) -> _Document:
        return _Document(self.syntax, self.path, self.text)

    def markers(self, name: str) -> list[int]:
        """The lines of a marker; a line of a block of text that looks like one is not one."""
        return [
            number
            for number, line in enumerate(self.lines)
            if lines.marker_name(line) == name and self.list_of(number) is not None
        ]

    def list_of(self, marker: int) -> Listing | None:
        """The list that a marker stands in: by its place, then by its indentation."""
        near = [each for each in self.lists if self._reaches(each, marker)]
        if self.syntax.is_bracketed:
            return max(near, key=lambda each: each.start, default=None)
        column = len(lines.indentation(self.lines[marker]))
        aligned = [
            each
            for each in near
            if each.column == column or (each.form is not Form.BLOCK and each.column <= column)
        ]
        if len(aligned) == 1:
            return aligned[0]
        return near[0] if len(near) == 1 else None

    def _reaches(self, listing: Listing, marker: int) -> bool:
        if self.syntax.is_bracketed:
            inside = listing.start[0] < marker <= listing.end[0]
            return inside and not _within_item(listing, marker)
        if marker <= listing.head or _within_item(listing, marker):
            return False
        between = self.lines[listing.last_line : marker]
        return all(not line.strip() or line.lstrip().startswith("#") for line in between)


def _within_item(listing: Listing, line: int) -> bool:
    return any(item.start[0] <= line <= item.end[0] - (not item.end[1]) for item in listing.items)


@dataclass(frozen=True, slots=True)
class Lists:
    """The operations of `codegen.scaffold.insertion` on files of one language."""

    syntax: Syntax

    def insert(
        self,
        path: str,
        text: str,
        fragments: Sequence[Fragment],
        diagnostics: Diagnostics,
        around: Surroundings,
    ) -> str | None:
        def inserted(document: _Document, fragment: Fragment) -> _Document | None:
            for item in self.syntax.items(fragment.text):
                with_item = self._with(document, fragment, item, diagnostics, around)
                if with_item is None:
                    return None
                document = with_item
            return document

        return self._each(path, text, fragments, diagnostics, inserted, "inserted")

    def remove(
        self,
        path: str,
        text: str,
        fragments: Sequence[Fragment],
        diagnostics: Diagnostics,
        around: Surroundings,
    ) -> str | None:
        def removed(document: _Document, fragment: Fragment) -> _Document | None:
            for item in reversed(self.syntax.items(fragment.text)):
                document = self._without(document, fragment, item, around)
            return document

        return self._each(path, text, fragments, diagnostics, removed, "removed")

    def missing(
        self, path: str, text: str, fragments: Sequence[Fragment], around: Surroundings
    ) -> list[Fragment]:
        try:
            document = _Document(self.syntax, path, text)
        except Fault:
            return list(fragments)
        return [
            fragment
            for fragment in fragments
            if any(
                self._place(document, fragment, self.syntax.value(item), around) is None
                for item in self.syntax.items(fragment.text)
            )
        ]

    def _each(
        self,
        path: str,
        text: str,
        fragments: Sequence[Fragment],
        diagnostics: Diagnostics,
        change: Callable[[_Document, Fragment], _Document | None],
        how: str,
    ) -> str | None:
        try:
            document = _Document(self.syntax, path, text)
        except Fault as fault:
            diagnostics.error(
                Position(path, fault.line + 1),
                fault.message,
                code="toml" if self.syntax.is_bracketed else "bad-yaml",
                hint="correct the file and run again; nothing was changed",
            )
            return None
        for fragment in fragments:
            try:
                changed = change(document, fragment)
            except Fault as fault:  # an alias names an anchor in what was removed, for one
                diagnostics.error(
                    Position(path, fault.line + 1),
                    f"with `{lines.shown(fragment.text)}` {how} this file cannot be read: "
                    f"{fault.message}",
                    code="scaffold-edited",
                    hint="make that change by hand, and run again",
                )
                return None
            if changed is None:
                return None
            document = changed
        return document.text

    # --- one item ---------------------------------------------------------------------------------

    def _with(
        self,
        document: _Document,
        fragment: Fragment,
        item: str,
        diagnostics: Diagnostics,
        around: Surroundings,
    ) -> _Document | None:
        if self._place(document, fragment, self.syntax.value(item), around) is not None:
            return document
        markers = document.markers(fragment.marker)
        if len(markers) > 1:
            lines.report_repeated(document.path, markers, fragment.marker, diagnostics)
            return None
        if not markers:
            return self._without_marker(document, fragment, item, diagnostics, around)
        listing = document.list_of(markers[0])
        assert listing is not None
        if listing.form is Form.FLOW and not self.syntax.is_bracketed:
            if not _is_replaceable(document, listing):
                return _put_in_brackets(document, listing, self.syntax.printed(item))
            unbracketed = _without_brackets(document, listing)
            return self._with(unbracketed, fragment, item, diagnostics, around)
        return self._above(document, listing, markers[0], fragment, item, around)

    def _above(
        self,
        document: _Document,
        listing: Listing,
        marker: int,
        fragment: Fragment,
        item: str,
        around: Surroundings,
    ) -> _Document:
        """Inserts an item above a marker, and above those siblings of a later order there."""
        later = {
            self.syntax.value(text)
            for sibling in around.at(fragment.marker)
            for text in self.syntax.items(sibling.text)
            if (sibling, text) > (fragment, item)
        }
        index = marker
        by_end = {_rows(each)[1]: each for each in listing.items}
        while index in by_end and by_end[index].value in later:
            index = _rows(by_end[index])[0]
        margin = lines.indentation(document.lines[marker])
        if self.syntax.is_bracketed:
            _end_with_comma(document, listing, index)
        elif listing.form is Form.BLOCK or len(margin) < listing.column:
            margin = " " * listing.column
        rows = [margin + row if row else "" for row in item.split("\n")]
        lines.insert(document.lines, index, rows)
        return document.changed()

    def _without_marker(
        self,
        document: _Document,
        fragment: Fragment,
        item: str,
        diagnostics: Diagnostics,
        around: Surroundings,
    ) -> _Document | None:
        """Puts a lost marker back in the list where the scaffold had it, and goes on."""
        nearest = 0
        for pristine, former in _former(self.syntax, document.path, fragment, around):
            home = pristine.list_of(former)
            assert home is not None
            place, nearest = lines.between_neighbours(document.lines, pristine.lines, former)
            own = next((each for each in document.lists if each.path == home.path), None)
            comment = lines.content(pristine.lines[former])
            if place is not None:
                marked = _marked(document, place, comment, home)
                if marked is not None:
                    return self._with(marked, fragment, item, diagnostics, around)
            if own is None:
                continue
            nearest = own.head
            if own.form is Form.FLOW and not _has_own_line(document, own, self.syntax):
                return _put_in_brackets(document, own, self.syntax.printed(item))
            at = own.end[0] if self.syntax.is_bracketed else own.last_line
            margin = _margin(document, own, self.syntax)
            marked = _marked(document, at, margin + comment.strip(), home)
            if marked is not None:
                return self._with(marked, fragment, item, diagnostics, around)
        lines.report_lost(document.path, nearest, fragment.marker, fragment.text, diagnostics)
        return None

    def _without(
        self, document: _Document, fragment: Fragment, item: str, around: Surroundings
    ) -> _Document:
        place = self._place(document, fragment, self.syntax.value(item), around)
        if place is None:
            return document
        listing, index = place
        gone = listing.items[index]
        if listing.form is Form.BLOCK and len(listing.items) == 1:
            lines.delete(document.lines, *_rows(gone))
            if not self._begins_absent(listing, around):
                _write_empty(document, listing)
        elif listing.form is Form.BLOCK or _is_alone(document, listing, gone):
            lines.delete(document.lines, *_rows(gone))
        elif index:
            _cut(document, listing.items[index - 1].end, gone.end)
        elif len(listing.items) > 1:
            _cut(document, gone.start, listing.items[1].start)
        else:
            _cut(document, gone.start, gone.end)
        return self._without(document.changed(), fragment, item, around)

    def _begins_absent(self, listing: Listing, around: Surroundings) -> bool:
        """Whether a list without items is a key without a value, as the scaffold has it."""
        bare = [] if around.bare is None else self.syntax.read(around.bare)
        return any(e.path == listing.path and e.form is Form.ABSENT for e in bare)

    def _place(
        self, document: _Document, fragment: Fragment, value: Hashable, around: Surroundings
    ) -> tuple[Listing, int] | None:
        """The item of a meaning in the list of a marker, or of the place where that one was."""
        for listing in self._lists_of(document, fragment, around):
            for index, item in enumerate(listing.items):
                if item.value == value:
                    return listing, index
        return None

    def _lists_of(
        self, document: _Document, fragment: Fragment, around: Surroundings
    ) -> Iterator[Listing]:
        markers = document.markers(fragment.marker)
        for marker in markers:
            listing = document.list_of(marker)
            if listing is not None:
                yield listing
        if not markers:
            homes = {
                home.path
                for pristine, former in _former(self.syntax, document.path, fragment, around)
                if (home := pristine.list_of(former)) is not None
            }
            yield from (each for each in document.lists if each.path in homes)


def _former(
    syntax: Syntax, path: str, fragment: Fragment, around: Surroundings
) -> Iterator[tuple[_Document, int]]:
    """Where a marker stands in the text that the scaffold wrote."""
    if around.pristine is not None:
        pristine = _Document(syntax, path, around.pristine)
        for line in pristine.markers(fragment.marker):
            yield pristine, line


def _marked(document: _Document, line: int, comment: str, home: Listing) -> _Document | None:
    """A document with a marker on this line, if it is then one of the list of that path."""
    rows = [*document.lines]
    lines.insert(rows, line, [comment])
    marked = _Document(document.syntax, document.path, "".join(rows))
    listing = marked.list_of(line)
    return marked if listing is not None and listing.path == home.path else None


# --- the text -----------------------------------------------------------------------------------


def _rows(item: Item) -> tuple[int, int]:
    """The lines of an item: the first, and the one after its last."""
    line, column = item.end
    return item.start[0], line + 1 if column else line


def _margin(document: _Document, listing: Listing, syntax: Syntax) -> str:
    if syntax.is_bracketed:
        inner = listing.items[-1].start[0] if listing.items else listing.head
        indent = lines.indentation(document.lines[inner])
        return indent if listing.items else f"{indent}    "
    return " " * listing.column


def _has_own_line(document: _Document, listing: Listing, syntax: Syntax) -> bool:
    """Whether a marker has a place in a list in brackets: a line before the closing one."""
    if not syntax.is_bracketed:
        return _is_replaceable(document, listing)
    line, column = listing.end
    return not document.lines[line][: column - 1].strip()


def _is_alone(document: _Document, listing: Listing, item: Item) -> bool:
    """Whether an item in brackets has its lines to itself, but for a comma and a comment."""
    first, last = item.start, item.end
    before = document.lines[first[0]][: first[1]]
    after = lines.content(document.lines[last[0]][last[1] :]).strip().removeprefix(",").strip()
    closes = last[0] == listing.end[0]
    return not before.strip() and not closes and (not after or after.startswith("#"))


def _is_replaceable(document: _Document, listing: Listing) -> bool:
    """Whether `[]` is empty, and ends its line: then a block can stand there."""
    line, column = listing.end
    rest = document.lines[line][column:].strip()
    return not listing.items and listing.start[0] == line and (not rest or rest[0] == "#")


def _without_brackets(document: _Document, listing: Listing) -> _Document:
    line, column = listing.start
    row = document.lines[line]
    head = row[:column].removesuffix(" ")
    document.lines[line] = head + row[listing.end[1] :]
    return document.changed()


def _put_in_brackets(document: _Document, listing: Listing, item: str) -> _Document:
    if listing.items:
        _splice(document, listing.items[-1].end, f", {item}")
        return document.changed()
    line, column = listing.start
    _splice(document, (line, column + 1), item)
    return document.changed()


def _end_with_comma(document: _Document, listing: Listing, index: int) -> None:
    """The item above a new line of an array ends with a comma."""
    above = [item for item in listing.items if _rows(item)[1] <= index]
    if above:
        line, column = above[-1].end
        rest = [document.lines[line][column:], *document.lines[line + 1 : index]]
        if not any(row.strip().startswith(",") for row in rest):
            _splice(document, (line, column), ",")


def _write_empty(document: _Document, listing: Listing) -> None:
    """Writes `[]` after the key of a list whose last item has gone."""
    row = document.lines[listing.head]
    bare = lines.content(row)
    code, hash_, comment = bare.partition(" #")
    head = code.rstrip()
    gap = code[len(head) :]
    document.lines[listing.head] = f"{head} []{gap}{hash_}{comment}{row[len(bare) :]}"


def _splice(document: _Document, place: Place, text: str) -> None:
    line, column = place
    row = document.lines[line]
    document.lines[line] = row[:column] + text + row[column:]


def _cut(document: _Document, start: Place, end: Place) -> None:
    first = document.lines[start[0]][: start[1]]
    document.lines[start[0] : end[0] + 1] = [first + document.lines[end[0]][end[1] :]]
