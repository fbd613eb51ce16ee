"""Validation against a structural schema, as kube-openapi does it: its order, paths and words.

A schema is compiled once, and then called with every value. Where one of several schemas must hold,
the faults of the best are told: of the one with the most checks that passed, so these are counted.
Faults of values that an update leaves as they are do not count (`correlation`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas import formats, matching, patterns
from kube.envtest.apiserver.schemas.correlation import Correlated
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

INT_OR_STRING = "x-kubernetes-int-or-string"


class Validator:
    """A compiled schema. Paths are relative to the value, which itself is at ''."""

    def __init__(self, schema: Tree, *, verbatim: bool = False) -> None:
        """As that of defaults, a schema is `verbatim`: formats that do not apply to its type stay,
        and an int-or-string is of the type that it names, if it names one."""
        self._root = _Node(schema, verbatim)

    def faults(self, value: Any, was: Correlated | None = None) -> list[Cause]:
        """What is wrong with a value; `was` is the one that it replaces."""
        return list(self._root.checked(value, "", was, root=True).causes)


class _Result:
    """The faults of a value, each once, and how many checks passed."""

    __slots__ = ("causes", "count")

    def __init__(self) -> None:
        self.causes: dict[Cause, None] = {}
        self.count = 0

    def add(self, *causes: Cause) -> None:
        self.causes.update(dict.fromkeys(causes))

    def merge(self, other: _Result) -> None:
        self.causes.update(other.causes)
        self.count += other.count


class _Node:
    """One schema, with those inside."""

    def __init__(self, schema: Tree, verbatim: bool) -> None:
        self._schema = schema
        kind = schema.get("type")
        self._types: tuple[str, ...] = (kind,) if kind else ()
        if schema.get(INT_OR_STRING) and not verbatim:
            self._types = ("integer", "string")
        self._format: str = schema.get("format", "")
        if not verbatim:
            self._format = _supported(self._format, self._types)
        self._nullable = bool(schema.get("nullable"))
        self._enum: list[Any] = schema.get("enum") or []
        properties = schema.get("properties") or {}
        self._properties = {name: _Node(inner, verbatim) for name, inner in properties.items()}
        self._required: list[str] = schema.get("required") or []
        others = schema.get("additionalProperties")
        self._closed = others is False
        self._others = _Node(others, verbatim) if isinstance(others, dict) else None
        items = schema.get("items")
        self._items = _Node(items, verbatim) if isinstance(items, dict) else None
        self._any_of, self._one_of, self._all_of = (
            [_Node(inner, verbatim) for inner in schema.get(word) or ()]
            for word in ("anyOf", "oneOf", "allOf")
        )
        self._not = _Node(schema["not"], verbatim) if isinstance(schema.get("not"), dict) else None
        self._combines = bool(self._any_of or self._one_of or self._all_of or self._not)
        self._is_numeric = any(
            word in schema for word in ("minimum", "maximum", "multipleOf")
        ) or self._types in (("integer",), ("number",))

    def checked(
        self, value: Any, path: str, was: Correlated | None, *, root: bool = False
    ) -> _Result:
        """The result for a value, without faults if it has not changed."""
        result = self.result(value, path, was, root=root)
        if result.causes and was is not None and was.unchanged():
            result.causes = {}
        return result

    def result(self, value: Any, path: str, was: Correlated | None, *, root: bool) -> _Result:
        result = _Result()
        if value is None:
            if not self._types or self._nullable:
                result.count += 1
            else:
                result.add(_wrong_type(path, ",".join(self._types), "null"))
            self._check_enum(value, path, result)
            return result
        if self._types or self._format:
            self._check_type(value, path, result)
            result.count += 1
        if self._combines:
            self._check_combinations(value, path, was, result, root=root)
        result.count += 2
        if isinstance(value, str):
            self._check_text(value, path, result)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            result.count += 2
            if self._is_numeric:
                self._check_number(value, path, result)
        elif isinstance(value, list):
            self._check_items(value, path, was, result)
            result.count += 2
        self._check_enum(value, path, result)
        result.count += 1
        if isinstance(value, dict):
            self._check_members(value, path, was, result, root=root)
            result.count += 1
        result.count += 1
        return result

    def _check_type(self, value: Any, path: str, result: _Result) -> None:
        kind, form = _kind(value)
        is_whole = kind == "number" and _is_whole(value) and "integer" in self._types
        fits = kind in self._types or is_whole or (kind == "integer" and "number" in self._types)
        if self._format:
            if kind not in ("string", "array"):
                if not fits and form != self._format:
                    result.add(_wrong_type(path, self._format, form))
                    return
            elif "number" not in self._types and "integer" not in self._types:
                result.count += 1
                return
        if fits:
            result.count += 1
        else:
            result.add(_wrong_type(path, ",".join(self._types), kind))

    def _check_enum(self, value: Any, path: str, result: _Result) -> None:
        if self._enum and not any(_is_same(value, each) for each in self._enum):
            shown = [each if isinstance(each, str) else status.render(each) for each in self._enum]
            result.add(status.not_supported(path, status.by_key(value), shown))

    def _check_text(self, value: str, path: str, result: _Result) -> None:
        schema, count = self._schema, len(value)
        if (most := schema.get("maxLength")) is not None and count > most:
            result.add(status.too_long(path, most))
        elif (least := schema.get("minLength")) is not None and count < least:
            why = f"{path} in body should be at least {least} chars long"
            result.add(status.invalid_value(path, value, why))
        elif pattern := schema.get("pattern"):
            try:
                fault = "" if matching.matcher(pattern)(value) else pattern
            except patterns.PatternError as error:
                fault = f"{pattern}, but pattern is invalid: {error}"
            if fault:
                why = f"{path} in body should match '{fault}'"
                result.add(status.invalid_value(path, value, why))
        if self._format and formats.is_known(self._format):
            result.count += 1
            if not formats.fits(self._format, value):
                result.add(_wrong_type(path, self._format, value))

    def _check_number(self, value: float, path: str, result: _Result) -> None:
        kind = self._types[0] if self._types in (("integer",), ("number",)) else ""
        form = _supported(self._format, self._types) if kind else ""
        result.add(*_range_faults(value, kind, form, "Checked", path))
        schema = self._schema
        for word, what in (
            ("multipleOf", "MultipleOf"),
            ("minimum", "Minimum boundary"),
            ("maximum", "Maximum boundary"),
        ):
            limit = schema.get(word)
            if limit is None:
                continue
            outside = list(_range_faults(limit, kind, form, what, path))
            result.add(*outside)
            is_whole = isinstance(value, int) and not outside
            exclusive = bool(schema.get(f"exclusive{word.capitalize()}"))
            number, limit = (value, int(limit)) if is_whole else (_float(value), _float(limit))
            result.add(*_limit_faults(number, word, limit, path, exclusive=exclusive))

    def _check_items(
        self, value: list[Any], path: str, was: Correlated | None, result: _Result
    ) -> None:
        if self._items is not None:
            for index, item in enumerate(value):
                below = was.item(index) if was is not None else None
                result.merge(self._items.checked(item, f"{path}[{index}]", below))
        size = len(value)
        if (least := self._schema.get("minItems")) is not None and size < least:
            why = f"{path} in body should have at least {least} items"
            result.add(status.invalid_value(path, size, why))
        if (most := self._schema.get("maxItems")) is not None and size > most:
            result.add(status.too_many(path, size, most))
        if self._schema.get("uniqueItems") and any(_doubles(value, path)):
            why = f"{path} in body shouldn't contain duplicates"
            result.add(status.invalid_value(path, "", why))

    def _check_members(
        self, value: Tree, path: str, was: Correlated | None, result: _Result, *, root: bool
    ) -> None:
        size, schema = len(value), self._schema
        if (least := schema.get("minProperties")) is not None and size < least:
            why = f"{path} in body should have at least {least} properties"
            result.add(status.invalid_value(path, size, why))
        if (most := schema.get("maxProperties")) is not None and size > most:
            result.add(status.too_many(path, size, most))
        for key, item in value.items():
            node = self._properties.get(key)
            if node is not None:
                continue
            if self._closed:
                why = f"{path}.{key} in body is a forbidden property"
                result.add(status.invalid_value(path, key, why))
            elif self._others is not None:
                below = was.member(key) if was is not None else None
                result.merge(self._others.checked(item, f"{path}.{key}", below))
        for key, node in self._properties.items():
            if key in value:
                below = was.member(key) if was is not None else None
                if root and key in ("kind", "apiVersion"):
                    below = None
                where = f"{path}.{key}" if path else key
                result.merge(node.checked(value[key], where, below))
        for key in self._required:
            if key not in value:
                result.add(status.required(f"{path}.{key}"))

    def _check_combinations(
        self, value: Any, path: str, was: Correlated | None, result: _Result, *, root: bool
    ) -> None:
        shown = status.render(path)
        if self._any_of:
            best, valid = _best(self._any_of, value, path, was, first=True)
            if not valid:
                result.add(_combined(f"{shown} must validate at least one schema (anyOf)"))
            result.merge(best)
        if self._one_of:
            best, valid = _best(self._one_of, value, path, was, first=False)
            if valid != 1:
                found = f"Found {valid} valid alternatives" if valid else "Found none valid"
                why = f"{shown} must validate one and only one schema (oneOf). {found}"
                result.add(_combined(why))
            if valid < 2:
                result.merge(best)
        if self._all_of:
            results = [node.result(value, path, was, root=root) for node in self._all_of]
            for each in results:
                result.merge(each)
            valid = sum(1 for each in results if not each.causes)
            if valid < len(results):
                none = "" if valid else ". None validated"
                result.add(_combined(f"{shown} must validate all the schemas (allOf){none}"))
        if self._not is not None and not self._not.result(value, path, was, root=root).causes:
            result.add(_combined(f"{shown} must not validate the schema (not)"))


def _best(
    nodes: list[_Node], value: Any, path: str, was: Correlated | None, *, first: bool
) -> tuple[_Result, int]:
    """The first result without faults, else the one with the most checks that passed; and how many
    are without faults, of which the `first` may end the search."""
    good: _Result | None = None
    bad: _Result | None = None
    valid = 0
    for node in nodes:
        result = node.result(value, path, was, root=False)
        if not result.causes:
            valid += 1
            good = good or result
            if first:
                break
        elif bad is None or result.count > bad.count:
            bad = result
    best = good or bad
    assert best is not None
    return best, valid


def _supported(form: str, types: tuple[str, ...]) -> str:
    """A format, if it applies to values of these types."""
    match types[0] if len(types) == 1 else "":
        case "" | "string":
            return form if formats.is_known(form) else ""
        case "integer":
            return form if form in ("int32", "int64") else ""
        case "number":
            return form if form in ("float", "double") else ""
    return ""


_KINDS: dict[type, tuple[str, str]] = {
    bool: ("boolean", ""), str: ("string", ""), int: ("integer", "int64"),
    float: ("number", "float64"), list: ("array", ""), dict: ("object", ""),
}  # fmt: skip


def _kind(value: Any) -> tuple[str, str]:
    """The type and the format of a value, as Go has it."""
    return _KINDS[type(value)]


def _wrong_type(path: str, wanted: str, found: str) -> Cause:
    why = f"{path} in body must be of type {wanted}: {status.render(found)}"
    return status.type_invalid(path, found, why)


def _combined(why: str) -> Cause:
    """A fault that kube-openapi gives no field and no value."""
    return Cause("FieldValueInvalid", "", f'Invalid value: "": {why}')


def _is_same(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool) or value is None:
        return value is not None and value is wanted
    if isinstance(value, (int, float)) and isinstance(wanted, (int, float)):
        # Go converts the value into the type of what is compared.
        return bool(type(wanted)(value) == wanted)
    return type(value) is type(wanted) and bool(value == wanted)


_LIMITS = {"int32": 2**31, "int64": 2**63}
_MOST_FLOAT32 = 3.4028235677973366e38


def _range_faults(value: float, kind: str, form: str, what: str, path: str) -> Iterator[Cause]:
    """Why a number does not fit its type and format."""
    if kind == "integer":
        whole = isinstance(value, int) or value.is_integer()
        limit = _LIMITS.get(form, 2**63)
        fits = whole and -limit <= value < limit
    else:
        fits = form != "float" or abs(value) < _MOST_FLOAT32
    if not fits:
        shown = f"with format {form}" if form else "(default format)"
        yield _combined(f"{what} value must be of type {kind} {shown} in {path}")


def _limit_faults(
    value: float, word: str, limit: float, path: str, *, exclusive: bool
) -> Iterator[Cause]:
    shown = status.number(limit)
    if word == "multipleOf":
        if limit <= 0:
            why = f"factor MultipleOf declared for {path} must be positive: {shown}"
            yield status.invalid_value(path, limit, why)
        elif not _is_multiple(value, limit):
            yield _beyond(path, value, f"should be a multiple of {shown}")
        return
    than = "less than" if word == "maximum" else "greater than"
    outside = value > limit if word == "maximum" else value < limit
    if outside or (exclusive and value == limit):
        yield _beyond(path, value, f"should be {than}{'' if exclusive else ' or equal to'} {shown}")


def _beyond(path: str, value: float, why: str) -> Cause:
    return status.invalid_value(path, value, f"{path} in body {why}")


def _is_multiple(value: float, factor: float) -> bool:
    if isinstance(value, int) and isinstance(factor, int):
        return value % factor == 0
    return _is_whole(1 / factor * value if factor < 1 else value / factor)


def _is_whole(value: float) -> bool:
    """Whether a number is an integer that JSON can hold, but for errors of rounding."""
    if not math.isfinite(value) or not -(2**53) <= value <= 2**53 - 1:
        return False
    rest = abs(value - math.trunc(value))
    return rest == 0 or (value > 1 and rest / (value + math.trunc(value)) < 1e-9)


def _float(value: float) -> float:
    """A number as Go's float64; a whole one may be too large for it."""
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def double_faults(schema: Any, value: Any, path: str = "") -> Iterable[Cause]:
    """The items of a list that occur twice: of a set, or with the keys of a map."""
    if not isinstance(schema, dict):
        return
    if isinstance(value, dict):
        properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
        for key, item in value.items():
            if key in properties:
                step = f"{path}.{key}" if path else key
                yield from double_faults(properties[key], item, step)
            if isinstance(others, dict):
                yield from double_faults(others, item, f"{path}[{key}]")
    elif isinstance(value, list):
        kind = schema.get("x-kubernetes-list-type")
        if kind == "set":
            yield from _doubles(value, path)
        elif kind == "map":
            yield from _double_keys(schema.get("x-kubernetes-list-map-keys") or [], value, path)
        for index, item in enumerate(value):
            yield from double_faults(schema.get("items"), item, f"{path}[{index}]")


def _double_keys(names: list[str], items: list[Any], path: str) -> Iterator[Cause]:
    for index, item in enumerate(items):
        if item is not None and not isinstance(item, dict):
            why = "must be an object for an array of list-type map"
            yield status.invalid_value(f"{path}[{index}]", status.by_key(item), why)
            return
    keys = [{name: item[name] for name in names if name in (item or {})} for item in items]
    yield from _doubles(keys, path)


def _doubles(values: list[Any], path: str) -> Iterator[Cause]:
    """Of values that occur more than once, the second."""
    times: dict[str, int] = {}
    for index, value in enumerate(values):
        identity = f"{type(value).__name__} {status.render(status.by_key(value))}"
        times[identity] = times.get(identity, 0) + 1
        if times[identity] == 2:
            yield status.duplicate(f"{path}[{index}]", status.by_key(value))
