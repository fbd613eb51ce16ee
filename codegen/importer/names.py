"""All names of an import, decided in one place: modules, classes and aliases, fields.

No name depends on the order of files, of kinds or of members. A class is called by the shortest
tail of its path that is its own in the whole group, over all versions: what two paths would share,
neither has.
"""

from __future__ import annotations

import builtins
import functools
import keyword
import re
from collections.abc import Iterable, Mapping, Set
from typing import TypeAlias

from codegen import naming

# Methods of the runtime's classes, and what annotations in a class's body call by these names.
_TAKEN_FIELDS = frozenset((
    "bool", "bytes", "deep_copy", "deep_copy_into", "deep_copy_object", "dict", "field", "float",
    "int", "list", "str",
))  # fmt: skip
_GOOD_VALUE = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
_BUILT_IN = frozenset(dir(builtins)) | frozenset(keyword.kwlist)

Path: TypeAlias = tuple[str, ...]
"""How a type is reached: the kind, then members; of elements, in the singular."""

Key: TypeAlias = tuple[str, int]
"""A package's version, and the number of a declaration in it."""


def folder(name: str) -> str:
    """The folder of a group or a version: `cert_manager_io` of cert-manager.io."""
    return naming.identifier(re.sub(r"\W", "_", name.lower()))


def go_names(groups: Iterable[str], existing: Mapping[str, str]) -> dict[str, str]:
    """The names for `+groupGoName` of the groups that would be reached by one word otherwise.

    `existing` has the accessors of other groups in the project. All groups with one first segment
    get as many segments as it takes to tell them apart: `GatewayNetworking`.
    """
    segments = {group: [naming.snake_case(part) for part in group.split(".")] for group in groups}
    taken = {accessor for group, accessor in existing.items() if group not in segments}
    found: dict[str, str] = {}
    for group, own in segments.items():
        alike = [o for other, o in segments.items() if other != group and o[0] == own[0]]
        if not alike and own[0] not in taken:
            continue
        count = next(
            n
            for n in range(2, len(own) + 2)
            if all(own[:n] != other[:n] for other in alike) and "_".join(own[:n]) not in taken
        )
        found[group] = "".join(map(naming.pascal_case, group.split(".")[:count]))
    return found


def lists(kinds: Mapping[str, str | None]) -> dict[str, str]:
    """The list class of each kind of a package, by the kinds and the listKind of each."""
    found: dict[str, str] = {}
    for kind, list_kind in sorted(kinds.items()):
        name = f"{kind}List"
        if name in kinds:
            is_free = list_kind is not None and list_kind.isidentifier() and list_kind not in kinds
            name = list_kind if list_kind and is_free else f"{kind}Items"
        number = 2
        base = name
        while name in kinds or name in found.values():
            name, number = f"{base}{number}", number + 1
        found[kind] = name
    return found


@functools.cache
def singular(name: str) -> str:
    """What one element is called: `container` of containers; without a singular, `…Item`."""
    for end, instead in (("ies", "y"), ("es", ""), ("s", "")):
        if name.endswith(end) and len(name) > len(end) + 1:
            candidate = name.removesuffix(end) + instead
            if naming.plural(candidate) == name:
                return candidate
    return f"{name}Item"


def element(words: Path) -> Path:
    """The path of an element or a value: in the singular, and marked, for a member may be called
    so, too."""
    name = words[-1].rstrip("[]")
    return (*words[:-1], f"{singular(name)}{words[-1].removeprefix(name)}[]")


def enum(owner: Path, member: str) -> Path:
    """The path of a member's enum class. One word, such as `type`, says too little by itself."""
    if "_" in naming.snake_case(member) or len(owner) == 1:
        return (*owner, member)
    return (*owner[:-1], f"{owner[-1].rstrip('[]')}-{member}")


def enum_members(values: Iterable[object]) -> tuple[tuple[str, str], ...] | None:
    """The members of an enum class by name; None for values without good names of their own."""
    found: dict[str, str] = {}
    for value in values:
        if not isinstance(value, str) or not _GOOD_VALUE.fullmatch(value):
            return None
        if found.setdefault(naming.snake_case(value).upper(), value) != value:
            return None
    return tuple((name, value) for name, value in found.items()) if len(found) > 1 else None


def classes(paths: Mapping[Key, Iterable[Path]], taken: Set[str]) -> dict[Key, str]:
    """The names of the declarations of a group, by the paths that lead to each.

    `taken` has the names of kinds and of their lists.
    """
    chosen = {key: min(own, key=lambda p: (len(p), p)) for key, own in paths.items()}
    by_path = _unique(set(chosen.values()), taken)
    found: dict[Key, str] = {}
    taken_names = set(by_path.values())
    found_in: dict[str, set[str]] = {}
    for version, number in sorted(chosen, key=lambda key: (key[0], sorted(paths[key]), key[1])):
        name = base = by_path[chosen[version, number]]
        suffix = 2
        while name in found_in.get(version, ()) or (name != base and name in taken_names):
            name, suffix = f"{base}{suffix}", suffix + 1
        found_in.setdefault(version, set()).add(name)
        found[version, number] = name
    return found


def _unique(paths: Set[Path], taken: Set[str]) -> dict[Path, str]:
    """A name for each path: its last word, or as much more of it as it takes to be its own."""
    levels = dict.fromkeys(paths, 0)
    while True:
        by_name: dict[str, list[Path]] = {}
        for path, level in levels.items():
            by_name.setdefault(_name(path, level), []).append(path)
        short = [
            path
            for name, same in by_name.items()
            if len(same) > 1 or name in taken or name in _BUILT_IN or not name.isidentifier()
            for path in same
            if _last_level(path) > levels[path]
        ]
        if not short:
            break
        for path in short:
            levels[path] += 1
    names: dict[Path, str] = {}
    used = set(taken)
    for name, same in sorted(by_name.items()):
        for path in sorted(same):
            own, number = name, 2
            while own in used:
                own, number = f"{name}{number}", number + 1
            names[path] = own
            used.add(own)
    return names


def _last_level(path: Path) -> int:
    return 2 * (len(path) - 2) + 1


def _name(path: Path, level: int) -> str:
    """`Port`, then `AppPort` with the kind, `WebPort`, `AppWebPort`, `SpecWebPort` and so on."""
    tail = path[-(level // 2 + 1) :]
    with_kind = level % 2 or len(path) == 2
    return _joined((path[0], *tail) if with_kind and len(tail) < len(path) else tail)


def _joined(words: Path) -> str:
    return "".join(map(naming.pascal_case, words))


def fields(json_names: Iterable[str]) -> dict[str, str]:
    """The fields' names in Python, by those in JSON.

    Where two meet, the one that camelCase gives back keeps the plain name.
    """
    wanted: dict[str, list[str]] = {}
    for name in sorted(json_names):
        wanted.setdefault(_field(name), []).append(name)
    found: dict[str, str] = {}
    used = set(wanted)
    for plain, same in wanted.items():
        first = next((name for name in same if naming.camel_case(plain) == name), same[0])
        found[first] = plain
        for name in same:
            if name == first:
                continue
            number = 2
            while f"{plain}_{number}" in used:
                number += 1
            found[name] = f"{plain}_{number}"
            used.add(found[name])
    return found


def _field(json_name: str) -> str:
    plain = naming.snake_case(json_name) or "field"
    if plain[0].isdigit():
        plain = f"field_{plain}"
    if keyword.iskeyword(plain) or plain in _TAKEN_FIELDS:
        plain = f"{plain}_"
    return plain


def is_renamed(json_name: str, name: str) -> bool:
    """Whether a field's name is another than its JSON name in snake case."""
    return name != naming.snake_case(json_name)


_SIGNS = {"+": "_PLUS_", "-": "_", "*": "ALL", "/": "_", "=": "_EQUALS_", "!": "_NOT_"}


def constants(values: Iterable[str]) -> dict[str, str]:
    """The names of an enum's members, by their values; where two meet, the later has a number."""
    found: dict[str, str] = {}
    used: set[str] = set()
    for value in values:
        words = (
            "".join(c if c.isalnum() else _SIGNS.get(c, "_") for c in value) if value else "EMPTY"
        )
        plain = re.sub("_+", "_", re.sub(r"[^_]+", _snaked, words)).strip("_").upper()
        plain = plain or "VALUE"
        name = base = f"_{plain}" if plain[0].isdigit() else plain
        number = 2
        while name in used:
            name, number = f"{base}_{number}", number + 1
        used.add(name)
        found[value] = name
    return found


def _snaked(match: re.Match[str]) -> str:
    return naming.snake_case(match[0]) or match[0]
