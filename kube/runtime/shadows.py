"""Shadow classes: like a class, with room for members that its documents have and it does not.

`kube.runtime.tolerant` explains why.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from operator import attrgetter
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

import msgspec

from kube.runtime.enums import OpenEnum
from kube.runtime.learned import Learned
from kube.runtime.lenient import Again, empty_of, lenient, located, missing_field, zero_of
from kube.runtime.shapes import bare, fields, is_struct, is_union, reach, real_class, takes_null
from kube.runtime.struct import UnknownMembers

Convert: TypeAlias = Callable[[Any], Any]

_ABSENT = msgspec.Raw()
_NULL = msgspec.Raw(b"null")


class Shadows:
    """Builds the shadow of a type: the type to decode, and the conversion to the real type.

    A type that needs no shadow is its own and has no conversion.
    """

    def __init__(
        self, learned: Mapping[Any, Learned], notice: Callable[[], None], again: Again
    ) -> None:
        """`notice` is called for each object that needed its shadow."""
        self._learned = learned
        self._notice = notice
        self._again = again
        self._built: dict[Any, tuple[Any, Convert]] = {}
        self._building: set[Any] = set()

    def of(self, tp: Any) -> tuple[Any, Convert | None]:
        origin = get_origin(tp)
        if origin is Annotated:
            return self.of(get_args(tp)[0])
        if is_union(tp):
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
            return types.GenericAlias(dict, (key, shadow)), _each_member(convert)
        if is_struct(tp) and any(c in self._learned for c in reach(tp)):
            return self._of_struct(tp)
        return tp, None

    def _of_union(self, tp: Any) -> tuple[Any, Convert | None]:
        one = bare(tp)
        if is_union(one):
            # A union's members differ by their tag: a fault within one loosens the whole field.
            return tp, None
        shadow, convert = self.of(one)
        if convert is None:
            return tp, None
        if shadow is msgspec.Raw:
            # `Raw | None` would take nothing but null.
            return shadow, lambda raw: None if raw == _NULL else convert(raw)
        return shadow | None, lambda value: None if value is None else convert(value)

    def _of_struct(self, cls: Any) -> tuple[Any, Convert]:
        if cls in self._building:
            # A class within itself: its inner objects are decoded on their own.
            return msgspec.Raw, lambda raw: self._again(bytes(raw), cls)
        shadow = self._built.get(cls)
        if shadow is None:
            self._building.add(cls)
            shadow = self._shadow(cls, self._learned.get(cls, Learned()))
            self._building.discard(cls)
            self._built[cls] = shadow
        return shadow

    def _loosened(self, tp: Any) -> tuple[Any, Convert]:
        """The shadow of a field whose values the declared type refuses: it accepts null anywhere,
        and any value of a closed enum.

        msgspec still decodes the field, so that its other values stay on the fast path. The
        conversion is not called for the field's own null.
        """
        one = bare(tp)
        origin = get_origin(one)
        values = _closed_values(one)
        if values is not None:
            return _nullable(type(next(iter(values)))), self._kept_in(one, values)
        if origin is list:
            shadow, convert = self._loosened_element(get_args(one)[0])
            if shadow is not msgspec.Raw:
                return _nullable(types.GenericAlias(list, (shadow,))), _each_item(convert)
        elif origin is dict and get_args(one)[0] is str:
            shadow, convert = self._loosened_element(get_args(one)[1])
            if shadow is not msgspec.Raw:
                return _nullable(types.GenericAlias(dict, (str, shadow))), _each_member(convert)
        elif not is_union(one) and origin is not dict:
            inner, converted = self.of(one)
            if inner is not msgspec.Raw:
                return _nullable(inner), converted or _itself
        return msgspec.Raw, self._kept_raw(tp)

    def _loosened_element(self, tp: Any) -> tuple[Any, Convert]:
        """An element of a list or a map; null is its zero value, unless its type accepts null."""
        shadow, convert = self._loosened(tp)
        if shadow is msgspec.Raw:
            return shadow, convert
        if takes_null(tp):
            return shadow, _unless_null(convert)
        notice = self._notice

        def convert_element(value: Any) -> Any:
            if value is None:
                notice()
                return zero_of(tp, msgspec.ValidationError("Expected a value, got `null`"))
            return convert(value)

        return shadow, convert_element

    def _kept_in(self, tp: Any, values: Mapping[Any, Any]) -> Convert:
        notice = self._notice

        def convert(value: Any) -> Any:
            if value in values:
                return values[value]
            notice()
            return value

        return convert

    def _kept_raw(self, tp: Any) -> Convert:
        notice, again = self._notice, self._again

        def convert(raw: Any) -> Any:
            value, plainly = lenient(bytes(raw), tp, again)
            if not plainly:
                notice()
            return value

        return convert

    def _shadow(self, cls: Any, learned: Learned) -> tuple[Any, Convert]:
        members: list[tuple[str, Any, Any]] = []
        conversions: dict[str, Convert | None] = {}
        loose: list[tuple[Any, Convert]] = []
        for encode_name, f in fields(cls).items():
            if encode_name in learned.loose:
                absent: dict[str, Any] = {"default": _ABSENT}
                shadow, convert = self._loosened(f.type)
                loose.append((f, partial(located, f".{encode_name}", convert)))
            else:
                absent = {"default": f.default, "default_factory": f.default_factory}
                shadow, maybe = self.of(f.type)
                conversions[f.name] = _of_member(maybe, f) if maybe else None
            members.append((f.name, shadow, msgspec.field(name=encode_name, **absent)))
        unknown = {name: f"unknown_{i}_" for i, name in enumerate(sorted(learned.unknown))}
        for name, attribute in unknown.items():
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
        return shadow_class, self._converter(real_class(cls), conversions, loose, unknown)

    def _converter(
        self,
        real: type,
        conversions: dict[str, Convert | None],
        loose: list[tuple[Any, Convert]],
        unknown: dict[str, str],
    ) -> Convert:
        """From shadow to real object. It runs for each object: the constructor call is compiled."""
        construct = _compile_constructor(real, conversions)
        extra_of = _extra_members(unknown)
        notice = self._notice

        def convert(shadow: Any) -> Any:
            loosened = {}
            for f, convert_value in loose:
                value = getattr(shadow, f.name)
                if value is _ABSENT:
                    continue
                if value is None or (type(value) is msgspec.Raw and value == _NULL):
                    notice()
                    if (empty := empty_of(f)) is not None:
                        loosened[f.name] = empty
                else:
                    loosened[f.name] = convert_value(value)
            try:
                out = construct(shadow, loosened)
            except TypeError:
                raise missing_field(real, {*conversions, *loosened}) from None
            extra = extra_of(shadow)
            if extra:
                out.unknown_members_ = UnknownMembers(extra)
                notice()
            return out

        return convert


def _extra_members(unknown: dict[str, str]) -> Callable[[Any], bytes]:
    """Reads the undeclared members of a shadow, as `"name":value,…` bytes."""
    if not unknown:
        return lambda shadow: b""
    prefixes = [msgspec.json.encode(name) + b":" for name in unknown]
    if len(prefixes) == 1:
        (prefix,), (attribute,) = prefixes, unknown.values()

        def one(shadow: Any) -> bytes:
            raw = getattr(shadow, attribute)
            return b"" if raw is _ABSENT else prefix + bytes(raw)

        return one
    values_of = attrgetter(*unknown.values())

    def several(shadow: Any) -> bytes:
        return b",".join(
            [
                prefix + bytes(raw)
                for prefix, raw in zip(prefixes, values_of(shadow), strict=True)
                if raw is not _ABSENT
            ]
        )

    return several


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


def _closed_values(tp: Any) -> Mapping[Any, Any] | None:
    """The members of a closed enum by value, if all values have one JSON type."""
    values: Mapping[Any, Any] = {}
    if get_origin(tp) is Literal:
        values = {value: value for value in get_args(tp)}
    elif isinstance(tp, type) and issubclass(tp, Enum) and not issubclass(tp, OpenEnum):
        values = dict(tp._value2member_map_)
    return values if len({type(value) for value in values}) == 1 else None


def _nullable(tp: Any) -> Any:
    return tp if tp is Any else tp | None


def _itself(value: Any) -> Any:
    return value


def _unless_null(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _each_item(convert: Convert) -> Convert:
    def convert_items(items: list[Any]) -> list[Any]:
        try:
            return [convert(item) for item in items]
        except msgspec.ValidationError:
            # Once more, slowly, for the position of the fault.
            return [located(f"[{i}]", convert, item) for i, item in enumerate(items)]

    return convert_items


def _each_member(convert: Convert) -> Convert:
    return lambda members: {
        name: located("[...]", convert, member) for name, member in members.items()
    }


def _of_member(convert: Convert, f: Any) -> Convert:
    """A member that was absent already has its default, of the real class."""
    bare_type, step = bare(f.type), f".{f.encode_name}"
    default_class = real_class(bare_type) if is_struct(bare_type) else type(None)

    def convert_present(value: Any) -> Any:
        if value is None or isinstance(value, default_class):
            return value
        return located(step, convert, value)

    return convert_present
