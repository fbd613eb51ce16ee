"""What markers add to a schema, and what they cannot be said of.

One table: each marker's name, what it is said of, and what it does. They are applied in upstream's
order (pkg/crd/markers): what decides a type first, then the others as they stand, then the rules
over members. A marker that does not fit is an error at its value.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from codegen.diagnostics import Diagnostics
from codegen.generators.crd import rules
from codegen.generators.crd.constraints import (
    CONSTRAINTS,
    VALIDATION,
    Refused,
    bound,
    is_list,
    is_map,
    kind,
)
from codegen.generators.crd.flatten import TYPE, VALIDATIONS, Schema
from codegen.generators.crd.values import fault_of
from codegen.model import (
    Alias,
    Default,
    DictOf,
    Enum,
    Field,
    ListOf,
    Struct,
    Tag,
    Tags,
    TypeRef,
    Universe,
    bare,
)

_ITEMS = VALIDATION + "items:"

Owner = Struct | Enum | Alias


# --- the markers ------------------------------------------------------------------------------


class Markers:
    """Applies the markers of types and of fields."""

    def __init__(self, universe: Universe, diagnostics: Diagnostics) -> None:
        self._universe = universe
        self._diagnostics = diagnostics

    def apply(self, schema: Schema, tags: Tags, owner: Owner | None = None) -> None:
        """The markers of a type, or of a field, whose own schema this is."""
        own = sorted((t for t in tags if not t.name.startswith(_ITEMS)), key=_priority)
        items = sorted((t for t in tags if t.name.startswith(_ITEMS)), key=_priority)
        for tag in own:
            self._apply(schema, tag, tag.name, owner)
        for tag in items:
            target = schema.get("items") if is_list(schema) else None
            if target is None:
                self._refuse(
                    tag, Refused(f"this marker is for the elements of a list: {kind(schema)}")
                )
            elif (
                rules.uses_old(str(tag.arguments.get("rule", "")))
                and schema.get("x-kubernetes-list-type") != "map"
            ):
                self._refuse(
                    tag,
                    Refused(
                        "elements have an oldSelf only in a list of type map",
                        "add +listType=map with a +listMapKey, or write the rule above the list",
                        "rule",
                    ),
                )
            else:
                self._apply(target, tag, VALIDATION + tag.name.removeprefix(_ITEMS), owner)

    def apply_to_field(self, schema: Schema, field: Field) -> None:
        self.apply(schema, field.tags)
        for name, ref in ((VALIDATION, field.type), (_ITEMS, _element(field.type))):
            declared = None if ref is None else self._universe.resolve(bare(ref))
            for tag in field.tags.all(f"{name}Enum"):
                self._check_open_enum(tag, declared)
        self._default(schema, field)

    def _check_open_enum(self, tag: Tag, declared: object) -> None:
        """An open enum takes any value, but a marker that names one that it lacks is a slip."""
        if not isinstance(declared, Enum) or not declared.open or not isinstance(tag.value, list):
            return
        known = [member.value for member in declared.members]
        for value in tag.value:
            if value not in known:
                self._refuse(
                    tag,
                    Refused(
                        f"{declared.name.name} has no value {value!r}: it has "
                        f"{', '.join(map(str, known))}",
                        "add the member, or correct the marker",
                    ),
                )

    def _apply(self, schema: Schema, tag: Tag, name: str, owner: Owner | None) -> None:
        handler = _HANDLERS.get(name)
        if name == VALIDATION + "Enum":
            self._check_open_enum(tag, owner)
        try:
            if name == VALIDATION + "XValidation":
                self._check_rule(schema, tag, owner)
            if handler is not None:
                handler(schema, tag)
            elif name == "k8s:enum":
                _members(schema, owner)
        except Refused as refused:
            self._refuse(tag, refused)

    def _check_rule(self, schema: Schema, tag: Tag, owner: Owner | None) -> None:
        """What the server would refuse of a rule, as far as text shows."""
        for argument in ("rule", "messageExpression"):
            expression = str(tag.arguments.get(argument, ""))
            fault = rules.syntax_fault(expression) if argument in tag.arguments else None
            if fault is not None:
                self._diagnostics.error(
                    rules.place(tag, argument, fault[1]),
                    f"the {argument} is no CEL: {fault[0]}",
                    code="bad-cel",
                )
                return
        rule = str(tag.arguments["rule"])
        referred = schema.get(TYPE, {})
        names: set[str] = set(referred.get("properties", {}))
        if isinstance(owner, Struct):
            names = {field.json_name for field in owner.fields}
        unknown = rules.unknown_member(rule, names) if names else ""
        if unknown:
            raise Refused(
                f"there is no member {unknown!r}: there are {', '.join(sorted(names))}",
                "members have their JSON names, with __dash__ for a dash",
                "rule",
            )
        if "\n" in str(tag.arguments.get("message", "")):
            raise Refused("a message has one line", argument="message")
        if tag.arguments.get("optionalOldSelf") and not rules.uses_old(rule):
            raise Refused(
                "optionalOldSelf is for rules about oldSelf", "take it away", "optionalOldSelf"
            )
        path = str(tag.arguments.get("fieldPath", ""))
        if path and not path.startswith((".", "[")):
            raise Refused(f"the path {path!r} does not begin with a dot", argument="fieldPath")

    def _refuse(self, tag: Tag, refused: Refused) -> None:
        report = self._diagnostics.warning if refused.harmless else self._diagnostics.error
        report(tag.at(refused.argument), refused.message, code="bad-marker", hint=refused.hint)

    def _default(self, schema: Schema, field: Field) -> None:
        """Hold markers and the Python default against each other, and against the type.

        A Python default of zero makes none in the schema, for it is never written: what differs
        from it in a marker could then never be overruled with it.
        """
        marker = field.tags.first("kubebuilder:default") or field.tags.first("default")
        default = field.default
        if "default" in schema and marker is not None:
            why = fault_of(schema, schema["default"])
            if why:
                self._refuse(marker, Refused(f"the default {why}"))
                return
        if default is None:
            return
        python = _python_default(default)
        if python is None:
            self._warn_of_unknown_default(schema, field, default)
        elif "default" in schema and marker is not None:
            if python != schema["default"]:
                self._refuse(marker, _contradiction(schema["default"], python))
        else:
            why = fault_of(schema, python)
            if why:
                self._diagnostics.error(
                    field.position,
                    f"the default {default.source} of {field.name} {why}",
                    code="bad-default",
                    hint="write X | None = None, or correct the default or the marker",
                )
            if python not in _ZEROS:
                schema["default"] = python

    def _warn_of_unknown_default(self, schema: Schema, field: Field, default: Default) -> None:
        unknown = not default.has_value and default.factory is None
        # The reader may have refused this very default.
        if unknown and "default" not in schema and not self._diagnostics.failed:
            self._diagnostics.warning(
                field.position,
                f"the default {default.source} of {field.name} is not a literal, so the CRD has "
                "no default for it",
                code="unknown-default",
                hint="write its value, or say it with +kubebuilder:default=",
            )


_ZEROS: tuple[object, ...] = ("", 0, False, [], {})


def _python_default(default: Default) -> Any:
    """The value of a default as JSON has it; None for none, and for what text does not tell."""
    if isinstance(default.value, bytes):
        return base64.b64encode(default.value).decode()
    if default.has_value:
        return default.value
    match default.factory:
        case ListOf():
            return []
        case DictOf():
            return {}
    return None


def _contradiction(marked: object, python: object) -> Refused:
    hint = "write one of them, or make them equal"
    if python in _ZEROS:
        hint = "write X | None = None: a zero value is never sent, so nobody could ask for it"
    return Refused(f"the default is {marked!r} by this marker and {python!r} in Python", hint)


def _element(ref: TypeRef) -> TypeRef | None:
    found = bare(ref)
    return found.element if isinstance(found, ListOf) else None


_ORDER = {
    VALIDATION + "Type": 9,
    VALIDATION + "XIntOrString": 9,
    "listType": 9,
    "k8s:listType": 9,
    "default": 9,
    VALIDATION + "AtMostOneOf": 11,
    VALIDATION + "ExactlyOneOf": 12,
    VALIDATION + "AtLeastOneOf": 13,
    "k8s:required": 14,  # it yields to a bound that is given
}


def _priority(tag: Tag) -> int:
    name = tag.name
    if name.startswith(_ITEMS):
        name = VALIDATION + name.removeprefix(_ITEMS)
    return _ORDER.get(name, 10)


# --- one function a marker --------------------------------------------------------------------

Handler = Callable[[Schema, Tag], None]


def _constraint(name: str) -> Handler:
    return lambda schema, tag: bound(schema, name, tag.value)


def _enumeration(schema: Schema, tag: Tag) -> None:
    values = list(tag.value) if isinstance(tag.value, list) else [tag.value]
    kind = schema.get("type")
    wanted: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
    }
    for value in values:
        fits = isinstance(value, wanted.get(str(kind), (object,)))
        if not fits or (isinstance(value, bool) and kind not in ("boolean", None)):
            hint = f'put it in quotes: "{value}"' if kind == "string" else ""
            raise Refused(f"the value {value!r} is no {kind}", hint)
    declared = schema.get("enum") or schema.get(TYPE, {}).get("enum")
    if declared is not None:
        unknown = [v for v in values if v not in declared]
        if unknown:
            raise Refused(
                f"the type has no value {unknown[0]!r}: it has {', '.join(map(str, declared))}",
                "a closed enum or a Literal says itself which values there are",
            )
        if set(values) != set(declared):
            raise Refused(
                "this cannot narrow the type's own values: they stay as they are",
                "declare a Literal or an enum of these values alone",
                harmless=True,
            )
    schema["enum"] = values


def _members(schema: Schema, owner: Owner | None) -> None:
    if not isinstance(owner, Enum):
        raise Refused("this belongs above an enum", argument="")
    if not all(isinstance(m.value, str) for m in owner.members):
        raise Refused("the values of such an enum are strings", argument="")
    schema["type"] = "string"
    schema["enum"] = sorted({str(m.value) for m in owner.members})


def _format(schema: Schema, tag: Tag) -> None:
    schema["format"] = tag.value


def _type(schema: Schema, tag: Tag) -> None:
    kinds = ("array", "boolean", "integer", "number", "object", "string")
    if tag.value == "Any":
        schema.pop("type", None)
    elif tag.value not in kinds and tag.value != "":
        raise Refused(f"{tag.value!r} is no type of a schema", f"one of: {', '.join(kinds)}")
    else:
        schema["type"] = tag.value


def _set(word: str, value: Any = True) -> Handler:
    def handler(schema: Schema, tag: Tag) -> None:
        schema[word] = value

    return handler


def _list_type(schema: Schema, tag: Tag) -> None:
    if not is_list(schema):
        raise Refused(f"a list type is said of a list, and this is {kind(schema)}")
    earlier = schema.get("x-kubernetes-list-type")
    if earlier is not None and earlier != tag.value:
        raise Refused(f"the list type is {earlier} already")
    schema["x-kubernetes-list-type"] = tag.value


def _list_map_key(schema: Schema, tag: Tag) -> None:
    if not is_list(schema):
        raise Refused(f"a key is said of a list, and this is {kind(schema)}")
    if schema.get("x-kubernetes-list-type") != "map":
        raise Refused("only a list of type map has keys", "add +listType=map")
    keys = schema.setdefault("x-kubernetes-list-map-keys", [])
    if tag.value not in keys:
        keys.append(tag.value)


def _map_type(schema: Schema, tag: Tag) -> None:
    if not is_map(schema):
        raise Refused(f"a map type is said of a map, and this is {kind(schema)}")
    schema["x-kubernetes-map-type"] = tag.value


def _struct_type(schema: Schema, tag: Tag) -> None:
    if not is_map(schema) and "type" in schema:
        raise Refused(f"a struct type is said of a class, and this is {kind(schema)}")
    schema["x-kubernetes-map-type"] = tag.value


def _default(schema: Schema, tag: Tag) -> None:
    value = tag.value
    if isinstance(value, Tag):
        return  # ref(name): upstream leaves it to code as well
    schema["default"] = [] if value == {} and is_list(schema) else value


def _title(schema: Schema, tag: Tag) -> None:
    if not isinstance(tag.value, str):
        raise Refused(f"a title is a string, not {tag.value!r}", "put it in quotes")
    schema["title"] = tag.value


def _external_docs(schema: Schema, tag: Tag) -> None:
    url = str(tag.arguments["url"])
    scheme, separator, rest = url.partition("://")
    if not (url.startswith("/") or (separator and scheme.isalnum() and rest)):
        raise Refused(f"{url!r} is no URL", argument="url")
    description = tag.arguments.get("description")
    schema["externalDocs"] = {"url": url, **({"description": description} if description else {})}


def _required(schema: Schema, tag: Tag) -> None:
    """`+k8s:required` also refuses what is empty."""
    words = {"string": "minLength", "array": "minItems", "object": "minProperties"}
    word = words.get(str(schema.get("type", "object" if TYPE in schema else "")))
    if word is not None:
        schema.setdefault(word, 1)


def _rule(schema: Schema, rule: str, message: str) -> None:
    schema[VALIDATIONS] = [*schema.get(VALIDATIONS, ()), {"rule": rule, "message": message}]


def _validation(schema: Schema, tag: Tag) -> None:
    given = tag.arguments
    rule: Schema = {"rule": given["rule"]}
    for word in ("message", "messageExpression", "reason", "fieldPath"):
        if given.get(word):
            rule[word] = given[word]
    if "optionalOldSelf" in given:
        rule["optionalOldSelf"] = given["optionalOldSelf"]
    schema[VALIDATIONS] = [*schema.get(VALIDATIONS, ()), rule]


def _immutable(schema: Schema, tag: Tag) -> None:
    _rule(schema, "self == oldSelf", "field is immutable")


def _one_of(joined: str, rule: str, message: str) -> Handler:
    """A rule that counts which members are set."""

    def handler(schema: Schema, tag: Tag) -> None:
        names = [str(name) for name in tag.value] if isinstance(tag.value, list) else []
        _check_members(schema, names)
        each = "has(self.{})" if joined == "||" else "(has(self.{})?1:0)"
        counted = joined.join(each.format(rules.cel_name(name)) for name in names)
        _rule(schema, counted + rule, message.format(f"[{' '.join(names)}]"))

    return handler


def _check_members(schema: Schema, names: list[str]) -> None:
    for name in names:
        if "." in name:
            raise Refused(f"{name!r} is a member of a member: only direct ones can be named")
        if name not in schema.get("properties", {}):
            raise Refused(
                f"there is no member {name!r}", "write the names that the members have in JSON"
            )
        if name in schema.get("required", ()):
            raise Refused(
                f"the member {name} is required, so the others could never be set",
                "give it a default: X | None = None",
            )


_HANDLERS: dict[str, Handler] = {
    **{VALIDATION + name: _constraint(name) for name in CONSTRAINTS},
    "k8s:maxItems": _constraint("MaxItems"),
    "k8s:minItems": _constraint("MinItems"),
    "k8s:minimum": _constraint("Minimum"),
    "k8s:maximum": _constraint("Maximum"),
    "k8s:minLength": _constraint("MinLength"),
    "k8s:maxLength": _constraint("MaxLength"),
    "k8s:minProperties": _constraint("MinProperties"),
    "k8s:maxProperties": _constraint("MaxProperties"),
    VALIDATION + "Enum": _enumeration,
    VALIDATION + "Format": _format,
    VALIDATION + "Type": _type,
    VALIDATION + "XIntOrString": _set("x-kubernetes-int-or-string"),
    VALIDATION + "XEmbeddedResource": _set("x-kubernetes-embedded-resource"),
    VALIDATION + "XPreserveUnknownFields": _set("x-kubernetes-preserve-unknown-fields"),
    "kubebuilder:pruning:PreserveUnknownFields": _set("x-kubernetes-preserve-unknown-fields"),
    "nullable": _set("nullable"),
    VALIDATION + "XValidation": _validation,
    VALIDATION + "AtMostOneOf": _one_of("+", " <= 1", "at most one of the fields in {} may be set"),
    VALIDATION + "ExactlyOneOf": _one_of(
        "+", " == 1", "exactly one of the fields in {} must be set"
    ),
    VALIDATION + "AtLeastOneOf": _one_of("||", "", "at least one of the fields in {} must be set"),
    "k8s:immutable": _immutable,
    "k8s:required": _required,
    "listType": _list_type,
    "k8s:listType": _list_type,
    "listMapKey": _list_map_key,
    "k8s:listMapKey": _list_map_key,
    "mapType": _map_type,
    "structType": _struct_type,
    "default": _default,
    "kubebuilder:default": _default,
    "kubebuilder:example": lambda schema, tag: schema.update(example=tag.value),
    "kubebuilder:title": _title,
    "kubebuilder:externalDocs": _external_docs,
}
