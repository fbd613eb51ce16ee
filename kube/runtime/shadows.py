"""Shadow classes: a type's twin, with room for what its documents hold beyond what it declares.

See `kube.runtime.tolerant` for why.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

import msgspec

from kube.runtime.learned import Learned, bare, fields, is_struct, real_class
from kube.runtime.lenient import Again, lenient, located
from kube.runtime.struct import UnknownMembers

Convert: TypeAlias = Callable[[Any], Any]

_ABSENT = msgspec.Raw()


class Shadows:
    """Makes the shadow of a type: what to decode it as, and how to turn that into the real thing.

    A type that needs none is its own shadow and needs no conversion.
    """

    def __init__(
        self, learned: Mapping[Any, Learned], notice: Callable[[], None], again: Again
    ) -> None:
        """`notice` is called for each object that needed its shadow."""
        self._learned = learned
        self._notice = notice
        self._again = again
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
            return types.GenericAlias(list, (shadow,)), _each_item(convert)
        if origin is dict:
            key, value = get_args(tp)
            shadow, convert = self.of(value)
            if convert is None:
                return tp, None
            return types.GenericAlias(dict, (key, shadow)), lambda members: {
                name: located("[...]", convert, member) for name, member in members.items()
            }
        if is_struct(tp) and self._needs_shadow(tp):
            return self._of_struct(tp)
        return tp, None

    def _of_union(self, tp: Any) -> tuple[Any, Convert | None]:
        one = bare(tp)
        if get_origin(one) in (Union, types.UnionType):
            # Members of a union are told apart by their tag: a fault inside loosens the field.
            return tp, None
        shadow, convert = self.of(one)
        if convert is None:
            return tp, None
        if shadow is msgspec.Raw:
            # `Raw | None` would take nothing but null.
            return shadow, lambda raw: None if raw == b"null" else convert(raw)
        return shadow | None, lambda value: None if value is None else convert(value)

    def _needs_shadow(self, cls: Any) -> bool:
        return any(c in self._learned for c in self._reach(cls))

    def _reach(self, cls: Any) -> set[Any]:
        """The Struct classes that a class is made of, itself included."""
        found = self._reached.get(cls)
        if found is None:
            found, todo = set(), [cls]
            while todo:
                at = todo.pop()
                if at not in found:
                    found.add(at)
                    todo += [c for f in fields(at).values() for c in _structs_in(f.type)]
            self._reached[cls] = found
        return found

    def _of_struct(self, cls: Any) -> tuple[Any, Convert | None]:
        if cls in self._making:
            # A class within itself: its inner objects are decoded on their own.
            return msgspec.Raw, lambda raw: self._again(bytes(raw), cls)
        made = self._made.get(cls)
        if made is None:
            self._making.add(cls)
            learned = self._learned.get(cls, Learned())
            made = self._wide(cls) if learned.wide else self._shadow(cls, learned)
            self._making.discard(cls)
            self._made[cls] = made
        return made

    def _shadow(self, cls: Any, learned: Learned) -> tuple[Any, Convert]:
        members: list[tuple[str, Any, Any]] = []
        conversions: dict[str, Convert | None] = {}
        loose: list[Any] = []
        for encode_name, f in fields(cls).items():
            shadow: Any = msgspec.Raw
            if encode_name in learned.loose:
                absent: dict[str, Any] = {"default": _ABSENT}
                loose.append(f)
            else:
                absent = {"default": f.default, "default_factory": f.default_factory}
                shadow, convert = self.of(f.type)
                conversions[f.name] = _of_member(convert, f) if convert else None
            members.append((f.name, shadow, msgspec.field(name=encode_name, **absent)))
        for name, attribute in learned.unknown.items():
            raw = msgspec.field(default=_ABSENT, name=name)
            members.append((attribute, msgspec.Raw, raw))
        config = real_class(cls).__struct_config__
        shadow_class = msgspec.defstruct(
            f"{cls.__name__}Shadow",
            members,
            kw_only=True,
            forbid_unknown_fields=True,
            gc=False,
            tag_field=config.tag_field,
            tag=config.tag,
        )
        return shadow_class, self._converter(real_class(cls), conversions, loose, learned.unknown)

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
        notice, again = self._notice, self._again

        def convert(shadow: Any) -> Any:
            loosened = {}
            for f in loose:
                raw = bytes(getattr(shadow, f.name))
                if raw == b"null":
                    notice()
                elif raw:
                    loosened[f.name], plainly = located(
                        f".{f.encode_name}", partial(lenient, tp=f.type, again=again), raw
                    )
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
        real, known = real_class(cls), fields(cls)
        notice, again = self._notice, self._again

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
                    values[f.name], _ = located(
                        f".{name}", partial(lenient, tp=f.type, again=again), raw
                    )
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
    missing = next(f for f in fields(real).values() if f.required and f.name not in given)
    return msgspec.ValidationError(f"Object missing required field `{missing.encode_name}`")


def _each_item(convert: Convert) -> Convert:
    def convert_items(items: list[Any]) -> list[Any]:
        try:
            return [convert(item) for item in items]
        except msgspec.ValidationError:
            # Once more, slowly, for the place of the fault.
            return [located(f"[{i}]", convert, item) for i, item in enumerate(items)]

    return convert_items


def _of_member(convert: Convert, f: Any) -> Convert:
    """A member that was absent has its default already, of the real class."""
    bare_type, step = bare(f.type), f".{f.encode_name}"
    default_class = real_class(bare_type) if is_struct(bare_type) else type(None)

    def convert_present(value: Any) -> Any:
        if value is None or isinstance(value, default_class):
            return value
        return located(step, convert, value)

    return convert_present


def _structs_in(tp: Any) -> list[Any]:
    if is_struct(tp):
        return [tp]
    return [found for a in get_args(tp) if not isinstance(a, str) for found in _structs_in(a)]
