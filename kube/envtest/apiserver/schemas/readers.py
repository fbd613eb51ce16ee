"""Reading objects as Go's decoder does, and giving back what Go's encoder would write.

A reader is made of a type of the OpenAPI documents and of what is known of its Go struct. It
refuses values of a wrong type in the words of Go's decoder, leaves out nulls and what `omitempty`
leaves out, fills in what Go always writes (`status: {}`), brings times and quantities into their
canonical form, and reports the members that the type does not have.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from kube.envtest.apiserver.schemas import documents, quantities
from kube.envtest.apiserver.schemas.reading import OMITTED, Notes
from kube.runtime.trees import Tree

Reader = Callable[[Any, Notes], Any]
"""From a value to the value that Go would write."""


class RefusedError(Exception):
    """A value that Go's decoder refuses.

    The decoder goes on after one, and tells the first; but where a type that reads itself refuses
    (`ends`), the decoder ends there and tells that.
    """

    ends = False

    def inside(self, struct: str, member: str) -> None:
        """Called by each struct around the value, with the member that leads to it."""


class MismatchError(RefusedError):
    """A value of another type than Go's; the message has its path."""

    def __init__(self, actual: str, go_type: str, *, ends: bool = False) -> None:
        super().__init__()
        self.actual = actual
        self.go_type = go_type
        self.ends = ends
        self.struct = ""
        self.path: list[str] = []

    def inside(self, struct: str, member: str) -> None:
        self.struct = self.struct or struct
        self.path.append(member)

    def __str__(self) -> str:
        where = "Go value"
        if self.path:
            where = f"Go struct field {self.struct}.{'.'.join(reversed(self.path))}"
        return f"json: cannot unmarshal {self.actual} into {where} of type {self.go_type}"


class MalformedError(RefusedError):
    """A text that is not one of its type; the message has no path."""

    def __init__(self, text: str, *, ends: bool = True) -> None:
        super().__init__(text)
        self.ends = ends


_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "bool"}
_PACKAGE = "io.k8s.apimachinery.pkg."
_EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
_PROPS = f"{_EXTENSIONS}JSONSchemaProps"
_RANGES = {"int32": 2**31, "int64": 2**63}


def _mismatch(value: Any, go_type: str, *, ends: bool = False) -> MismatchError:
    return MismatchError(_JSON_TYPES.get(type(value), "number"), go_type, ends=ends)


def _string(go_type: str) -> Reader:
    def read(value: Any, unknown: Notes) -> Any:
        if type(value) is str:
            return value
        if value is None:
            return ""
        raise _mismatch(value, go_type)

    return read


def _boolean(go_type: str) -> Reader:
    def read(value: Any, unknown: Notes) -> Any:
        if value is True or value is False:
            return value
        if value is None:
            return False
        raise _mismatch(value, go_type)

    return read


def _integer(go_type: str, form: str) -> Reader:
    limit = _RANGES.get(form, 2**63)

    def read(value: Any, unknown: Notes) -> Any:
        if type(value) is int and -limit <= value < limit:
            return value
        if value is None:
            return 0
        if type(value) in (int, float):
            raise MismatchError(f"number {value}", go_type)
        raise _mismatch(value, go_type)

    return read


_LARGEST_FLOAT = int(sys.float_info.max)


def _number(go_type: str) -> Reader:
    def read(value: Any, unknown: Notes) -> Any:
        if type(value) is float or (type(value) is int and abs(value) <= _LARGEST_FLOAT):
            return value
        if value is None:
            return 0
        raise _mismatch(value, go_type)

    return read


def _bytes(value: Any, unknown: Notes) -> Any:
    if value is None:
        return ""
    if type(value) is list:
        return base64.b64encode(bytes(map(_byte, value))).decode()
    if type(value) is not str:
        raise _mismatch(value, "[]uint8")
    text = value.replace("\n", "").replace("\r", "")
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        wrong = re.search(r"[^A-Za-z0-9+/=]", text)
        # A text that ends early is wrong where its last four letters begin.
        place = wrong.start() if wrong else len(text) // 4 * 4
        why = f"illegal base64 data at input byte {place}"
        raise MalformedError(why, ends=False) from None
    return base64.b64encode(raw).decode()


def _byte(item: Any) -> int:
    if type(item) is int and 0 <= item < 256:
        return item
    if type(item) in (int, float):
        raise MismatchError(f"number {item}", "uint8")
    raise _mismatch(item, "uint8")


_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _out_of_range(text: str) -> str:
    parts = (
        ("month", text[5:7], 1, 12),
        ("hour", text[11:13], 0, 23),
        ("minute", text[14:16], 0, 59),
        ("second", text[17:19], 0, 59),
    )
    wrong = (name for name, digits, low, high in parts if not low <= int(digits) <= high)
    return next(wrong, "day")


def _parsed_time(text: str, layout: str) -> datetime:
    match = _TIME.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        whole, fraction = text.upper(), (match[1] or "")[1:]
        if fraction:
            whole = whole.replace(match[1], f".{fraction[:6]:0<6}")
        return datetime.fromisoformat(whole.replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        if match is not None:
            why = f'parsing time "{text}": {_out_of_range(text)} out of range'
            raise MalformedError(why) from None
        rest, wanted = text, "2006"
        if re.match(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d", text):
            rest, wanted = text[19:], ".000000" if ".000000" in layout else "Z07:00"
        why = f'parsing time "{text}" as "{layout}": cannot parse "{rest}" as "{wanted}"'
        raise MalformedError(why) from None


def _time(value: Any, unknown: Notes) -> Any:
    if value is None:
        return None
    if type(value) is not str:
        raise _mismatch(value, "string", ends=True)
    if len(value) == 20 and value[-1] == "Z" and _TIME.fullmatch(value):
        _parsed_time(value, "2006-01-02T15:04:05Z07:00")
        return value
    moment = _parsed_time(value, "2006-01-02T15:04:05Z07:00")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


_MICRO = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d\.\d{6}([Zz]|[+-]\d\d:\d\d)")
_MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"


def _micro_time(value: Any, unknown: Notes) -> Any:
    if value is None:
        return None
    if type(value) is not str:
        raise _mismatch(value, "string", ends=True)
    if not _MICRO.fullmatch(value):
        rest, wanted = value, "2006"
        if re.match(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d", value):
            rest, wanted = value[19:], ".000000"
        why = f'parsing time "{value}" as "{_MICRO_LAYOUT}": cannot parse "{rest}" as "{wanted}"'
        raise MalformedError(why)
    return _parsed_time(value, _MICRO_LAYOUT).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _quantity(value: Any, unknown: Notes) -> Any:
    if value is None:
        return "0"
    if type(value) in (int, float):
        value = str(value)
    if type(value) is not str:
        raise MalformedError(quantities.FORMAT)
    try:
        return quantities.canonical(value.strip())
    except ValueError as error:
        raise MalformedError(str(error)) from None


def _amount(value: Any, unknown: Notes) -> Any:
    """A quantity in a list of resources, which a default rounds up."""
    return quantities.in_thousandths(_quantity(value, unknown))


def _int_or_string(value: Any, unknown: Notes) -> Any:
    if type(value) is str or (type(value) is int and -(2**31) <= value < 2**31):
        return value
    if value is None:
        return 0
    if type(value) in (int, float):
        raise MismatchError(f"number {value}", "int32", ends=True)
    raise _mismatch(value, "int32", ends=True)


def _anything(value: Any, unknown: Notes) -> Any:
    return value


_SPECIAL: dict[str, tuple[Reader, Any]] = {
    f"{_PACKAGE}apis.meta.v1.Time": (_time, None),
    f"{_PACKAGE}apis.meta.v1.MicroTime": (_micro_time, None),
    f"{_PACKAGE}api.resource.Quantity": (_quantity, "0"),
    f"{_PACKAGE}util.intstr.IntOrString": (_int_or_string, 0),
    f"{_PACKAGE}runtime.RawExtension": (_anything, None),
    f"{_PACKAGE}apis.meta.v1.FieldsV1": (_anything, None),
    f"{_EXTENSIONS}JSON": (_anything, None),
}
"""Types with a form of their own: the reader, and what Go writes for a zero value."""


def _apart(read: Reader) -> Reader:
    """A reader of what Go decodes by itself: unknown members are dropped, and not told of."""
    return lambda value, notes: read(value, Notes(notes.empties))


def _schema_or_bool(schema: Reader, schemas: Reader) -> Reader:
    def read(value: Any, notes: Notes) -> Any:
        if type(value) is bool:
            return value
        if type(value) is not dict:
            raise MalformedError("boolean or JSON schema expected")
        return schema(value, notes)

    return read


def _schema_or_list(schema: Reader, items: Reader) -> Reader:
    """What is neither an object nor a list is read as if it were null."""

    def read(value: Any, notes: Notes) -> Any:
        if type(value) is list:
            return items(value, notes) or None
        return schema(value, notes) if type(value) is dict else None

    return read


_UNIONS = {
    f"{_EXTENSIONS}JSONSchemaPropsOrBool": (_schema_or_bool, ""),
    f"{_EXTENSIONS}JSONSchemaPropsOrArray": (_schema_or_list, _PROPS),
    f"{_EXTENSIONS}JSONSchemaPropsOrStringArray": (_schema_or_list, ""),
}
"""Types that are a schema or something else: what makes their reader, and the items of a list."""

_ABSENT: Any = object()


class _Member:
    """One member of a struct: how it is read, and what becomes of zero values."""

    __slots__ = ("absent", "drops", "empties", "name", "null", "read")

    def __init__(self, name: str, read: Reader, null: Any, absent: Any, drops: bool) -> None:
        self.name = name
        self.read = read
        self.null = null
        """What null becomes; _ABSENT leaves the member out."""
        self.absent = absent
        """What Go writes where the member is not there; _ABSENT for nothing."""
        self.drops = drops
        """Whether a zero value is left out."""
        self.empties = (
            absent is None and read is not _anything and not isinstance(read, StructReader)
        )
        """Whether an empty list or map is stored as null."""


_TYPE_META = ("apiVersion", "kind")


class StructReader:
    """Reads one struct. Its members are prepared when it is first used."""

    def __init__(self, readers: Readers, name: str) -> None:
        self._readers = readers
        self._name = name
        self._struct = name.rpartition(".")[2]
        self._go_type = ".".join(name.split(".")[-2:])
        self._members: dict[str, _Member] | None = None
        self._filled: list[tuple[str, Any]] = []

    def _prepare(self) -> dict[str, _Member]:
        schema, facts = self._readers.schema(self._name), documents.facts().get(self._name) or {}
        members = {}
        for key, member in (schema.get("properties") or {}).items():
            fact = facts.get(key) or ("|o|string|TypeMeta" if key in _TYPE_META else "|o|string")
            _, flags, go_type, *around = fact.split("|")
            name = ".".join([*around, key])
            members[key] = self._readers.member(name, member, flags, go_type)
            # Definitions are stored as JSON.
            members[key].empties &= not self._name.startswith(_EXTENSIONS)
        self._members = members
        self._filled = [(key, m.absent) for key, m in members.items() if m.absent is not _ABSENT]
        return members

    def __call__(self, value: Any, unknown: Notes, but: frozenset[str] = frozenset()) -> Any:
        members = self._members or self._prepare()
        if type(value) is not dict:
            if value is None:
                value = {}
            else:
                raise _mismatch(value, self._go_type)
        read = {}
        for key, item in value.items():
            if key in but:
                read[key] = item
                continue
            member = members.get(key)
            if member is None:
                unknown.append(key)
                continue
            if item is None:
                if member.null is not _ABSENT:
                    read[key] = _fresh(member.null)
                continue
            known = len(unknown)
            try:
                item = member.read(item, unknown)
            except RefusedError as error:
                error.inside(self._struct, member.name)
                if not error.ends:
                    self._read_rest(value, key, but)
                raise
            if len(unknown) > known:
                for place in range(known, len(unknown)):
                    rest = unknown[place]
                    unknown[place] = f"{key}{rest}" if rest[:1] == "[" else f"{key}.{rest}"
            if not item and (member.drops or member.empties):
                if type(item) in (list, dict):
                    unknown.empties.add(read, key, item, OMITTED if member.drops else None)
                elif member.drops:
                    continue
            read[key] = item
        for key, absent in self._filled:
            if key not in read and key not in but:
                read[key] = _fresh(absent)
        return read

    def _read_rest(self, value: Tree, failed: str, but: frozenset[str]) -> None:
        """Raise the error that ends the reading of the members after the one that failed."""
        assert self._members is not None
        keys = list(value)
        for key in keys[keys.index(failed) + 1 :]:
            member = self._members.get(key)
            if member is None or key in but or value[key] is None:
                continue
            try:
                member.read(value[key], Notes())
            except RefusedError as error:
                if error.ends:
                    error.inside(self._struct, member.name)
                    raise


def _fresh(value: Any) -> Any:
    return value({}, Notes()) if isinstance(value, StructReader) else value


def _read_rest(read: Reader, items: list[Any]) -> None:
    """Raise the error that ends the reading of items after one that failed."""
    for item in items:
        if item is None:
            continue
        try:
            read(item, Notes())
        except RefusedError as error:
            if error.ends:
                raise


class Readers:
    """The readers of one document's types."""

    def __init__(self, group: str, version: str) -> None:
        self._schemas = documents.schemas(group, version)
        self._rounds = group != "node.k8s.io"
        """Whether amounts of resources are rounded: a default of the core types."""
        self._structs: dict[str, StructReader] = {}

    def schema(self, name: str) -> Tree:
        return self._schemas[name]

    def struct(self, name: str) -> StructReader:
        reader = self._structs.get(name)
        if reader is None:
            reader = self._structs[name] = StructReader(self, name)
        return reader

    def member(self, name: str, schema: Tree, flags: str, go_type: str) -> _Member:
        pointer, omits = "p" in flags, "o" in flags or "z" in flags
        read, zero = self._type(schema, go_type)
        if pointer:
            absent = _ABSENT if omits else None
            return _Member(name, read, absent, absent, False)
        named = documents.target(schema)
        if named and (isinstance(read, StructReader) or named in _SPECIAL):
            absent = _ABSENT if "z" in flags else zero
            return _Member(name, read, absent, absent, False)
        absent = _ABSENT if omits else zero
        return _Member(name, read, absent, absent, omits)

    def _type(self, schema: Tree, go_type: str) -> tuple[Reader, Any]:
        """The reader of a value, and Go's zero value."""
        name = documents.target(schema)
        if name in _SPECIAL:
            return self._special(name)
        if name in _UNIONS:
            make, of = _UNIONS[name]
            items: Tree = {"$ref": f"#/components/schemas/{of}"} if of else {"type": "string"}
            schemas = self._list(items, "[]string", atomic=True)
            return _apart(make(self.struct(_PROPS), schemas)), None
        if name:
            schema = self._schemas[name]
            is_map = "additionalProperties" in schema
            if name in documents.facts() or (schema.get("type") == "object" and not is_map):
                struct = self.struct(name)
                return struct, struct
        match schema.get("type"):
            case "string" if schema.get("format") == "byte":
                return self._bytes(), None
            case "string":
                return _string(go_type), ""
            case "boolean":
                return _boolean(go_type), False
            case "integer":
                return self._integer(go_type, str(schema.get("format", ""))), 0
            case "number":
                return _number(go_type), 0
            case "array":
                atomic = schema.get("x-kubernetes-list-type", "atomic") == "atomic"
                return self._list(schema["items"], go_type, atomic=atomic), None
            case "object" if isinstance(schema.get("additionalProperties"), dict):
                return self._map(schema["additionalProperties"], go_type), None
        return _anything, None

    def _special(self, name: str) -> tuple[Reader, Any]:
        return _SPECIAL[name]

    def _integer(self, go_type: str, form: str) -> Reader:
        return _integer(go_type, form)

    def _bytes(self) -> Reader:
        return _bytes

    def _list(self, items: Tree, go_type: str, *, atomic: bool) -> Reader:
        read, zero = self._type(items, go_type.removeprefix("[]"))

        def read_list(value: Any, unknown: Notes) -> Any:
            if type(value) is not list:
                raise _mismatch(value, go_type)
            result, empty = [], len(unknown.empties)
            for index, item in enumerate(value):
                known = len(unknown)
                try:
                    result.append(_fresh(zero) if item is None else read(item, unknown))
                except RefusedError as error:
                    if not error.ends:
                        _read_rest(read, value[index + 1 :])
                    raise
                for place in range(known, len(unknown)):
                    rest = unknown[place]
                    dot = "" if rest[:1] == "[" else "."
                    unknown[place] = f"[{index}]{dot}{rest}"
            if atomic and len(unknown.empties) > empty:
                unknown.empties.compared_from(empty)
            return result

        return read_list

    def _map(self, values: Tree, go_type: str) -> Reader:
        read, zero = self._type(values, go_type.partition("]")[2] or go_type)
        if go_type.endswith(".ResourceList") and self._rounds:
            read = _amount
        if values.get("format") == "byte":
            zero = ""  # what is stored cannot tell it from null

        def read_map(value: Any, unknown: Notes) -> Any:
            if type(value) is not dict:
                raise _mismatch(value, go_type)
            result = {}
            for key, item in value.items():
                known = len(unknown)
                try:
                    result[key] = _fresh(zero) if item is None else read(item, unknown)
                except RefusedError as error:
                    if not error.ends:
                        keys = list(value)
                        _read_rest(read, [value[k] for k in keys[keys.index(key) + 1 :]])
                    raise
                for place in range(known, len(unknown)):
                    rest = unknown[place]
                    unknown[place] = f"{key}{'' if rest[:1] == '[' else '.'}{rest}"
            return result

        return read_map
