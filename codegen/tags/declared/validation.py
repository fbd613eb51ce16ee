"""Markers of the schema: constraints, and what a field is when it is absent."""

from __future__ import annotations

from codegen.tags.declaration import (
    ANY,
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    STRINGS,
    TYPE,
    VALUES,
    Marker,
    Place,
    argument,
)


class Maximum(
    Marker,
    name="kubebuilder:validation:Maximum",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The greatest value."""

    value: float = argument(NUMBER)


class Minimum(
    Marker,
    name="kubebuilder:validation:Minimum",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The least value."""

    value: float = argument(NUMBER)


class ExclusiveMaximum(
    Marker,
    name="kubebuilder:validation:ExclusiveMaximum",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """Whether Maximum itself is refused."""

    value: bool = argument(BOOLEAN)


class ExclusiveMinimum(
    Marker,
    name="kubebuilder:validation:ExclusiveMinimum",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """Whether Minimum itself is refused."""

    value: bool = argument(BOOLEAN)


class MultipleOf(
    Marker,
    name="kubebuilder:validation:MultipleOf",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The value is a multiple of this."""

    value: float = argument(NUMBER)


class MaxLength(
    Marker,
    name="kubebuilder:validation:MaxLength",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The greatest length of a string."""

    value: int = argument(INTEGER)


class MinLength(
    Marker,
    name="kubebuilder:validation:MinLength",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The least length of a string."""

    value: int = argument(INTEGER)


class Pattern(
    Marker,
    name="kubebuilder:validation:Pattern",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """A regular expression that a string matches."""

    value: str = argument(STRING)


class MaxItems(
    Marker,
    name="kubebuilder:validation:MaxItems",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The greatest number of elements."""

    value: int = argument(INTEGER)


class MinItems(
    Marker,
    name="kubebuilder:validation:MinItems",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The least number of elements."""

    value: int = argument(INTEGER)


class UniqueItems(
    Marker,
    name="kubebuilder:validation:UniqueItems",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """Whether all elements differ."""

    value: bool = argument(BOOLEAN)


class MaxProperties(
    Marker,
    name="kubebuilder:validation:MaxProperties",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The greatest number of keys."""

    value: int = argument(INTEGER)


class MinProperties(
    Marker,
    name="kubebuilder:validation:MinProperties",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The least number of keys."""

    value: int = argument(INTEGER)


class Enum(
    Marker,
    name="kubebuilder:validation:Enum",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The values there are."""

    value: tuple[object, ...] = argument(VALUES)


class Format(
    Marker,
    name="kubebuilder:validation:Format",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The OpenAPI format."""

    value: str = argument(STRING)


class Type(
    Marker,
    name="kubebuilder:validation:Type",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The OpenAPI type, where it is not the one of the field."""

    value: str = argument(STRING)


class XIntOrString(
    Marker,
    name="kubebuilder:validation:XIntOrString",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """An integer or a string."""


class XEmbeddedResource(
    Marker,
    name="kubebuilder:validation:XEmbeddedResource",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
    aliases=("kubebuilder:validation:EmbeddedResource",),
):
    """A whole object with apiVersion, kind and metadata."""


class XPreserveUnknownFields(
    Marker,
    name="kubebuilder:validation:XPreserveUnknownFields",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    elements=True,
):
    """The server keeps fields that no schema names."""


class XValidation(
    Marker,
    name="kubebuilder:validation:XValidation",
    on=(Place.FIELD, *TYPE),
    reader="crd",
    repeatable=True,
    elements=True,
):
    """A rule in CEL."""

    rule: str = argument(STRING)
    message: str | None = argument(STRING, default=None)
    message_expression: str | None = argument(STRING, default=None)
    reason: str | None = argument(
        STRING,
        choices=(
            "FieldValueRequired",
            "FieldValueInvalid",
            "FieldValueForbidden",
            "FieldValueDuplicate",
        ),
        default=None,
    )
    field_path: str | None = argument(STRING, default=None)
    optional_old_self: bool | None = argument(BOOLEAN, default=None)


class AtMostOneOf(
    Marker, name="kubebuilder:validation:AtMostOneOf", on=Place.CLASS, reader="crd", repeatable=True
):
    """At most one of these members is set."""

    value: tuple[str, ...] = argument(STRINGS)


class ExactlyOneOf(
    Marker,
    name="kubebuilder:validation:ExactlyOneOf",
    on=Place.CLASS,
    reader="crd",
    repeatable=True,
):
    """Exactly one of these members is set."""

    value: tuple[str, ...] = argument(STRINGS)


class AtLeastOneOf(
    Marker,
    name="kubebuilder:validation:AtLeastOneOf",
    on=Place.CLASS,
    reader="crd",
    repeatable=True,
):
    """At least one of these members is set."""

    value: tuple[str, ...] = argument(STRINGS)


class Schemaless(
    Marker,
    name="kubebuilder:validation:Schemaless",
    on=(Place.FIELD, Place.ALIAS),
    reader="crd",
):
    """The type of the field, or of the alias, gives no schema."""


class Required(
    Marker, name="kubebuilder:validation:Required", on=(Place.FIELD, Place.PACKAGE), reader="crd"
):
    """The field must be given; on a package, all fields unless they say otherwise."""


class Optional(
    Marker, name="kubebuilder:validation:Optional", on=(Place.FIELD, Place.PACKAGE), reader="crd"
):
    """The field may be absent; on a package, all fields unless they say otherwise."""


class Nullable(Marker, name="nullable", on=Place.FIELD, reader="crd"):
    """The field may be null."""


class Default(Marker, name="kubebuilder:default", on=Place.FIELD, reader="crd"):
    """The value of an absent field."""

    value: object = argument(ANY)


class Example(Marker, name="kubebuilder:example", on=Place.FIELD, reader="crd"):
    """An example for the documentation."""

    value: object = argument(ANY)


class Title(Marker, name="kubebuilder:title", on=(Place.FIELD, *TYPE), reader="crd"):
    """The title in the schema."""

    value: object = argument(ANY)


class PruningPreserveUnknownFields(
    Marker,
    name="kubebuilder:pruning:PreserveUnknownFields",
    on=(Place.FIELD, *TYPE),
    reader="crd",
):
    """The server keeps fields that no schema names."""
