"""Declarative validation: the `+k8s:` tags that become validation functions and CRD rules."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.model import Tag
from codegen.tags.declaration import (
    BOOLEAN,
    INTEGER,
    SCALAR,
    STRING,
    TAG,
    TEXT,
    TYPE,
    WORD,
    DeclaredTag,
    Place,
    argument,
    open_arguments,
)

# Why nothing reads a tag yet.
_VALIDATION = (
    "validation functions are not generated yet; "
    "for a CRD, write +kubebuilder:validation:XValidation"
)


class Required(DeclaredTag, name="k8s:required", on=Place.FIELD, reader="validation"):
    """The field must be given, and not be empty."""


class Optional(DeclaredTag, name="k8s:optional", on=Place.FIELD, reader="validation"):
    """The field may be absent."""


class Forbidden(
    DeclaredTag, name="k8s:forbidden", on=Place.FIELD, reader="validation", unread=_VALIDATION
):
    """The field must be absent."""


class MinItems(DeclaredTag, name="k8s:minItems", on=(Place.FIELD, *TYPE), reader="validation"):
    """The least number of elements of a list."""

    value: int = argument(INTEGER)


class MaxItems(DeclaredTag, name="k8s:maxItems", on=(Place.FIELD, *TYPE), reader="validation"):
    """The greatest number of elements of a list."""

    value: int = argument(INTEGER)


class MinProperties(
    DeclaredTag, name="k8s:minProperties", on=(Place.FIELD, *TYPE), reader="validation"
):
    """The least number of keys of a map."""

    value: int = argument(INTEGER)


class MaxProperties(
    DeclaredTag, name="k8s:maxProperties", on=(Place.FIELD, *TYPE), reader="validation"
):
    """The greatest number of keys of a map."""

    value: int = argument(INTEGER)


class Minimum(DeclaredTag, name="k8s:minimum", on=(Place.FIELD, *TYPE), reader="validation"):
    """The least value."""

    value: int = argument(INTEGER)


class Maximum(DeclaredTag, name="k8s:maximum", on=(Place.FIELD, *TYPE), reader="validation"):
    """The greatest value."""

    value: int = argument(INTEGER)


class MinLength(DeclaredTag, name="k8s:minLength", on=(Place.FIELD, *TYPE), reader="validation"):
    """The least length of a string, in characters."""

    value: int = argument(INTEGER)


class MaxLength(DeclaredTag, name="k8s:maxLength", on=(Place.FIELD, *TYPE), reader="validation"):
    """The greatest length of a string, in characters."""

    value: int = argument(INTEGER)


class MaxBytes(
    DeclaredTag,
    name="k8s:maxBytes",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    unread=_VALIDATION,
):
    """The greatest length of a string, in bytes."""

    value: int = argument(INTEGER)


class Format(
    DeclaredTag,
    name="k8s:format",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    unread=_VALIDATION,
):
    """The format of a string."""

    value: str = argument(
        STRING,
        choices=(
            "k8s-extended-resource-name",
            "k8s-ip",
            "k8s-label-key",
            "k8s-label-value",
            "k8s-long-name",
            "k8s-long-name-caseless",
            "k8s-path-segment-name",
            "k8s-resource-fully-qualified-name",
            "k8s-resource-pool-name",
            "k8s-short-name",
            "k8s-uuid",
        ),
    )


class Enum(DeclaredTag, name="k8s:enum", on=TYPE, reader="validation"):
    """The values of the type are those that it declares."""


class EnumExclude(
    DeclaredTag, name="k8s:enumExclude", on=Place.FIELD, reader="validation", unread=_VALIDATION
):
    """The constant below is not a value of its enum."""


class Neq(
    DeclaredTag,
    name="k8s:neq",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A value that is refused."""

    value: str | int | bool = argument(SCALAR)


class Immutable(DeclaredTag, name="k8s:immutable", on=(Place.FIELD, *TYPE), reader="validation"):
    """The value cannot change once it is set."""


class Monotonic(
    DeclaredTag,
    name="k8s:monotonic",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    unread=_VALIDATION,
):
    """An integer that never decreases."""


class CustomValidation(
    DeclaredTag,
    name="k8s:customValidation",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    unread=_VALIDATION,
):
    """A hand-written function validates the value as well."""


class Update(
    DeclaredTag,
    name="k8s:update",
    on=Place.FIELD,
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A change that an update may not make."""

    value: str = argument(
        STRING, choices=("NoSet", "NoUnset", "NoModify", "NoAddItem", "NoRemoveItem")
    )


class ListType(DeclaredTag, name="k8s:listType", on=(Place.FIELD, *TYPE), reader="validation"):
    """How a list is merged: as a whole, by key, or as a set."""

    value: str = argument(STRING, choices=("atomic", "map", "set"))


class ListMapKey(
    DeclaredTag,
    name="k8s:listMapKey",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
):
    """A member that is part of the key of a list of type map."""

    value: str = argument(STRING)


class Unique(
    DeclaredTag,
    name="k8s:unique",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    unread=_VALIDATION,
):
    """The elements of a list differ, by key or as a whole, however it is merged."""

    value: str = argument(STRING, choices=("map", "set"))


class CustomUnique(
    DeclaredTag,
    name="k8s:customUnique",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    unread=_VALIDATION,
):
    """That a list's elements differ is checked by hand."""


class Item(
    DeclaredTag,
    name="k8s:item",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A validation of the element of a list of type map that has these keys."""

    value: Tag = argument(TAG)
    keys: Mapping[str, str | int | bool] = open_arguments()


class EachVal(
    DeclaredTag,
    name="k8s:eachVal",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A validation of each element of a list, or value of a map."""

    value: Tag = argument(TAG)


class EachKey(
    DeclaredTag,
    name="k8s:eachKey",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A validation of each key of a map."""

    value: Tag = argument(TAG)


class Subfield(
    DeclaredTag,
    name="k8s:subfield",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A validation of one member, given by its JSON name."""

    value: Tag = argument(TAG)
    member: str = argument(STRING, name="")


class IfEnabled(
    DeclaredTag,
    name="k8s:ifEnabled",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A validation for when an option is on."""

    value: Tag = argument(TAG)
    option: str = argument(STRING, name="")


class IfDisabled(
    DeclaredTag,
    name="k8s:ifDisabled",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A validation for when an option is off."""

    value: Tag = argument(TAG)
    option: str = argument(STRING, name="")


class Alpha(
    DeclaredTag,
    name="k8s:alpha",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A validation that is tried out and refuses nothing."""

    value: Tag = argument(TAG)
    since: str | None = argument(STRING, default=None)


class Beta(
    DeclaredTag,
    name="k8s:beta",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """A validation that can be switched off."""

    value: Tag = argument(TAG)
    since: str | None = argument(STRING, default=None)


class UnionDiscriminator(
    DeclaredTag,
    name="k8s:unionDiscriminator",
    on=Place.FIELD,
    reader="validation",
    unread=_VALIDATION,
):
    """The field says which member of the union is set."""

    union: str | None = argument(STRING, default=None)


class UnionMember(
    DeclaredTag,
    name="k8s:unionMember",
    on=Place.FIELD,
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """The field is a member of a union: exactly one of them is set."""

    union: str | None = argument(STRING, default=None)
    member_name: str | None = argument(STRING, default=None)


class ZeroOrOneOfMember(
    DeclaredTag,
    name="k8s:zeroOrOneOfMember",
    on=Place.FIELD,
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """The field is a member of a union: at most one of them is set."""

    union: str | None = argument(STRING, default=None)
    member_name: str | None = argument(STRING, default=None)


class Discriminator(
    DeclaredTag,
    name="k8s:discriminator",
    on=Place.FIELD,
    reader="validation",
    aliases=("k8s:modeDiscriminator",),
    unread=_VALIDATION,
):
    """The field's value decides which validations of its siblings apply."""

    name: str | None = argument(STRING, default=None)


class Member(
    DeclaredTag,
    name="k8s:member",
    on=Place.FIELD,
    reader="validation",
    aliases=("k8s:ifMode",),
    repeatable=True,
    unread=_VALIDATION,
):
    """A validation for when the discriminator has this value."""

    value: Tag = argument(TAG)
    member: str | None = argument(STRING, name="", default=None)
    discriminator: str | None = argument(STRING, default=None)
    member_value: str | None = argument(STRING, name="value", default=None)


class DependentRequired(
    DeclaredTag,
    name="k8s:dependentRequired",
    on=Place.FIELD,
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """Where this field is set, the sibling must be."""

    sibling: str = argument(STRING, name="")


class DependentForbidden(
    DeclaredTag,
    name="k8s:dependentForbidden",
    on=Place.FIELD,
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """Where this field is set, the sibling must not be."""

    sibling: str = argument(STRING, name="")


class OpaqueType(
    DeclaredTag,
    name="k8s:opaqueType",
    on=(Place.FIELD, *TYPE),
    reader="validation",
    unread=_VALIDATION,
):
    """The validations of the field's type do not apply here."""


class IsSubresource(
    DeclaredTag, name="k8s:isSubresource", on=Place.CLASS, reader="validation", unread=_VALIDATION
):
    """The kind is served as this subresource of another."""

    value: str = argument(STRING)


class SupportsSubresource(
    DeclaredTag,
    name="k8s:supportsSubresource",
    on=Place.CLASS,
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """The kind has this subresource."""

    value: str = argument(STRING)


class PackageValidation(
    DeclaredTag,
    name="k8s:validation-gen",
    on=Place.PACKAGE,
    reader="validation",
    repeatable=True,
    unread=_VALIDATION,
):
    """Which types get validation functions: *, TypesWithField=X, TypesWithSuffix=X."""

    value: str = argument(TEXT)


class TypeValidation(
    DeclaredTag, name="k8s:validation-gen", on=Place.CLASS, reader="validation", unread=_VALIDATION
):
    """Whether the type gets a validation function, whatever the package says."""

    value: bool = argument(BOOLEAN)


class ValidationInput(
    DeclaredTag,
    name="k8s:validation-gen-input",
    on=Place.PACKAGE,
    reader="validation",
    unread=_VALIDATION,
):
    """The package whose types the validation is for, where it is not this one."""

    value: str = argument(WORD)


class SchemeRegistry(
    DeclaredTag,
    name="k8s:validation-gen-scheme-registry",
    on=Place.PACKAGE,
    reader="validation",
    unread=_VALIDATION,
):
    """The type that validation functions are registered with."""

    value: str = argument(WORD)


class NoLint(
    DeclaredTag,
    name="k8s:validation-gen-nolint",
    on=(Place.PACKAGE, *TYPE, Place.FIELD),
    reader="validation",
    unread=_VALIDATION,
):
    """The tags here are exempt from the rules of style."""
