"""The second path of the decoder, for documents that the strict one refuses but Go accepts.

A newer server sends members that our classes do not know, Go programs send `null` where nothing
is meant, and a stored object may hold a value that an enum no longer lists. None of that may be
lost or hide an object.

The refusal itself tells where the fault is, and from it we learn, class by class, what documents
really hold: members that are not in the class, and members whose value the declared type refuses.
For a class about which something was learned, a *shadow* class is made with those members added or
loosened to raw bytes, and msgspec decodes whole documents through the shadows at its own speed;
only the objects of those classes are then turned into their real class by Python. Walking every
document instead, to look for what is strange in it, costs several times as much.

What is learned is bounded: a class with very many unknown names is decoded member by member.
"""

from __future__ import annotations

import re
import threading
import types
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import msgspec

from kube.runtime.hooks import decode_hook
from kube.runtime.struct import Struct, UnknownMembers

Convert: TypeAlias = Callable[[Any], Any]

MOST_LEARNED_NAMES = 200
_MOST_ROUNDS = 10_000

_ABSENT = msgspec.Raw()

_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `(\$[^`]*)`)?", re.DOTALL)
_REFUSED_VALUE = re.compile(
    r"(?:Expected .*, got `null`|Invalid (?:enum )?value .*) - at `(?:key` in `)?(\$.*)`", re.DOTALL
)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


@dataclass(slots=True)
class _Learned:
    """What documents hold beyond what a class declares, by JSON name."""

    unknown: dict[str, str] = field(default_factory=dict)  # → attribute of the shadow
    loose: set[str] = field(default_factory=set)

    @property
    def wide(self) -> bool:
        return len(self.unknown) > MOST_LEARNED_NAMES


class TolerantDecoder:
    """Decodes one root type through shadows; made once a type, remade as more is learned."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.version = -1
        self.noticed = False
        """Whether the last document really held something that the strict path refuses."""
        self._decoder: msgspec.json.Decoder[Any]
        self._convert: Convert | None = None

    def decode(self, data: bytes | bytearray | memoryview) -> Any:
        """Raises msgspec.ValidationError for what Go would not accept either."""
        for _ in range(_MOST_ROUNDS):
            if self.version != _knowledge.version:
                self._compile()
            self.noticed = False
            try:
                found = self._decoder.decode(data)
            except msgspec.ValidationError as error:
                known = _knowledge.learn(self.root, str(error))
                if not known or self.version == _knowledge.version:
                    raise
                continue
            return self._convert(found) if self._convert else found
        raise msgspec.ValidationError("Object contains too many unknown fields")

    def _compile(self) -> None:
        with _knowledge.lock:
            self.version = _knowledge.version
            shadow, self._convert = _Shadows(self._notice).of(self.root)
            self._decoder = msgspec.json.Decoder(shadow, dec_hook=decode_hook)

    def _notice(self) -> None:
        self.noticed = True


class _Knowledge:
    """All that was learned in this process. Grows only, and only up to a bound."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.version = 0
        self.classes: dict[type, _Learned] = {}

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
        with self.lock:
            learned = self.classes.setdefault(cls, _Learned())
            if name in learned.unknown or learned.wide:
                # Another thread learned it first, or the class is wide and decodes all names.
                return True
            learned.unknown[name] = f"unknown_{len(learned.unknown)}_"
            self.version += 1
        return True

    def _loosen(self, cls: type, name: str) -> bool:
        with self.lock:
            learned = self.classes.setdefault(cls, _Learned())
            if name not in learned.loose:
                learned.loose.add(name)
                self.version += 1
        return True


_knowledge = _Knowledge()


def _walk(root: Any, path: str) -> tuple[tuple[type, str] | None, type | None]:
    """Follow an error's path through the types: the last (class, member) on it, and its end.

    The end is a Struct class, or None where the path ends in, or passes through, something else.
    """
    owner: tuple[type, str] | None = None
    at = _bare(root)
    for step in _STEP.finditer(path):
        if step[1] is not None:
            if not _is_struct(at):
                return owner, None
            found = _fields(at).get(step[1])
            if found is None:
                return owner, None
            owner = (at, step[1])
            at = _bare(found.type)
        else:
            arguments = get_args(at)
            if get_origin(at) not in (list, dict):
                return owner, None
            at = _bare(arguments[-1])
    return owner, at if _is_struct(at) else None


def _bare(tp: Any) -> Any:
    """A type without Annotated and without None."""
    while get_origin(tp) is Annotated:
        tp = get_args(tp)[0]
    if get_origin(tp) in (Union, types.UnionType):
        members = [a for a in get_args(tp) if a is not type(None)]
        if len(members) == 1:
            return _bare(members[0])
    return tp


def _is_struct(tp: Any) -> bool:
    cls = get_origin(tp) or tp
    return isinstance(cls, type) and issubclass(cls, Struct)


_fields_of: dict[Any, dict[str, Any]] = {}


def _fields(tp: Any) -> dict[str, Any]:
    """A Struct's fields by JSON name, types evaluated."""
    found = _fields_of.get(tp)
    if found is None:
        found = _fields_of[tp] = {f.encode_name: f for f in msgspec.structs.fields(tp)}
    return found


class _Shadows:
    """Makes the shadow of a type: what to decode it as, and how to turn that into the real thing.

    A type that needs none is its own shadow and needs no conversion.
    """

    def __init__(self, notice: Callable[[], None]) -> None:
        self._notice = notice
        self._made: dict[Any, tuple[Any, Convert | None]] = {}
        self._making: set[Any] = set()
        self._reached: dict[Any, set[Any]] = {}

    def of(self, tp: Any) -> tuple[Any, Convert | None]:
        origin = get_origin(tp)
        if origin is Annotated:
            return self.of(get_args(tp)[0])
        if origin in (Union, types.UnionType):
            return self._of_union(tp)
        if origin is list:
            shadow, convert = self.of(get_args(tp)[0])
            if convert is None:
                return tp, None
            return types.GenericAlias(list, (shadow,)), lambda items: [
                convert(item) for item in items
            ]
        if origin is dict:
            key, value = get_args(tp)
            shadow, convert = self.of(value)
            if convert is None:
                return tp, None
            return types.GenericAlias(dict, (key, shadow)), lambda d: {
                k: convert(v) for k, v in d.items()
            }
        if _is_struct(tp) and self._needs_shadow(tp):
            return self._of_struct(tp)
        return tp, None

    def _of_union(self, tp: Any) -> tuple[Any, Convert | None]:
        bare = _bare(tp)
        if get_origin(bare) in (Union, types.UnionType):
            # Members of a union are told apart by their tag: a fault inside loosens the field.
            return tp, None
        shadow, convert = self.of(bare)
        if convert is None:
            return tp, None
        if shadow is msgspec.Raw:
            # `Raw | None` would take nothing but null.
            return shadow, lambda raw: None if raw == b"null" else convert(raw)
        return shadow | None, lambda value: None if value is None else convert(value)

    def _needs_shadow(self, cls: Any) -> bool:
        return any(c in _knowledge.classes for c in self._reach(cls))

    def _reach(self, cls: Any) -> set[Any]:
        """The Struct classes that a class is made of, itself included."""
        found = self._reached.get(cls)
        if found is None:
            found, todo = set(), [cls]
            while todo:
                at = todo.pop()
                if at not in found:
                    found.add(at)
                    todo += [c for f in _fields(at).values() for c in _structs_in(f.type)]
            self._reached[cls] = found
        return found

    def _of_struct(self, cls: Any) -> tuple[Any, Convert | None]:
        if cls in self._making:
            # A class within itself: its inner objects are decoded on their own.
            return msgspec.Raw, lambda raw: self._again(raw, cls)
        made = self._made.get(cls)
        if made is None:
            self._making.add(cls)
            learned = _knowledge.classes.get(cls, _Learned())
            made = self._wide(cls) if learned.wide else self._shadow(cls, learned)
            self._making.discard(cls)
            self._made[cls] = made
        return made

    def _again(self, raw: msgspec.Raw, cls: Any) -> Any:
        inner = TolerantDecoder(cls)
        value = inner.decode(bytes(raw))
        if inner.noticed:
            self._notice()
        return value

    def _shadow(self, cls: Any, learned: _Learned) -> tuple[Any, Convert]:
        members: list[tuple[str, Any, Any]] = []
        conversions: dict[str, Convert | None] = {}
        loose: list[Any] = []
        for encode_name, f in _fields(cls).items():
            shadow: Any = msgspec.Raw
            if encode_name in learned.loose:
                absent: dict[str, Any] = {"default": _ABSENT}
                loose.append(f)
            else:
                absent = {"default": f.default, "default_factory": f.default_factory}
                shadow, convert = self.of(f.type)
                conversions[f.name] = _unless_default(convert, f) if convert else None
            members.append((f.name, shadow, msgspec.field(name=encode_name, **absent)))
        for name, attribute in learned.unknown.items():
            raw = msgspec.field(default=_ABSENT, name=name)
            members.append((attribute, msgspec.Raw, raw))
        config = _real_class(cls).__struct_config__
        shadow_class = msgspec.defstruct(
            f"{cls.__name__}Shadow",
            members,
            kw_only=True,
            forbid_unknown_fields=True,
            gc=False,
            tag_field=config.tag_field,
            tag=config.tag,
        )
        return shadow_class, self._converter(_real_class(cls), conversions, loose, learned.unknown)

    def _converter(
        self,
        real: type,
        conversions: dict[str, Convert | None],
        loose: list[Any],
        unknown: dict[str, str],
    ) -> Convert:
        """From shadow to real object. It runs once an object: the constructor call is compiled."""
        construct = _compile_constructor(real, conversions)
        prefixes = [(msgspec.json.encode(n) + b":", attribute) for n, attribute in unknown.items()]
        notice = self._notice

        def convert(shadow: Any) -> Any:
            loosened = {}
            for f in loose:
                raw = bytes(getattr(shadow, f.name))
                if raw == b"null":
                    notice()
                elif raw:
                    loosened[f.name], plainly = _lenient(raw, f.type)
                    if not plainly:
                        notice()
            try:
                out = construct(shadow, loosened)
            except TypeError:
                raise _missing_field(real, {*conversions, *loosened}) from None
            extra = [
                prefix + bytes(raw)
                for prefix, attribute in prefixes
                if (raw := getattr(shadow, attribute)) is not _ABSENT
            ]
            if extra:
                out.unknown_members_ = UnknownMembers(b",".join(extra))
                notice()
            return out

        return convert

    def _wide(self, cls: Any) -> tuple[Any, Convert]:
        real, known, notice = _real_class(cls), _fields(cls), self._notice

        def convert(members: dict[str, msgspec.Raw]) -> Any:
            notice()
            values: dict[str, Any] = {}
            extra: list[bytes] = []
            for name, member in members.items():
                raw = bytes(member)
                f = known.get(name)
                if f is None:
                    extra.append(msgspec.json.encode(name) + b":" + raw)
                elif raw != b"null":
                    values[f.name] = _lenient(raw, f.type)[0]
            if extra:
                values["unknown_members_"] = UnknownMembers(b",".join(extra))
            try:
                return real(**values)
            except TypeError:
                raise _missing_field(real, values.keys()) from None

        return dict[str, msgspec.Raw], convert


def _compile_constructor(
    real: type, conversions: dict[str, Convert | None]
) -> Callable[[Any, dict[str, Any]], Any]:
    """`lambda s, more: real(a=s.a, b=convert_b(s.b), …, **more)`."""
    scope: dict[str, Any] = {"real": real}
    arguments = []
    for name, convert in conversions.items():
        if convert is None:
            arguments.append(f"{name}=s.{name}")
        else:
            scope[f"convert_{name}"] = convert
            arguments.append(f"{name}=convert_{name}(s.{name})")
    source = f"lambda s, more: real({', '.join(arguments)}, **more)"
    construct: Callable[[Any, dict[str, Any]], Any] = eval(source, scope)
    return construct


def _missing_field(real: type, given: Collection[str]) -> msgspec.ValidationError:
    missing = next(f for f in _fields(real).values() if f.required and f.name not in given)
    return msgspec.ValidationError(f"Object missing required field `{missing.encode_name}`")


def _unless_default(convert: Convert, f: Any) -> Convert:
    """A member that was absent has its default already, of the real class."""
    if f.required:
        return convert

    def convert_present(value: Any) -> Any:
        bare = _bare(f.type)
        if value is None or (_is_struct(bare) and isinstance(value, _real_class(bare))):
            return value
        return convert(value)

    return convert_present


def _real_class(tp: Any) -> Any:
    return get_origin(tp) or tp


def _structs_in(tp: Any) -> list[Any]:
    if _is_struct(tp):
        return [tp]
    return [found for a in get_args(tp) if not isinstance(a, str) for found in _structs_in(a)]


def _lenient(raw: bytes, tp: Any) -> tuple[Any, bool]:
    """The value of a loosened member, and whether the strict path would have taken it too."""
    try:
        return msgspec.json.decode(raw, type=tp, dec_hook=decode_hook), True
    except msgspec.ValidationError as error:
        return _kept(raw, _bare(tp), error), False


def _kept(raw: bytes, tp: Any, error: msgspec.ValidationError) -> Any:
    if raw == b"null":
        return _zero(tp, error)
    origin = get_origin(tp)
    if origin is list and raw[:1] == b"[":
        element = get_args(tp)[0]
        return [
            _lenient(bytes(item), element)[0]
            for item in msgspec.json.decode(raw, type=list[msgspec.Raw])
        ]
    if origin is dict and raw[:1] == b"{":
        value = get_args(tp)[1]
        members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        return {name: _lenient(bytes(member), value)[0] for name, member in members.items()}
    if _is_struct(tp):
        return TolerantDecoder(tp).decode(raw)
    if origin in (Union, types.UnionType):
        return _kept_in_union(raw, tp, error)
    if origin is Literal:
        return _same_scalar(raw, {type(v) for v in get_args(tp)}, error)
    if isinstance(tp, type) and issubclass(tp, Enum):
        return _same_scalar(raw, {type(m.value) for m in tp}, error)
    raise error


def _kept_in_union(raw: bytes, tp: Any, error: msgspec.ValidationError) -> Any:
    """A member known by its tag is decoded as its class; of an unknown one the bytes are kept."""
    if raw[:1] != b"{":
        raise error
    members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    for member in get_args(tp):
        if _is_struct(member):
            config = _real_class(member).__struct_config__
            if bytes(members.get(config.tag_field, b"")) == msgspec.json.encode(config.tag):
                return TolerantDecoder(member).decode(raw)
    return msgspec.Raw(raw)


def _same_scalar(raw: bytes, kinds: set[type], error: msgspec.ValidationError) -> Any:
    """A value outside a closed list, kept as Go keeps it, if it is of the list's JSON type."""
    value = msgspec.json.decode(raw)
    if type(value) in kinds:
        return value
    raise error


def _zero(tp: Any, error: msgspec.ValidationError) -> Any:
    """What Go makes of a null within a list or a map: the element's zero value."""
    origin = get_origin(tp) or tp
    if origin in (str, int, float, bool, list, dict):
        return origin()
    if _is_struct(tp):
        try:
            return _real_class(tp)()
        except TypeError:
            raise error from None
    raise error
