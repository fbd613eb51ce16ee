"""Three-way merge of an import: what changed since the last one, applied to what the user has now.

What the import did not change is not looked at, so it stays whatever the user made of it. What only
the import changed is changed in the user's modules. What both changed differently stays as the user
has it, under a comment with what the import has instead (`codegen.source.conflicts`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from codegen import formatting, naming
from codegen.edit import copies, expressions, identity, leads
from codegen.edit.declared import (
    Declaration,
    Key,
    Lead,
    Member,
    Module,
    State,
    module_name,
    read,
)
from codegen.edit.expressions import Meaning, Meanings, Symbol
from codegen.edit.rewriting import Place, Rewriter
from codegen.source import conflicts

_FUTURE = "__future__"


class Side(Enum):
    """Whose version of one thing is taken."""

    USER = auto()
    IMPORT = auto()
    BOTH = auto()  # which is a conflict


def side(base: object, new: object, user: object) -> Side:
    if new in (base, user):
        return Side.USER
    return Side.IMPORT if user == base else Side.BOTH


def merge(
    base: Mapping[str, str], new: Mapping[str, str], user: Mapping[str, str]
) -> dict[str, str]:
    """The user's modules that change, by path.

    `base` and `new` name declarations alike (`codegen.edit.settled`). Conflicts are comments in the
    text. Raises SyntaxError with the path of a module of the user's that cannot be parsed.
    """
    if not base:
        return {path: text for path, text in new.items() if path not in user}
    merging = _Merge(State(base), State(new), State(user))
    return merging.files()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The values that a field's Literal has now, where the user has a type of their own for it."""

    values: tuple[str, ...]
    wire: str
    new: Declaration
    user: Declaration
    is_changed: bool


class _Merge:
    def __init__(self, base: State, new: State, user: State) -> None:
        self._base, self._new, self._user = base, new, user
        self._names = identity.of_user(base, user)
        inverse = {theirs: mine for mine, theirs in self._names.items()}
        self._of_base, self._of_new = Meanings(base), Meanings(new)
        self._of_user = Meanings(user, inverse)
        self._modules = {path: _Editing(module) for path, module in user.modules.items()}
        self._created: set[str] = set()
        self._wanted: dict[Key, list[_Wanted]] = {}
        self._superfluous: list[tuple[Key, Declaration]] = []
        for key in new.declared:
            if key not in base.declared:
                self._names[key] = self._name_of_new(key)

    def files(self) -> dict[str, str]:
        for key, declared in self._new.declared.items():
            before = self._base.declared.get(key)
            if before is None:
                self._add(key, declared)
            elif key not in self._names:
                self._report_deleted(before, declared)
            else:
                self._change(before, declared, self._user.declared[self._names[key]])
        self._change_own_types()
        for key, declared in self._base.declared.items():
            if key not in self._new.declared and key in self._names:
                self._superfluous.append((self._names[key], declared))
        self._remove_superfluous()
        texts = {
            path: editing.text for path, editing in self._modules.items() if editing.is_changed
        }
        for path, text in texts.items():
            texts[path] = self._tidied(path, text)
        texts |= {path: self._new.modules[path].text for path in self._created}
        return {
            p: t
            for p, t in texts.items()
            if p not in self._user.modules or t != self._user.modules[p].text
        }

    # --- names ------------------------------------------------------------------------------------

    def _name_of_new(self, key: Key) -> Key:
        """What a new class is called in the user's package: another name where that is taken."""
        package, name = key
        taken = {k[1] for k in self._user.declared if k[0] == package}
        taken |= {k[1] for k in self._names.values() if k[0] == package}
        for module in self._user.modules.values():
            if module.package == package:
                taken |= module.imports.keys()
        number = 2
        while name in taken:
            name, number = f"{key[1]}{number}", number + 1
        return package, name

    def _namer(self, path: str, *, silent: bool = False) -> expressions.Naming:
        """How a module of the user's calls things, of the new import or its own."""
        editing = self._modules[path]

        def name(of: Symbol | Key) -> str:
            if isinstance(of, Symbol):
                return editing.use(of.module, of.name, silent=silent)
            key = self._names.get(of, of)
            home = self._home(key)
            if home is None or home == path:
                return key[1]
            return editing.use(module_name(home), key[1], silent=silent)

        return name

    def _own_namer(self, path: str) -> expressions.Naming:
        """How a module calls what its own text names already."""
        editing = self._modules[path]

        def name(of: Symbol | Key) -> str:
            if isinstance(of, Symbol):
                return editing.use(of.module, of.name)
            home = self._home(of)
            if home is None or home == path:
                return of[1]
            return editing.use(module_name(home), of[1])

        return name

    def _home(self, key: Key) -> str | None:
        """The module in which a declaration of the user's stands, or will stand."""
        declared = self._user.declared.get(key)
        if declared is not None:
            return declared.module.path
        for mine, theirs in self._names.items():
            if theirs == key and mine in self._new.declared:
                return self._place(mine)[0]
        return None

    # --- classes ----------------------------------------------------------------------------------

    def _change(self, base: Declaration, new: Declaration, user: Declaration) -> None:
        editing = self._modules[user.module.path]
        place = Place(user.name)
        is_conflict = self._change_texts(editing, place, base, new, user)
        bases = side(
            [self._of_base.of(b, base.module) for b in base.bases],
            [self._of_new.of(b, new.module) for b in new.bases],
            [self._of_user.of(b, user.module) for b in user.bases],
        )
        if bases is Side.IMPORT:
            name = self._namer(user.module.path)
            rendered = [expressions.rendered(b, new.module, self._new, name) for b in new.bases]
            editing.edit().set_bases(user.name, [*map(formatting.flat, rendered)])
        is_conflict |= bases is Side.BOTH
        if new.target is not None and base.target is not None and user.target is not None:
            is_conflict |= self._change_target(base, new, user)
        if is_conflict:
            lines = self._head(new, user)
            message = f"{user.name or 'the package'} was changed here and by the import, which has:"
            self._mark(editing, place, message, lines)
        self._change_members(base, new, user)

    def _change_texts(
        self,
        editing: _Editing,
        place: Place,
        base: Declaration | Member,
        new: Declaration | Member,
        user: Declaration | Member,
    ) -> bool:
        """Comments, tags and documentation; whether both changed them."""
        lines, is_conflict = leads.merged(base.lead, new.lead, user.lead)
        if lines != user.lead.lines:
            editing.edit().set_lead(place, len(user.lead.lines), lines)
            editing.leads[place] = len(lines)
        doc = side(base.doc.text, new.doc.text, user.doc.text)
        if doc is Side.IMPORT:
            editing.edit().set_doc(place, new.doc.lines)
        return is_conflict or doc is Side.BOTH

    def _change_target(self, base: Declaration, new: Declaration, user: Declaration) -> bool:
        target = side(
            self._of_base.of(base.target, base.module),
            self._of_new.of(new.target, new.module),
            self._of_user.of(user.target, user.module),
        )
        if target is Side.IMPORT:
            path = user.module.path
            text = copies.alias(new, self._new, user.name, self._namer(path))
            self._modules[path].edit().set_target(user.name, text)
        return target is Side.BOTH

    def _head(self, new: Declaration, user: Declaration) -> list[str]:
        """What the import has of a declaration itself, without its fields."""
        name = self._namer(user.module.path, silent=True)
        if new.node is None:
            return [*new.lead.lines, *new.doc.lines]
        if not new.is_class:
            return copies.declaration(new, self._new, user.name, name)
        bases = [expressions.rendered(b, new.module, self._new, name) for b in new.bases]
        head = formatting.fitted(formatting.call(f"class {user.name}", bases), 0, ":")
        doc = [f"    {new.doc.lines[0]}", *new.doc.lines[1:]] if new.doc.lines else []
        return [*new.lead.lines, *head.split("\n"), *doc]

    def _report_deleted(self, base: Declaration, new: Declaration) -> None:
        """The user deleted what the import changed."""
        if self._is_same(base, new) or base.node is None:
            return
        path = new.module.path
        if path not in self._modules:
            path = next(
                (p for p in self._modules if self._modules[p].module.package == base.key[0]), ""
            )
        if path:
            lines = copies.declaration(new, self._new, new.name, self._namer(path, silent=True))
            message = f"{new.name} was deleted here and changed by the import, which has:"
            self._modules[path].edit().append_comment(conflicts.comment(message, lines))

    def _is_same(self, one: Declaration, other: Declaration) -> bool:
        def said(declared: Declaration, meanings: Meanings) -> object:
            members = {
                wire: (self._said(m, declared.module, meanings), m.lead.lines, m.doc.text)
                for wire, m in declared.members.items()
            }
            bases = [meanings.of(b, declared.module) for b in declared.bases]
            target = meanings.of(declared.target, declared.module)
            return members, bases, target, declared.lead.lines, declared.doc.text

        return said(one, self._of_base) == said(other, self._of_new)

    # --- fields -----------------------------------------------------------------------------------

    def _change_members(self, base: Declaration, new: Declaration, user: Declaration) -> None:
        editing = self._modules[user.module.path]
        previous: str | None = None
        for wire, member in new.members.items():
            before, mine = base.members.get(wire), user.members.get(wire)
            if mine is not None:
                previous = mine.name
                if before is not None:
                    self._change_member(wire, base, new, user)
                elif not self._says_the_same(member, new, mine, user):
                    self._conflict(new, user, wire, "was added here and by the import, which has:")
            elif before is None:
                previous = self._add_member(member, new, user, previous)
            elif not self._unchanged(before, base, member, new):
                name = self._namer(user.module.path, silent=True)
                lines = copies.member(member, new, self._new, member.name, name)
                message = f"{wire} of {user.name} was deleted here and changed by the import, to:"
                self._mark(editing, Place(user.name), message, lines)
        for wire, before in base.members.items():
            mine = user.members.get(wire)
            if wire in new.members or mine is None:
                continue
            if self._is_untouched(before, base, mine, user):
                editing.edit().remove_member(Place(user.name, mine.name))
            else:
                message = f"{wire} of {user.name} was changed here and removed by the import"
                self._mark(editing, Place(user.name, mine.name), message, ())

    def _change_member(
        self, wire: str, base: Declaration, new: Declaration, user: Declaration
    ) -> None:
        before, after, mine = base.members[wire], new.members[wire], user.members[wire]
        path = user.module.path
        editing = self._modules[path]
        place = Place(user.name, mine.name)
        is_conflict = self._change_texts(editing, place, before, after, mine)
        was, wants, has = (
            self._said(before, base.module, self._of_base),
            self._said(after, new.module, self._of_new),
            self._said(mine, user.module, self._of_user),
        )
        kind = side(was[0], wants[0], has[0])
        own = [*self._of_user.own(mine.annotation, user.module)]
        if own:
            kind = self._of_own_type(was[0], wants[0], has[0], own, wire, new, user)
        presence = side(was[1], wants[1], has[1])
        is_conflict |= Side.BOTH in (kind, presence)
        if not is_conflict and Side.IMPORT in (kind, presence):
            text = self._statement(
                mine,
                (after, new) if kind is Side.IMPORT else (mine, user),
                (after, new) if presence is Side.IMPORT else (mine, user),
                path,
            )
            editing.edit().set_member(place, text)
        if is_conflict:
            self._conflict(new, user, wire, "was changed here and by the import, which has:")

    def _statement(
        self,
        mine: Member,
        kind: tuple[Member, Declaration],
        presence: tuple[Member, Declaration],
        path: str,
    ) -> str:
        """A field with the type of one side, and the default of one."""
        member, declared = kind
        state = self._new if declared.module in self._new.modules.values() else self._user
        naming_of = self._namer(path) if state is self._new else self._own_namer(path)
        bare = expressions.plain(member.annotation, declared.module, state)
        annotation = expressions.rendered(bare, declared.module, state, naming_of)
        member, declared = presence
        state = self._new if declared.module in self._new.modules.values() else self._user
        meanings = self._of_new if state is self._new else self._of_user
        naming_of = self._namer(path) if state is self._new else self._own_namer(path)
        if expressions.is_optional(meanings.of(member.annotation, declared.module)):
            annotation = expressions.optional(annotation)
        word, value = expressions.default(member)
        return expressions.statement(
            mine.name,
            mine.wire,
            annotation,
            word,
            None
            if value is None
            else expressions.rendered(value, declared.module, state, naming_of),
            lambda: self._namer(path)(Symbol("kube.runtime", "field")),
        )

    def _said(
        self, member: Member, module: Module, meanings: Meanings
    ) -> tuple[Meaning, tuple[object, ...]]:
        """What a field's type is, and whether and as what it may be absent."""
        meaning = meanings.of(member.annotation, module)
        word, value = expressions.default(member)
        presence = (expressions.is_optional(meaning), word, meanings.value(value, module))
        return expressions.without_none(meaning), presence

    def _add_member(
        self, member: Member, new: Declaration, user: Declaration, previous: str | None
    ) -> str:
        editing = self._modules[user.module.path]
        name, number = member.name, 2
        while name in user.names or name in editing.added.get(user.name, ()):
            name, number = f"{member.name}_{number}", number + 1
        lines = copies.member(member, new, self._new, name, self._namer(user.module.path))
        editing.edit().add_member(user.name, previous, lines)
        editing.added.setdefault(user.name, set()).add(name)
        return name

    def _conflict(self, new: Declaration, user: Declaration, wire: str, message: str) -> None:
        mine = user.members[wire]
        name = self._namer(user.module.path, silent=True)
        lines = copies.member(new.members[wire], new, self._new, mine.name, name)
        editing = self._modules[user.module.path]
        self._mark(editing, Place(user.name, mine.name), f"{wire} of {user.name} {message}", lines)

    def _mark(self, editing: _Editing, place: Place, message: str, lines: Sequence[str]) -> None:
        """A comment above a statement that says what is in conflict."""
        lead = self._lead_of(editing, place)
        count = editing.leads.get(place, len(lead.lines))
        comment = conflicts.comment(message, lines)
        editing.edit().insert_lead(place, count, comment)
        editing.leads[place] = count + len(comment)

    def _lead_of(self, editing: _Editing, place: Place) -> Lead:
        declared = editing.module.declared[place.declaration]
        if place.member is None:
            return declared.lead
        return next(m.lead for m in declared.members.values() if m.name == place.member)

    # --- enums and aliases that the user made -----------------------------------------------------

    def _of_own_type(
        self,
        was: Meaning,
        wants: Meaning,
        has: Meaning,
        own: Sequence[Declaration],
        wire: str,
        new: Declaration,
        user: Declaration,
    ) -> Side:
        """The type of a field for which the user made an enum, or an alias, of a Literal."""
        unordered = [expressions.in_order(meaning) for meaning in (was, wants, has)]
        of_type = side(*unordered)
        values = [*expressions.literals(wants)]
        is_literal = expressions.without_literals(was) == expressions.without_literals(wants)
        if len(own) != 1 or len(values) != 1 or not is_literal:
            return Side.BOTH if of_type is not Side.USER else Side.USER
        if of_type is Side.BOTH:
            return Side.BOTH
        is_changed = unordered[0] != unordered[1]
        self._wanted.setdefault(own[0].key, []).append(
            _Wanted(values[0], wire, new, user, is_changed)
        )
        return Side.USER

    def _change_own_types(self) -> None:
        for key, wanted in self._wanted.items():
            declared = self._user.declared[key]
            if not any(each.is_changed for each in wanted):
                continue
            if len({frozenset(each.values) for each in wanted}) > 1 or not self._set_values(
                declared, wanted[0].values
            ):
                message = "has a type of your own, and another one in the import, which has:"
                for each in wanted:
                    if each.is_changed:
                        self._conflict(each.new, each.user, each.wire, message)

    def _set_values(self, declared: Declaration, values: Sequence[str]) -> bool:
        """Whether an enum, or an alias of a Literal, could be given these values."""
        editing = self._modules[declared.module.path]
        if declared.target is not None:
            if [*expressions.literals(self._of_user.of(declared.target, declared.module))] == []:
                return False
            literal = self._namer(declared.module.path)(Symbol("typing", "Literal"))
            items = [formatting.string(str(ast.literal_eval(value))) for value in values]
            target = formatting.subscript(literal, items)
            kind = self._namer(declared.module.path)(Symbol("typing", "TypeAlias"))
            text = formatting.assigned(f"{declared.name}: {kind} =", target, 0)
            editing.edit().set_target(declared.name, text)
            return True
        names = {repr(value): name for name, value in declared.values.items()}
        gone = [name for value, name in names.items() if value not in values]
        if gone and any("#" in line or '"""' in line for line in declared.text):
            return False
        previous: str | None = None
        for value in values:
            if value not in names:
                text = ast.literal_eval(value)
                names[value] = _constant(str(text), {*declared.names, *names.values()})
                right = formatting.string(text) if isinstance(text, str) else value
                editing.edit().add_enum_member(declared.name, previous, f"{names[value]} = {right}")
            previous = names[value]
        for name in gone:
            editing.edit().remove_member(Place(declared.name, name))
        return True

    # --- what is new and what is gone -------------------------------------------------------------

    def _place(self, key: Key) -> tuple[str, str, str]:
        """Where a new declaration stands: the module, and what it stands above or below."""
        path = self._new.declared[key].module.path
        users = self._dependents(key)
        for module in self._user.modules.values():
            if module.package != key[0]:
                continue
            for name in module.declared:
                if (module.package, name) in users:
                    return module.path, name, ""
        previous = ""
        for other in self._new.modules[path].declared.values():
            if other.key == key:
                break
            mine = self._names.get(other.key)
            if mine is not None and other.node is not None:
                declared = self._user.declared.get(mine)
                if declared is None or declared.module.path == path:
                    previous = mine[1]
        return path, "", previous

    def _dependents(self, key: Key) -> set[Key]:
        """The user's declarations that refer to a new one, also by way of other new ones."""
        found, pending = {key}, [key]
        while pending:
            one = pending.pop()
            for other, declared in self._new.declared.items():
                if other not in found and one in expressions.references(declared, self._new):
                    found.add(other)
                    if other not in self._base.declared:
                        pending.append(other)
        return {
            self._names[one] for one in found if one in self._names and one in self._base.declared
        }

    def _add(self, key: Key, declared: Declaration) -> None:
        path, before, after = self._place(key)
        if path not in self._modules:
            self._created.add(path)
            return
        if declared.node is None:
            return
        editing = self._modules[path]
        name = self._names[key][1]
        lines = copies.declaration(declared, self._new, name, self._namer(path))
        editing.edit().add_declaration(lines, before=before, after=after)

    def _remove_superfluous(self) -> None:
        """Remove what the import has no longer, where the user neither changed nor uses it."""
        going = {key for key, _ in self._superfluous}
        texts = {path: editing.text for path, editing in self._modules.items()}
        now = State(texts)
        for key, base in self._superfluous:
            user = self._user.declared[key]
            editing = self._modules[user.module.path]
            used = any(
                key in expressions.references(other, now)
                for other in now.declared.values()
                if other.key not in going
            )
            if base.node is None:
                continue
            if used or not self._is_untouched_class(base, user):
                message = f"{user.name} was changed here or is used, and was removed by the import"
                self._mark(editing, Place(user.name), message, ())
            else:
                editing.edit().remove_declaration(user.name)

    # --- comparing --------------------------------------------------------------------------------

    def _unchanged(
        self, before: Member, base: Declaration, after: Member, new: Declaration
    ) -> bool:
        return (
            self._said(before, base.module, self._of_base)
            == self._said(after, new.module, self._of_new)
            and before.lead == after.lead
            and before.doc.text == after.doc.text
        )

    def _says_the_same(
        self, member: Member, new: Declaration, mine: Member, user: Declaration
    ) -> bool:
        return (
            self._said(member, new.module, self._of_new)
            == self._said(mine, user.module, self._of_user)
            and member.lead == mine.lead
            and member.doc.text == mine.doc.text
        )

    def _is_untouched(
        self, before: Member, base: Declaration, mine: Member, user: Declaration
    ) -> bool:
        """Whether a field is as it was imported, but for its name."""
        lines = user.module.lines[mine.first - 1 : mine.end]
        return (
            self._said(before, base.module, self._of_base)
            == self._said(mine, user.module, self._of_user)
            and before.lead == mine.lead
            and before.doc.text == mine.doc.text
            and not any("#" in line and '"' not in line for line in lines)
        )

    def _is_untouched_class(self, base: Declaration, user: Declaration) -> bool:
        def comments(declared: Declaration) -> int:
            return sum(line.lstrip().startswith("#") for line in declared.text)

        return (
            base.lead == user.lead
            and base.doc.text == user.doc.text
            and base.members.keys() == user.members.keys()
            and user.names == {member.name for member in user.members.values()}
            and comments(base) == comments(user)
            and all(
                self._is_untouched(member, base, user.members[wire], user)
                for wire, member in base.members.items()
            )
        )

    # --- imports ----------------------------------------------------------------------------------

    def _tidied(self, path: str, text: str) -> str:
        """A module without the imports that the last import needed and nothing needs now, and with
        postponed annotations where one names what is declared below it."""
        module = read(path, text)
        rewriter: Rewriter | None = None
        for bound in self._idle_imports(path, module):
            rewriter = rewriter or Rewriter(text)
            rewriter.drop_import(bound)
        former = self._user.modules.get(path)
        was_forward = former is not None and _refers_forward(former)
        if not module.is_postponed and not was_forward and _refers_forward(module):
            rewriter = rewriter or Rewriter(text)
            rewriter.postpone_annotations()
        return text if rewriter is None else rewriter.text()

    def _idle_imports(self, path: str, module: Module) -> Iterable[str]:
        before = self._base.modules.get(path)
        for bound in before.imports if before else ():
            is_used = len(re.findall(rf"\b{re.escape(bound)}\b", module.text)) > 1
            if bound in module.imports and not is_used:
                yield bound


class _Editing:
    """A module of the user's, parsed by libcst when it is first changed."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.leads: dict[Place, int] = {}
        self.added: dict[str, set[str]] = {}
        self._rewriter: Rewriter | None = None
        self._bound: dict[tuple[str, str], str] = {}

    @property
    def is_changed(self) -> bool:
        return self._rewriter is not None

    @property
    def text(self) -> str:
        return self.module.text if self._rewriter is None else self._rewriter.text()

    def edit(self) -> Rewriter:
        if self._rewriter is None:
            self._rewriter = Rewriter(self.module.text)
        return self._rewriter

    def use(self, module: str, name: str, *, silent: bool = False) -> str:
        """The name by which the module refers to a name of another one, which it imports."""
        origin = (module, name)
        if origin in self._bound:
            return self._bound[origin]
        for bound, (known, member) in self.module.imports.items():
            if member == name and _public(known) == _public(module):
                return bound
        if silent:
            return name
        taken = {*self.module.imports, *self.module.declared, *self._bound.values()}
        bound = name
        while bound in taken:
            bound += "_"
        self._bound[origin] = bound
        self.edit().add_import(module, name, bound)
        return bound


def _public(module: str) -> str:
    return "kube.runtime" if module.startswith("kube.runtime.") else module


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


def _constant(value: str, taken: Iterable[str]) -> str:
    """A name for a member of an enum."""
    used = set(taken)
    name = re.sub(r"\W", "_", naming.snake_case(value)).upper() or "EMPTY"
    base = name = f"VALUE_{name}" if name[0].isdigit() else name
    number = 2
    while name in used:
        name, number = f"{base}_{number}", number + 1
    return name
