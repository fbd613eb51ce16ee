"""Three-way merge of an import: what changed since the last one, applied to what the user has now.

What the import did not change is not looked at, so it stays whatever the user made of it. What only
the import changed is changed in the user's modules. What both changed differently stays as the user
has it, under a comment with what the import has instead (`codegen.source.conflicts`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from codegen import formatting
from codegen.edit import copies, exports, expressions
from codegen.edit.declared import Declaration, Key, Module, State, comments, read
from codegen.edit.members import Members
from codegen.edit.places import Place
from codegen.edit.sides import Side, Sides, side
from codegen.edit.texts import change_texts
from codegen.edit.values import OwnTypes, change_values
from codegen.source import conflicts


def merge(
    base: Mapping[str, str], new: Mapping[str, str], user: Mapping[str, str]
) -> dict[str, str]:
    """The user's modules that change, by path.

    `base` and `new` name declarations alike (`codegen.edit.settled`). Conflicts are comments in the
    text. Raises SyntaxError with the path of a module of the user's that cannot be parsed.
    """
    if not base:
        return {path: text for path, text in new.items() if path not in user}
    return _Merge(Sides(State(base, "base"), State(new, "new"), State(user, "user"))).files()


class _Merge:
    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._own_types = OwnTypes(sides)
        self._members = Members(sides, self._own_types)
        self._created: set[str] = set()
        before = sides.base.declared
        self._enums = {
            key
            for key, new in sides.new.declared.items()
            if new.values and key in before and before[key].values != new.values
        }
        taken = set(sides.names.values())
        self._own = {
            key
            for key, mine in sides.user.declared.items()
            if key not in taken and (mine.values or mine.target is not None)
        }
        self._users_references = expressions.table(sides.user) if self._own else {}

    def files(self) -> dict[str, str]:
        sides = self._sides
        for key, declared in sides.new.declared.items():
            before = sides.base.declared.get(key)
            if before is None:
                self._add(key, declared)
            elif key not in sides.names:
                self._report_deleted(before, declared)
            elif not self._is_unconcerned(before, declared):
                self._change(before, declared, sides.user.declared[sides.names[key]])
        for wire, new, user in self._own_types.change():
            message = "has a type of your own, and another one in the import, which has:"
            self._members.conflict(wire, new, user, message)
        self._remove_superfluous()
        texts = {p: e.text for p, e in sides.modules.items() if e.is_changed}
        texts = {path: self._tidied(path, text) for path, text in texts.items()}
        texts |= {path: sides.new.modules[path].text for path in self._created}
        for path, text in exports.merged(sides, texts):
            texts[path] = text
        before_merge = {path: module.text for path, module in sides.user.modules.items()}
        return {path: text for path, text in texts.items() if text != before_merge.get(path)}

    def _is_unconcerned(self, base: Declaration, new: Declaration) -> bool:
        """Whether the import changed nothing of a declaration, which is so for most of them.

        A field may change though its text does not: with the values of an enum, which the user may
        have as a Literal, or with those of an enum of the user's own, which other fields share.
        """
        user = self._sides.names[new.key]
        return (
            base.text == new.text
            and not (self._sides.references[new.key] & self._enums)
            and not (self._users_references.get(user, set()) & self._own)
        )

    # --- one declaration --------------------------------------------------------------------------

    def _change(self, base: Declaration, new: Declaration, user: Declaration) -> None:
        sides, editing = self._sides, self._sides.editing(user)
        place = Place(user.name)
        is_conflict = change_texts(editing, place, base, new, user)
        bases = side(sides.bases(base), sides.bases(new), sides.bases(user))
        if bases is Side.IMPORT:
            name = sides.namer(user.module.path)
            rendered = [expressions.rendered(b, new.module, sides.new, name) for b in new.bases]
            editing.edit().set_bases(user.name, [*map(formatting.flat, rendered)])
        target = side(sides.target(base), sides.target(new), sides.target(user))
        if target is Side.IMPORT:
            text = copies.alias(new, sides.new, user.name, sides.namer(user.module.path))
            editing.edit().set_target(user.name, text)
        is_conflict |= Side.BOTH in (bases, target)
        if new.values or base.values:
            is_conflict |= change_values(sides, base, new, user)
        if is_conflict:
            what = user.name or "the package"
            message = f"{what} was changed here and by the import, which has:"
            editing.mark(place, message, self._head(new, user))
        self._members.merge(base, new, user)

    def _head(self, new: Declaration, user: Declaration) -> list[str]:
        """What the import has of a declaration itself, without its fields."""
        name = self._sides.namer(user.module.path, silent=True)
        if new.node is None:
            return [*new.lead.lines, *new.doc.lines]
        if not new.is_class or new.values:
            return copies.declaration(new, self._sides.new, user.name, name)
        bases = [expressions.rendered(b, new.module, self._sides.new, name) for b in new.bases]
        head = formatting.fitted(formatting.call(f"class {user.name}", bases), 0, ":")
        doc = [f"    {new.doc.lines[0]}", *new.doc.lines[1:]] if new.doc.lines else []
        return [*new.lead.lines, *head.split("\n"), *doc]

    def _add(self, key: Key, declared: Declaration) -> None:
        path, before, after = self._sides.place(key)
        if path not in self._sides.modules:
            self._created.add(path)
        elif declared.node is not None:
            editing = self._sides.modules[path]
            name = self._sides.names[key][1]
            namer = self._sides.namer(path)
            fields = self._sides.inherited_names(declared)
            lines = copies.declaration(declared, self._sides.new, name, namer, fields)
            editing.edit().add_declaration(lines, before=before, after=after)

    def _report_deleted(self, base: Declaration, new: Declaration) -> None:
        """The user deleted what the import changed."""
        path = self._sides.any_module(new.module.path)
        if path is None or base.node is None or self._said(base) == self._said(new):
            return
        name = self._sides.namer(path, silent=True)
        lines = copies.declaration(new, self._sides.new, new.name, name)
        message = f"{new.name} was deleted here and changed by the import, which has:"
        self._sides.modules[path].edit().append_comment(conflicts.comment(message, lines))

    def _said(self, declared: Declaration) -> object:
        """All that an imported declaration says."""
        sides = self._sides
        members = {
            wire: (sides.said(member, declared), member.lead.lines, member.doc.text)
            for wire, member in declared.members.items()
        }
        of_class = (sides.bases(declared), sides.target(declared), dict(declared.values))
        return members, of_class, declared.lead.lines, declared.doc.text

    # --- what is gone -----------------------------------------------------------------------------

    def _remove_superfluous(self) -> None:
        """Remove what the import has no longer, where the user neither changed nor uses it."""
        sides = self._sides
        superfluous = [
            (sides.names[key], declared)
            for key, declared in sides.base.declared.items()
            if key not in sides.new.declared and key in sides.names and declared.node is not None
        ]
        if not superfluous:
            return
        now = State({path: editing.text for path, editing in sides.modules.items()})
        edited = {
            key
            for key, base in superfluous
            if not self._is_untouched(base, sides.user.declared[key])
        }
        going = {key for key, _ in superfluous} - edited
        while used := going & set(_used(now, going)):
            going -= used
        for key, _ in superfluous:
            user = sides.user.declared[key]
            editing = sides.editing(user)
            if key in going:
                editing.edit().remove_declaration(user.name)
                self._drop_imports(key)
            else:
                what = "was changed here" if key in edited else "is used here"
                message = f"{user.name} {what}, and was removed by the import"
                editing.mark(Place(user.name), message)

    def _drop_imports(self, key: Key) -> None:
        """Other modules must not import what is gone. The heads of packages export it: see
        `exports`."""
        for path, editing in self._sides.modules.items():
            for bound, (origin, name) in editing.module.imports.items():
                is_its = name is not None and self._sides.user.locate(origin, name) == key
                if is_its and not path.endswith("/__init__.py"):
                    editing.edit().drop_import(bound)

    def _is_untouched(self, base: Declaration, user: Declaration) -> bool:
        return (
            base.lead == user.lead
            and base.doc.text == user.doc.text
            and base.values == user.values
            and base.members.keys() == user.members.keys()
            and user.names == {m.name for m in user.members.values()} | user.values.keys()
            and comments(base.text) == comments(user.text)
            and all(
                self._members.is_untouched(member, base, user.members[wire], user)
                for wire, member in base.members.items()
            )
        )

    # --- the head of a module ---------------------------------------------------------------------

    def _tidied(self, path: str, text: str) -> str:
        """A module without the imports that the last import needed and nothing needs now, and with
        postponed annotations where one names what is declared below it."""
        from codegen.edit.rewriting import Rewriter

        module = read(path, text)
        rewriter: Rewriter | None = None
        for bound in self._idle_imports(path, module):
            rewriter = rewriter or Rewriter(text)
            rewriter.drop_import(bound)
        former = self._sides.user.modules.get(path)
        if (
            not module.is_postponed
            and _refers_forward(module)
            and not (former is not None and _refers_forward(former))
        ):
            rewriter = rewriter or Rewriter(text)
            rewriter.postpone_annotations()
        return text if rewriter is None else rewriter.text()

    def _idle_imports(self, path: str, module: Module) -> Iterator[str]:
        before = self._sides.base.modules.get(path)
        after = self._sides.new.modules.get(path)
        for bound, (origin, _) in before.imports.items() if before else ():
            is_used = len(re.findall(rf"\b{re.escape(bound)}\b", module.text)) > 1
            is_needed = is_used or (after is not None and bound in after.imports)
            is_needed = is_needed or origin == "__future__"
            if bound in module.imports and not is_needed:
                yield bound


def _used(state: State, going: Collection[Key]) -> Iterator[Key]:
    """What modules refer to outside of the declarations that go, functions and methods included."""
    for module in state.modules.values():
        own = {d.node for name, d in module.declared.items() if (module.package, name) in going}
        for statement in module.tree.body:
            if statement in own:
                continue
            for node in ast.walk(statement):
                annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
                if isinstance(node, ast.Name | ast.Attribute):
                    yield from expressions.keys(node, module, state)
                elif isinstance(annotation, ast.expr):  # which may be in quotes
                    yield from expressions.keys(annotation, module, state)


def _refers_forward(module: Module) -> bool:
    state = State({module.path: module.text})
    below = dict.fromkeys(state.declared)
    for key, declared in state.declared.items():
        for member in declared.members.values():
            if any(ref in below for ref in _unquoted(member.annotation, module, state)):
                return True
        below.pop(key)
    return False


def _unquoted(node: ast.expr, module: Module, state: State) -> Iterable[Key]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            named = expressions.symbol(part, module, state)
            if isinstance(named, tuple):
                yield named
