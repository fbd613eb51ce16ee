"""What a merge knows of its three sides, and how each names and says things."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING

from codegen.edit import expressions, identity
from codegen.edit.declared import Declaration, Key, Member, Module, State, module_name
from codegen.edit.expressions import Meaning, Meanings, Naming, Symbol
from codegen.edit.places import Place
from codegen.source import conflicts
from codegen.source.names import exporting

if TYPE_CHECKING:
    from codegen.edit.rewriting import Rewriter


class Side(Enum):
    """Whose version of one thing is taken."""

    USER = auto()
    IMPORT = auto()
    BOTH = auto()  # which is a conflict


def side(base: object, new: object, user: object) -> Side:
    if new in (base, user):
        return Side.USER
    return Side.IMPORT if user == base else Side.BOTH


class Editing:
    """A module of the user's, parsed by libcst when it is first changed."""

    def __init__(self, module: Module, state: State) -> None:
        self.module = module
        self._state = state
        self._rewriter: Rewriter | None = None
        self._text: str | None = module.text
        self._bound: dict[tuple[str, str], str] = {}
        self._leads: dict[Place, int] = {}
        self._added: dict[str, set[str]] = {}

    @property
    def is_changed(self) -> bool:
        return self._rewriter is not None

    @property
    def text(self) -> str:
        if self._text is None and self._rewriter is not None:
            self._text = self._rewriter.text()
        return self._text or ""

    def edit(self) -> Rewriter:
        if self._rewriter is None:
            from codegen.edit.rewriting import Rewriter  # libcst is most of a short import

            self._rewriter = Rewriter(self.module.text)
        self._text = None
        return self._rewriter

    # --- changes ----------------------------------------------------------------------------------

    def set_lead(self, place: Place, lines: Sequence[str]) -> None:
        self.edit().set_lead(place, self._lead(place), lines)
        self._leads[place] = len(lines)

    def mark(self, place: Place, message: str, lines: Sequence[str] = ()) -> None:
        """A comment above a statement that says what is in conflict."""
        comment = conflicts.comment(message, lines)
        count = self._lead(place)
        self.edit().insert_lead(place, count, comment)
        self._leads[place] = count + len(comment)

    def _lead(self, place: Place) -> int:
        """How many lines of comments stand above a statement now."""
        if place in self._leads:
            return self._leads[place]
        declared = self.module.declared[place.declaration]
        if place.member is None:
            return len(declared.lead.lines)
        members = declared.members.values()
        return next((len(m.lead.lines) for m in members if m.name == place.member), 0)

    def free_member(self, user: Declaration, wanted: str) -> str:
        """The name of a new field, another one where the class has it."""
        added = self._added.setdefault(user.name, set())
        name, number = wanted, 2
        while name in user.names or name in added:
            name, number = f"{wanted}_{number}", number + 1
        added.add(name)
        return name

    # --- names ------------------------------------------------------------------------------------

    def use(self, module: str, name: str, *, silent: bool = False) -> str:
        """The name by which the module refers to a name of another one.

        It is imported, unless `silent`.
        """
        wanted = self._state.locate(module, name) or (exporting(module), name)
        for bound, (origin, member) in self.module.imports.items():
            if member == name and wanted == (
                self._state.locate(origin, name) or (exporting(origin), name)
            ):
                return bound
        if silent:
            return name
        if wanted not in self._bound:
            taken = {*self.module.imports, *self.module.declared, *self._bound.values()}
            bound = name
            while bound in taken:
                bound += "_"
            self._bound[wanted] = bound
            # A module that imports the head of its own package would import itself.
            is_near = module.startswith(f"{self.module.package}.")
            self.edit().add_import(module if is_near else exporting(module), name, bound)
        return self._bound[wanted]


class Sides:
    """The last import, the new one, and what the user has.

    `names` maps declarations of the imports to those of the user; new ones get a name that is free.
    """

    def __init__(self, base: State, new: State, user: State) -> None:
        self.base, self.new, self.user = base, new, user
        self.names = identity.of_user(base, user)
        inverse = {theirs: mine for mine, theirs in self.names.items()}
        self.of_user = Meanings(user, inverse)
        self._meanings = {
            False: (Meanings(base), Meanings(new), self.of_user),
            True: (
                Meanings(base, expands=True),
                Meanings(new, expands=True),
                Meanings(user, inverse, expands=True),
            ),
        }
        self.modules = {path: Editing(module, user) for path, module in user.modules.items()}
        self.references = expressions.table(new)
        self._places: dict[Key, tuple[str, str, str]] = {}
        for key in new.declared:
            if key not in base.declared:
                self.names[key] = self._free(key)
        self._new_names = {theirs: mine for mine, theirs in self.names.items()}

    def editing(self, declared: Declaration) -> Editing:
        return self.modules[declared.module.path]

    def said(
        self, member: Member, declared: Declaration, *, expands: bool = False
    ) -> tuple[Meaning, tuple[object, ...]]:
        """What a field's type is, and whether and as what it may be absent.

        `expands`: an enum is the Literal of its values.
        """
        meanings = self.meanings(declared, expands=expands)
        meaning = meanings.of(member.annotation, declared.module)
        word, value = expressions.default(member)
        presence = (
            expressions.is_optional(meaning), word, meanings.value(value, declared.module)
        )  # fmt: skip
        return expressions.without_none(meaning), presence

    def bases(self, declared: Declaration) -> list[Meaning]:
        meanings = self.meanings(declared)
        return [meanings.of(base, declared.module) for base in declared.bases]

    def target(self, declared: Declaration) -> Meaning:
        return self.meanings(declared).of(declared.target, declared.module)

    def state(self, declared: Declaration) -> State:
        module = declared.module
        states = (self.new, self.base, self.user)
        return next(state for state in states if state.modules.get(module.path) is module)

    def meanings(self, declared: Declaration, *, expands: bool = False) -> Meanings:
        state = self.state(declared)
        of_base, of_new, of_user = self._meanings[expands]
        if state is self.user:
            return of_user
        return of_new if state is self.new else of_base

    # --- names ------------------------------------------------------------------------------------

    def _free(self, key: Key) -> Key:
        """What a new class is called in the user's package: another name where that is taken."""
        package, name = key
        taken = {k[1] for k in self.user.declared if k[0] == package}
        taken |= {k[1] for k in self.names.values() if k[0] == package}
        for module in self.user.modules.values():
            if module.package == package:
                taken |= module.imports.keys()
        number = 2
        while name in taken:
            name, number = f"{key[1]}{number}", number + 1
        return package, name

    def namer(self, path: str, *, silent: bool = False) -> Naming:
        """How a module of the user's calls what the import names."""
        return self._namer(path, of_import=True, silent=silent)

    def own_namer(self, path: str) -> Naming:
        """How a module of the user's calls what the user names."""
        return self._namer(path, of_import=False, silent=False)

    def _namer(self, path: str, *, of_import: bool, silent: bool) -> Naming:
        editing = self.modules[path]

        def name(of: Symbol | tuple[str, str]) -> str:
            if isinstance(of, Symbol):
                return editing.use(of.module, of.name, silent=silent)
            key = self.names.get(of, of) if of_import else of
            home = self._home(key)
            if home is None or home == path:
                return key[1]
            return editing.use(module_name(home), key[1], silent=silent)

        return name

    def _home(self, key: Key) -> str | None:
        """The module in which a declaration of the user's stands, or will stand."""
        declared = self.user.declared.get(key)
        if declared is not None:
            return declared.module.path
        mine = self._new_names.get(key)
        return None if mine is None or mine not in self.new.declared else self.place(mine)[0]

    def inherited_names(self, new: Declaration) -> dict[str, str]:
        """What the user calls the fields of the bases of a class, by their JSON names: who declares
        one of them anew has to call it so."""
        names: dict[str, str] = {}
        pending, done = identity.parents(new, self.new), {new.key}
        while pending:
            key = pending.pop()
            if key in done:
                continue
            done.add(key)
            pending += identity.parents(self.new.declared[key], self.new)
            mine = self.user.declared.get(self.names.get(key, key))
            for wire, member in mine.members.items() if mine else ():
                names.setdefault(wire, member.name)
        return names

    # --- places -----------------------------------------------------------------------------------

    def place(self, key: Key) -> tuple[str, str, str]:
        """Where a new declaration stands: its module, and what it stands above, or below."""
        if key not in self._places:
            self._places[key] = self._place(key)
        return self._places[key]

    def _place(self, key: Key) -> tuple[str, str, str]:
        users = self._dependents(key)
        for module in self.user.modules.values():
            if module.package == key[0]:
                for name in module.declared:
                    if (module.package, name) in users:
                        return self._below_what_it_needs(key, module, name)
        path = self.new.declared[key].module.path
        previous = ""
        for other in self.new.modules[path].declared.values():
            if other.key == key:
                break
            mine = self.names.get(other.key)
            if mine is not None and other.node is not None:
                declared = self.user.declared.get(mine)
                if declared is None or declared.module.path == path:
                    previous = mine[1]
        return path, "", previous

    def _below_what_it_needs(self, key: Key, module: Module, above: str) -> tuple[str, str, str]:
        """Above a declaration, unless what the new one needs is not there yet."""
        order = list(module.declared)
        lowest, name = float(order.index(above)), ""
        for ref in expressions.needed(self.new.declared[key], self.new):
            mine = self.names.get(ref)
            if mine is None:
                continue
            at = float(order.index(mine[1])) if mine[1] in order else -1.0
            if ref not in self.base.declared and ref != key:
                path, _, after = self.place(ref)
                at = order.index(after) + 0.5 if path == module.path and after in order else -1.0
            if at > lowest:
                lowest, name = at, mine[1]
        return (module.path, "", name) if name else (module.path, above, "")

    def _dependents(self, key: Key) -> set[Key]:
        """The user's declarations that refer to a new one, also by way of other new ones."""
        dependents, pending = {key}, [key]
        while pending:
            one = pending.pop()
            for other, refs in self.references.items():
                if other not in dependents and one in refs:
                    dependents.add(other)
                    if other not in self.base.declared:
                        pending.append(other)
        return {self.names[k] for k in dependents if k in self.names and k in self.base.declared}

    def any_module(self, wanted: str) -> str | None:
        """A module of the user's: the wanted one, or another of its package."""
        if wanted in self.modules:
            return wanted
        folder = posixpath.dirname(wanted)
        return next((path for path in self.modules if posixpath.dirname(path) == folder), None)
