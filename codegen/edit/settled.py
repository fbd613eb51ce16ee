"""A new import under the names of the last one: what a user never edited would look like now.

The importer names classes by what is in a document, so another document may name them otherwise. A
declaration keeps the name and the place that it had in the last import. Kinds that the new import
does not speak of stay as they were, with all that they refer to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from codegen.edit import copies, exports, expressions, identity
from codegen.edit.declared import Declaration, Key, Member, Module, State, module_name
from codegen.edit.expressions import Symbol
from codegen.source.names import Names


def settled(
    base: Mapping[str, str], new: Mapping[str, str], is_covered: Callable[[Key], bool]
) -> dict[str, str]:
    """The modules of the new import, by path.

    `is_covered` tells of a kind that the new import does not have whether the import covers it, so
    that it is gone; else it stays.
    """
    before, after = State(base, "base"), State(new, "new")
    return _Settling(before, after, _kept(before, after, is_covered)).files()


def _kept(base: State, new: State, is_covered: Callable[[Key], bool]) -> set[Key]:
    """What the new import does not speak of: kinds, with what they refer to, and whole packages."""
    kinds = {
        key: identity.kind_of(declared, base)
        for key, declared in base.declared.items()
        if identity.is_kind(declared)
    }
    kept = {key for key, kind in kinds.items() if key not in new.declared and not is_covered(kind)}
    given = {package for package, _ in kinds.keys() - kept}
    for package in base.packages - new.packages - given:
        kept |= {key for key in base.declared if key[0] == package}
    heads = {(package, "") for package, _ in kept}
    return identity.closure(kept, base) | (heads & base.declared.keys())


@dataclass(frozen=True, slots=True)
class _Source:
    """A declaration of one of the two states, and the name that it gets."""

    key: Key
    declared: Declaration
    state: State


class _Settling:
    def __init__(self, base: State, new: State, kept: Collection[Key]) -> None:
        self._base = base
        self._new = new
        self._heirs = identity.of_import(base, new, kept)
        self._kept = {key for key in kept if key not in self._heirs}
        self._continued: dict[Key, list[Key]] = {}
        for mine, theirs in self._heirs.items():
            self._continued.setdefault(theirs, []).append(mine)
        self._added: dict[Key, Key] = {}
        taken = {*base.declared}
        for key in new.declared:
            if key not in self._continued:
                self._added[key] = free(key, taken)
                taken.add(self._added[key])

    def files(self) -> dict[str, str]:
        files = {}
        for path in dict.fromkeys((*self._new.modules, *self._base.modules)):
            sources = self._sources(path)
            if sources or path in self._new.modules:
                files[path] = self._module(path, sources)
        return files

    def name_of(self, ref: Key, owner: Key, state: State) -> Key:
        """What a declaration that `owner` refers to is called. Of several with its content, it is
        the one that the owner referred to before."""
        if state is self._base:
            return ref
        if ref in self._added:
            return self._added[ref]
        among = self._continued.get(ref, [ref])
        if len(among) > 1 and owner in self._base.declared:
            before = expressions.references(self._base.declared[owner], self._base)
            return next((key for key in before if key in among), among[0])
        return among[0]

    def path_of(self, key: Key) -> str:
        """The module of a declaration of the settled import."""
        if key in self._base.declared:
            return self._base.declared[key].module.path
        return next(self._new.declared[k].module.path for k, v in self._added.items() if v == key)

    def _sources(self, path: str) -> list[_Source]:
        """The declarations of a module, in order."""
        before, after = self._base.modules.get(path), self._new.modules.get(path)
        order: list[_Source] = []
        for declared in before.declared.values() if before else ():
            key = declared.key
            if key in self._heirs:
                order.append(_Source(key, self._new.declared[self._heirs[key]], self._new))
            elif key in self._kept:
                order.append(_Source(key, declared, self._base))
        previous: Key | None = None
        for declared in after.declared.values() if after else ():
            if declared.key not in self._added:
                previous = self._continued[declared.key][0]
                continue
            key = self._added[declared.key]
            order.insert(
                self._index(declared.key, order, previous), _Source(key, declared, self._new)
            )
            previous = key
        return self._in_need(order)

    def _in_need(self, order: Sequence[_Source]) -> list[_Source]:
        """The same order, but for declarations that others need above them."""
        by_key = {source.key: source for source in order}
        placed: dict[Key, _Source] = {}

        def place(source: _Source) -> None:
            if source.key in placed or source.key in pending:
                return
            pending.add(source.key)
            for ref in expressions.needed(source.declared, source.state):
                needed = by_key.get(self.name_of(ref, source.key, source.state))
                if needed is not None:
                    place(needed)
            placed[source.key] = source

        pending: set[Key] = set()
        for source in order:
            place(source)
        return [*placed.values()]

    def _index(self, key: Key, order: Sequence[_Source], previous: Key | None) -> int:
        """Where a new declaration stands: above the first that refers to it, or after the one that
        it follows in the import."""
        for index, other in enumerate(order):
            if other.state is self._new and key in expressions.references(
                other.declared, self._new
            ):
                return index
        places = [index for index, other in enumerate(order) if other.key == previous]
        return places[0] + 1 if places else len(order)

    # --- text -------------------------------------------------------------------------------------

    def _module(self, path: str, sources: Sequence[_Source]) -> str:
        module = self._new.modules.get(path) or self._base.modules[path]
        if path.endswith("/__init__.py"):
            return self._head(module)
        if not sources or self._is_unchanged(module, sources):
            return module.text
        members = {m.name for s in sources for m in s.declared.members.values()}
        names = Names(frozenset(members | {s.key[1] for s in sources}))
        parts = [(s.declared.target is not None, self._text(s, names)) for s in sources]
        is_postponed = module.is_postponed or self._refers_forward(sources)
        head = "from __future__ import annotations\n" if is_postponed else ""
        text = "\n".join(part for part in (head, names.imports()) if part)
        was_alias = True
        for is_alias, part in parts:
            blank = "\n" if is_alias and was_alias else "\n\n"
            text += f"{blank if text else ''}{part}"
            was_alias = is_alias
        return text

    def _head(self, module: Module) -> str:
        """The head of a package, which exports its declarations under the settled names."""
        names: dict[str, list[str]] = {}
        for name in exports.exported(module):
            key = (module.package, name)
            continued = self._continued.get(key, [self._added.get(key, key)])
            names[name] = [name for _, name in continued]
        before = self._base.modules.get(module.path)
        kept = {k[1] for k in self._kept if k[0] == module.package and k[1]}
        left = kept & (exports.exported(before).keys() if before else set())
        if left or any(names[name] != [name] for name in names):
            return exports.renamed(module, names, left)
        return module.text

    def _text(self, source: _Source, names: Names) -> str:
        """The text of one declaration under the settled names."""

        def name(of: Symbol | Key) -> str:
            if isinstance(of, Symbol):
                return names.use(of.module, of.name)
            key = self.name_of(of, source.key, source.state)
            is_near = key[0] == source.key[0]
            return key[1] if is_near else names.use(module_name(self.path_of(key)), key[1])

        declared, state = source.declared, source.state
        fields = self._fields(source)
        if fields is None:
            lines = copies.declaration(declared, state, source.key[1], name)
        else:
            lines = copies.composed(declared, state, source.key[1], name, fields)
        return "\n".join(lines) + "\n"

    def _fields(self, source: _Source) -> list[tuple[Member, Declaration]] | None:
        """The fields of a class that is not as the new import has it; None of any other.

        Their order means nothing, and a server returns them in another one than their author: they
        stay in that of the last import. And a class stays on its own that the new import has as a
        subclass: which classes have most of their texts in common is chance.
        """
        before = self._base.declared.get(source.key)
        if before is None or source.state is self._base:
            return None
        is_flattened = bool(identity.parents(source.declared, self._new)) and not (
            identity.parents(before, self._base)
        )
        own = {wire: (m, source.declared) for wire, m in source.declared.members.items()}
        fields = identity.members(source.declared, self._new) if is_flattened else own
        order = [wire for wire in before.members if wire in fields]
        previous: str | None = None
        for wire in fields:
            if wire not in before.members:
                order.insert(0 if previous is None else order.index(previous) + 1, wire)
            previous = wire
        if not is_flattened and order == list(own):
            return None
        return [fields[wire] for wire in order]

    def _is_unchanged(self, module: Module, sources: Sequence[_Source]) -> bool:
        """Whether all names, and their order, are those of the new import."""
        declared = [declared.key for declared in module.declared.values()]
        return [source.key for source in sources] == declared and all(
            source.declared.module is module
            and self._fields(source) is None
            and all(
                self.name_of(ref, source.key, source.state) == ref
                for ref in expressions.references(source.declared, source.state)
            )
            for source in sources
        )

    def _refers_forward(self, sources: Sequence[_Source]) -> bool:
        below = {source.key for source in sources}
        for source in sources:
            for member in source.declared.members.values():
                refs = expressions.keys(member.annotation, source.declared.module, source.state)
                if any(self.name_of(ref, source.key, source.state) in below for ref in refs):
                    return True
            below.discard(source.key)
        return False


def free(key: Key, taken: Collection[Key]) -> Key:
    """The name, or the first with a number that is not taken."""
    package, name = key
    number = 2
    while key in taken:
        key, number = (package, f"{name}{number}"), number + 1
    return key
