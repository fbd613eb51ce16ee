"""Which declarations of two states are the same one, whatever they are called.

Kinds are the same by their names. From there, what fields of one JSON name refer to is the same, in
both states, wherever most of the uses agree. What no use tells is the same by its name.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping

from codegen.edit.declared import Declaration, Key, Member, State
from codegen.edit.expressions import Meanings, keys, references, symbol

Votes = Counter[tuple[Key, Key]]


def votes(left: State, right: State) -> Votes:
    """How many uses say that two declarations are the same."""
    counted: Votes = Counter()
    pending = [
        (key, key)
        for key, declared in left.declared.items()
        if is_kind(declared) and key in right.declared
    ]
    done = set(pending)
    while pending:
        mine, theirs = pending.pop()
        for pair in _pairs(left.declared[mine], right.declared[theirs], left, right):
            counted[pair] += 1
            if pair not in done:
                done.add(pair)
                pending.append(pair)
    return counted


def is_kind(declared: Declaration) -> bool:
    """Whether a class is a kind, or a list of one: its name is part of the API."""
    names = [ast.unparse(base) for base in declared.bases]
    return any(name.partition("[")[0].rpartition(".")[2].startswith("Object") for name in names)


def kind_of(declared: Declaration, state: State) -> Key:
    """The kind that a root is: of a list, that of its items."""
    for base in declared.bases:
        if isinstance(base, ast.Subscript):
            return next(iter(keys(base.slice, declared.module, state)), declared.key)
    return declared.key


def _pairs(
    one: Declaration, other: Declaration, left: State, right: State
) -> Iterable[tuple[Key, Key]]:
    """What two declarations refer to at the same places."""
    places: list[tuple[ast.expr, ast.expr]] = []
    if one.target is not None and other.target is not None:
        places.append((one.target, other.target))
    if len(one.bases) == len(other.bases):
        places += zip(one.bases, other.bases, strict=True)
    in_other = members(other, right)
    for wire, (member, _) in members(one, left).items():
        if wire in in_other:
            places.append((member.annotation, in_other[wire][0].annotation))
    for mine, theirs in places:
        first = list(keys(mine, one.module, left))
        second = list(keys(theirs, other.module, right))
        if len(first) == len(second):
            yield from zip(first, second, strict=True)


def members(declared: Declaration, state: State) -> dict[str, tuple[Member, Declaration]]:
    """The fields of a class and of its bases in these packages, and whose each is."""
    fields: dict[str, tuple[Member, Declaration]] = {}
    pending, done = [declared], set[Key]()
    while pending:
        one = pending.pop(0)
        if one.key in done:
            continue
        done.add(one.key)
        for wire, member in one.members.items():
            fields.setdefault(wire, (member, one))
        pending += (state.declared[key] for key in parents(one, state))
    return fields


def parents(declared: Declaration, state: State) -> list[Key]:
    """The bases of a class that are declared in these packages."""
    named = (symbol(base, declared.module, state) for base in declared.bases)
    return [key for key in named if isinstance(key, tuple)]


def of_user(base: State, user: State) -> dict[Key, Key]:
    """For each declaration of the last import that the user kept, what it is called now."""
    counted = votes(base, user)
    candidates: dict[Key, list[tuple[int, Key]]] = {}
    for (mine, theirs), number in counted.items():
        candidates.setdefault(mine, []).append((-number, theirs))
    chosen: dict[Key, Key] = {}
    taken: set[Key] = set()
    for key, declared in base.declared.items():
        voted = candidates.get(key, [])
        is_same_kind = key in user.declared and _alike(declared, user.declared[key])
        if is_same_kind and (not voted or counted[key, key]):
            chosen[key] = key
            taken.add(key)
    for key, declared in base.declared.items():
        if key in chosen:
            continue
        for _, theirs in sorted(candidates.get(key, [])):
            is_anothers = theirs in base.declared and counted[theirs, theirs]
            if theirs in taken or is_anothers or not _alike(declared, user.declared[theirs]):
                continue
            chosen[key] = theirs
            taken.add(theirs)
            break
    return chosen


def _alike(one: Declaration, other: Declaration) -> bool:
    return (one.node is None) == (other.node is None) and one.is_class == other.is_class and (
        not other.values or bool(one.values)
    )  # fmt: skip


# --- a new import ---------------------------------------------------------------------------------


def of_import(base: State, new: State, kept: Iterable[Key]) -> dict[Key, Key]:
    """For each declaration of the last import, the one of the new import that continues it.

    Several may be continued by one. `kept` are declarations that the new import does not speak of,
    though it may have equal ones.
    """
    counted = votes(base, new)
    candidates: dict[Key, set[Key]] = {}
    for mine, theirs in counted:
        candidates.setdefault(mine, set()).add(theirs)
    voted = {theirs for _, theirs in counted}
    chosen: dict[Key, Key] = {}
    for key, declared in base.declared.items():
        among = candidates.get(key, set())
        if key in new.declared and (not among) and (key not in voted or is_kind(declared)):
            among = {key}
        alike = [theirs for theirs in among if _alike(declared, new.declared[theirs])]
        if len(alike) == 1:
            chosen[key] = alike[0]
        elif alike:
            own = _shape(declared, base)
            chosen[key] = min(
                alike,
                key=lambda theirs: (
                    _shape(new.declared[theirs], new) != own,
                    -counted[key, theirs],
                    theirs != key,
                    theirs,
                ),
            )
    kept = set(kept)
    if not kept:
        return chosen
    same = _equal(base, new, chosen)
    return {k: v for k, v in chosen.items() if k in same or k not in kept}


def _shape(declared: Declaration, state: State) -> object:
    """What a declaration says, whatever it refers to."""
    meanings = Meanings(state)

    def anonymous(meaning: object) -> object:
        if isinstance(meaning, tuple):
            return "?" if meaning and meaning[0] == "declared" else tuple(map(anonymous, meaning))
        return meaning

    module = declared.module
    fields = {
        wire: (
            anonymous(meanings.of(member.annotation, owner.module)),
            anonymous(meanings.value(member.value, owner.module)),
            member.lead.lines,
            member.doc.text,
        )
        for wire, (member, owner) in members(declared, state).items()
    }
    target = anonymous(meanings.of(declared.target, module))
    values = tuple(declared.values.values())
    return fields, target, values, declared.lead.lines, declared.doc.text


def _equal(base: State, new: State, chosen: Mapping[Key, Key]) -> set[Key]:
    """The declarations of the last import that have not changed, nor anything they refer to."""
    same = {
        mine
        for mine, theirs in chosen.items()
        if _shape(base.declared[mine], base) == _shape(new.declared[theirs], new)
    }
    while True:
        changed = {
            mine
            for mine in same
            if any(
                chosen.get(one) != other or one not in same
                for one, other in _pairs(base.declared[mine], new.declared[chosen[mine]], base, new)
            )
        }
        if not changed:
            return same
        same -= changed


def closure(roots: Iterable[Key], state: State) -> set[Key]:
    """Declarations and all that they refer to."""
    pending, done = list(roots), set[Key]()
    while pending:
        key = pending.pop()
        if key not in done and key in state.declared:
            done.add(key)
            pending += references(state.declared[key], state)
    return done
