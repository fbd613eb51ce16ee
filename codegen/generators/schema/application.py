"""Tags applied to the schemas of types and of fields, and defaults held against them.

What each tag does stands in `effects`. A tag that does not fit its schema is an error at its value.
"""

from __future__ import annotations

import base64
from typing import Any

from codegen.diagnostics import Diagnostics
from codegen.generators.schema import rules
from codegen.generators.schema.constraints import Refused, article, is_list, kind
from codegen.generators.schema.effects import Owner, Target, apply, check_open_enum, order_of
from codegen.generators.schema.merging import Schema
from codegen.generators.schema.values import Referred, fault_of
from codegen.model import Default, DictOf, Field, ListOf, Tag, Tags, TypeRef, Universe, bare
from codegen.tags.declaration import ForElements
from codegen.tags.declared import conversion, validation


class Application:
    """Applies the tags of types and of fields, and reports those that do not fit."""

    def __init__(self, universe: Universe, diagnostics: Diagnostics, referred: Referred) -> None:
        self._universe = universe
        self._referred = referred
        self._diagnostics = diagnostics

    def apply(self, schema: Schema, tags: Tags, owner: Owner | None = None) -> None:
        """The tags of a type, or of a field, whose own schema this is."""
        own = [tag for tag in tags if not isinstance(tag, ForElements)]
        for tag in sorted(own, key=order_of):
            self._apply(schema, owner, tag)
        of_elements = [tag.tag for tag in tags.all(ForElements)]
        for tag in sorted(of_elements, key=order_of):
            self._apply_to_elements(schema, tag, owner)

    def _apply_to_elements(self, schema: Schema, tag: Tag, owner: Owner | None) -> None:
        elements = schema.get("items") if is_list(schema) else None
        if elements is None:
            self._refuse(
                tag,
                Refused(
                    f"this marker applies to the elements of lists; this is {article(kind(schema))}"
                ),
            )
        elif (
            isinstance(tag, validation.XValidation)
            and rules.uses_old(tag.rule)
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
            self._apply(elements, owner, tag)

    def apply_to_field(self, schema: Schema, field: Field) -> None:
        self.apply(schema, field.tags)
        declared = self._universe.resolve(bare(field.type))
        for tag in field.tags.all(validation.Enum):
            self._check_open_enum(tag, declared)
        element = _element(field.type)
        if element is not None:
            declared = self._universe.resolve(bare(element))
            for outer in field.tags.all(ForElements):
                if isinstance(outer.tag, validation.Enum):
                    self._check_open_enum(outer.tag, declared)
        self._default(schema, field)

    def _check_open_enum(self, tag: validation.Enum, declared: object) -> None:
        try:
            check_open_enum(tag, declared)
        except Refused as refused:
            self._refuse(tag, refused)

    def _apply(self, schema: Schema, owner: Owner | None, tag: Tag) -> None:
        try:
            apply(Target(schema, owner, self._referred(schema)), tag)
        except Refused as refused:
            self._refuse(tag, refused)

    def _refuse(self, tag: Tag, refused: Refused) -> None:
        report = self._diagnostics.warning if refused.harmless else self._diagnostics.error
        position = refused.position or tag.at(refused.argument)
        report(position, refused.message, code=refused.code, hint=refused.hint)

    def _default(self, schema: Schema, field: Field) -> None:
        """Hold markers and the Python default against each other, and against the type.

        A Python default of zero makes none in the schema, for it is never written: what differs
        from it in a marker could then never be overruled with it.
        """
        marker = field.tags.get(validation.Default) or field.tags.get(conversion.Default)
        default = field.default
        if "default" in schema and marker is not None:
            why = fault_of(schema, schema["default"], self._referred)
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
            why = fault_of(schema, python, self._referred)
            if why and not self._diagnostics.has(field.position, "bad-default"):
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
                hint="write its value, or add +kubebuilder:default=",
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
        hint = "write X | None = None: a zero value is never sent, so no client could set it"
    return Refused(f"the default is {marked!r} by this marker and {python!r} in Python", hint)


def _element(ref: TypeRef) -> TypeRef | None:
    plain = bare(ref)
    return plain.element if isinstance(plain, ListOf) else None
