"""What documents were seen to hold beyond what their classes declare, class by class.

It is learned from the strict decoder's own errors, which name the fault and its path. Grows only,
up to a bound, and holds for the whole process.
"""

from __future__ import annotations

import re
import threading
import types
from dataclasses import dataclass, field
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from kube.runtime.struct import Struct

MOST_LEARNED_NAMES = 200

MAKING = threading.RLock()
"""Held while anything is learned and while a decoder is made: msgspec can crash the process where
several threads first use one type at once.
"""

_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `(\$[^`]*)`)?", re.DOTALL)
_REFUSED_VALUE = re.compile(
    r"(?:Expected .*, got `null`|Invalid (?:enum )?value .*) - at `(?:key` in `)?(\$.*)`", re.DOTALL
)
_NO_FIELD_NAME = re.compile(r'["\\`\x00-\x1f]')  # a backtick would end the name in the message
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


@dataclass(slots=True)
class Learned:
    """What documents hold beyond what a class declares, by JSON name."""

    unknown: dict[str, str] = field(default_factory=dict)  # → attribute of the shadow
    loose: set[str] = field(default_factory=set)
    wide: bool = False  # decoded member by member: too many names, or one that no field can have


class Knowledge:
    """All that was learned in this process; `version` counts the lessons."""

    def __init__(self) -> None:
        self.version = 0
        self.classes: dict[type, Learned] = {}

    def learn(self, root: Any, message: str) -> bool:
        """From an error's message; False where it tells of nothing that can be tolerated.

        True does not mean that it was news: another thread may have learned it first.
        """
        if match := _UNKNOWN.fullmatch(message):
            name, path = match[1], match[2] or "$"
            owner, cls = _walk(root, path)
            if cls is not None:
                return self._add_unknown(cls, name)
            return owner is not None and self._loosen(*owner)
        if match := _REFUSED_VALUE.fullmatch(message):
            owner, _ = _walk(root, match[1])
            return owner is not None and self._loosen(*owner)
        return False

    def _add_unknown(self, cls: type, name: str) -> bool:
        with MAKING:
            learned = self.classes.setdefault(cls, Learned())
            if name in learned.unknown or learned.wide:
                # Another thread learned it first, or the class is wide and decodes all names.
                return True
            if _NO_FIELD_NAME.search(name) or len(learned.unknown) == MOST_LEARNED_NAMES:
                learned.wide = True
            else:
                learned.unknown[name] = f"unknown_{len(learned.unknown)}_"
            self.version += 1
        return True

    def _loosen(self, cls: type, name: str) -> bool:
        with MAKING:
            learned = self.classes.setdefault(cls, Learned())
            if name not in learned.loose:
                learned.loose.add(name)
                self.version += 1
        return True


KNOWLEDGE = Knowledge()


def _walk(root: Any, path: str) -> tuple[tuple[type, str] | None, type | None]:
    """Follow an error's path through the types: the last (class, member) on it, and its end.

    The end is a Struct class, or None where the path ends in, or passes through, something else.
    """
    owner: tuple[type, str] | None = None
    at = bare(root)
    for step in _STEP.finditer(path):
        if step[1] is not None:
            if not is_struct(at):
                return owner, None
            found = fields(at).get(step[1])
            if found is None:
                return owner, None
            owner = (at, step[1])
            at = bare(found.type)
        else:
            arguments = get_args(at)
            if get_origin(at) not in (list, dict):
                return owner, None
            at = bare(arguments[-1])
    return owner, at if is_struct(at) else None


def bare(tp: Any) -> Any:
    """A type without Annotated and without None."""
    while get_origin(tp) is Annotated:
        tp = get_args(tp)[0]
    if get_origin(tp) in (Union, types.UnionType):
        members = [a for a in get_args(tp) if a is not type(None)]
        if len(members) == 1:
            return bare(members[0])
    return tp


def is_struct(tp: Any) -> bool:
    cls = get_origin(tp) or tp
    return isinstance(cls, type) and issubclass(cls, Struct)


_fields_of: dict[Any, dict[str, Any]] = {}


def fields(tp: Any) -> dict[str, Any]:
    """A Struct's fields by JSON name, types evaluated."""
    found = _fields_of.get(tp)
    if found is None:
        found = _fields_of[tp] = {f.encode_name: f for f in msgspec.structs.fields(tp)}
    return found


def real_class(tp: Any) -> Any:
    """The class itself of a generic one bound to arguments."""
    return get_origin(tp) or tp
