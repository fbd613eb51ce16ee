"""Bounds, counts and patterns, and the types to which each applies.

`+kubebuilder:validation:Minimum=0` and `Annotated[int, Meta(ge=0)]` end here as one thing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codegen.diagnostics import Diagnostics
from codegen.generators.schema import patterns
from codegen.generators.schema.merging import REF, Schema
from codegen.generators.schema.values import Referred
from codegen.model import Constrained, Optional, Position, TypeRef
from codegen.tags.declaration import VALIDATION


class Refused(Exception):
    """A tag that does not fit a schema: the message, a hint and the attribute of the argument.

    `harmless`: the schema is what it would be, and a warning will do. `position` is exact where
    the fault is inside of the argument.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        argument: str = "value",
        *,
        harmless: bool = False,
        code: str = "bad-marker",
        position: Position | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.argument = argument
        self.harmless = harmless
        self.code = code
        self.position = position


def kind(schema: Schema) -> str:
    if "type" in schema:
        return str(schema["type"])
    if schema.get("x-kubernetes-int-or-string"):
        return "int-or-string"
    return "class" if REF in schema else "value of any type"


def article(kind: str) -> str:
    """A kind of schema as a sentence has it: `an integer`, `a string`."""
    name = {"object": "map", "array": "list"}.get(kind, kind)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


# --- which types a constraint applies to --------------------------------------------------------


def _is_number(schema: Schema) -> bool:
    return schema.get("type") in ("integer", "number")


def is_text(schema: Schema) -> bool:
    return schema.get("type") == "string" or bool(schema.get("x-kubernetes-int-or-string"))


def is_list(schema: Schema) -> bool:
    return schema.get("type") == "array"


def is_map(schema: Schema) -> bool:
    return schema.get("type") == "object"


_Fits = Callable[[Schema], bool]

CONSTRAINTS: dict[str, tuple[str, _Fits, str]] = {
    "Maximum": ("maximum", _is_number, "numbers"),
    "Minimum": ("minimum", _is_number, "numbers"),
    "MultipleOf": ("multipleOf", _is_number, "numbers"),
    "ExclusiveMaximum": ("exclusiveMaximum", _is_number, "numbers"),
    "ExclusiveMinimum": ("exclusiveMinimum", _is_number, "numbers"),
    "MaxLength": ("maxLength", is_text, "strings"),
    "MinLength": ("minLength", is_text, "strings"),
    "Pattern": ("pattern", is_text, "strings"),
    "MaxItems": ("maxItems", is_list, "lists"),
    "MinItems": ("minItems", is_list, "lists"),
    "UniqueItems": ("uniqueItems", is_list, "lists"),
    "MaxProperties": ("maxProperties", is_map, "maps"),
    "MinProperties": ("minProperties", is_map, "maps"),
}


def bound(schema: Schema, name: str, value: Any) -> None:
    """Put a bound, a count or a pattern into a schema."""
    keyword, fits, what = CONSTRAINTS[name]
    if not fits(schema):
        hint = ""
        if REF in schema and "type" not in schema:
            wanted = {"lists": "array", "maps": "object", "strings": "string"}.get(what)
            hint = (wanted and f"add +{VALIDATION}Type={wanted}, or put it above the class") or ""
        raise Refused(f"{name} applies to {what}; this is {article(kind(schema))}", hint)
    if schema.get("type") == "integer" and isinstance(value, float) and not value.is_integer():
        raise Refused(f"{name} of an integer must be an integer, not {value}")
    if name.startswith(("MaxL", "MinL", "MaxI", "MinI", "MaxP", "MinP")) and value < 0:
        raise Refused(f"{name} cannot be negative")
    if name == "MultipleOf" and value <= 0:
        raise Refused("MultipleOf must be greater than 0")
    if name == "Pattern":
        why = patterns.fault_of(str(value))
        if why:
            raise Refused(f"the pattern does not compile: {why}")
    if value is False:  # as upstream, which leaves it out: it is the keyword's own default
        return
    if keyword in schema and schema[keyword] != value:  # the type's own keywords stand under REF
        raise Refused(
            f"{name} is {schema[keyword]} already, and {value} here",
            "write it once: as a marker, or in Meta",
        )
    schema[keyword] = int(value) if isinstance(value, float) and value.is_integer() else value
    if name == "UniqueItems":
        raise Refused(
            "the server refuses UniqueItems: comparing all elements takes too long",
            "write +listType=set, or +listType=map with a +listMapKey",
        )


# --- Annotated[…, Meta(…)] ------------------------------------------------------------------------

_META: dict[str, dict[str, str]] = {
    "ge": {"": "Minimum"},
    "gt": {"": "Minimum"},
    "le": {"": "Maximum"},
    "lt": {"": "Maximum"},
    "multiple_of": {"": "MultipleOf"},
    "pattern": {"": "Pattern"},
    "min_length": {"": "MinLength", "array": "MinItems", "object": "MinProperties"},
    "max_length": {"": "MaxLength", "array": "MaxItems", "object": "MaxProperties"},
}


def constrain(schema: Schema, ref: TypeRef, diagnostics: Diagnostics, referred: Referred) -> Schema:
    """Add the constraints of `Annotated[…, Meta(…)]` around a type, inner ones first."""
    if isinstance(ref, Optional):
        return constrain(schema, ref.inner, diagnostics, referred)
    if not isinstance(ref, Constrained):
        return schema
    schema = constrain(schema, ref.inner, diagnostics, referred)
    for key, value in ref.constraints.items():
        if value is None:
            continue
        try:
            _apply_meta(schema, key, value, referred)
        except Refused as refused:
            diagnostics.error(
                ref.position, refused.message, code="bad-constraint", hint=refused.hint
            )
    return schema


def _apply_meta(schema: Schema, key: str, value: Any, referred: Referred) -> None:
    if key in ("title", "description"):
        schema[key] = value
        return
    if key not in _META:
        raise Refused(f"Meta has no argument {key}")
    names = _META[key]
    kind = str(schema.get("type", ""))
    if not kind and REF in schema:
        kind = str(referred(schema).get("type", ""))
        if kind == "object":
            schema["type"] = kind
    name = names.get(kind, names[""])
    bound(schema, name, value)
    if key in ("gt", "lt"):
        schema["exclusiveMinimum" if key == "gt" else "exclusiveMaximum"] = True
