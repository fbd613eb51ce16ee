"""Tags of defaulting and of conversion between versions."""

from __future__ import annotations

from codegen.tags.declaration import BOOLEAN, JSON, TYPE, WORD, DeclaredTag, Place, argument

# Why nothing reads a tag yet.
_DEFAULTS = "functions that set defaults are not generated yet"
_CONVERSIONS = "conversions are not generated yet"


class PackageDefaulter(
    DeclaredTag,
    name="k8s:defaulter-gen",
    on=Place.PACKAGE,
    reader="defaulter",
    repeatable=True,
    unread=_DEFAULTS,
):
    """Makes defaults for all types that have a field of this name (TypeMeta: all kinds)."""

    value: str = argument(WORD)


class TypeDefaulter(
    DeclaredTag, name="k8s:defaulter-gen", on=Place.CLASS, reader="defaulter", unread=_DEFAULTS
):
    """Whether the type gets defaults, whatever the package says."""

    value: bool = argument(BOOLEAN)


class DefaulterInput(
    DeclaredTag,
    name="k8s:defaulter-gen-input",
    on=Place.PACKAGE,
    reader="defaulter",
    unread=_DEFAULTS,
):
    """The package whose types the defaults are for, where it is not this one."""

    value: str = argument(WORD)


class Default(DeclaredTag, name="default", on=(Place.FIELD, *TYPE), reader="crd"):
    """The value of an absent field: JSON, or ref(name) of a constant."""

    value: object = argument(JSON)


class Peer(
    DeclaredTag,
    name="k8s:conversion-gen",
    on=Place.PACKAGE,
    reader="conversion",
    repeatable=True,
    unread=_CONVERSIONS,
):
    """The package to convert to and from; false for none."""

    value: str = argument(WORD)


class NoConversion(
    DeclaredTag,
    name="k8s:conversion-gen",
    on=(*TYPE, Place.FIELD),
    reader="conversion",
    unread=_CONVERSIONS,
):
    """false: no conversion is generated for the type, or for the field."""

    value: str = argument(WORD, choices=("false",))


class ExplicitFrom(
    DeclaredTag,
    name="k8s:conversion-gen:explicit-from",
    on=Place.CLASS,
    reader="conversion",
    repeatable=True,
    unread=_CONVERSIONS,
):
    """Makes a conversion from this type too."""

    value: str = argument(WORD)


class ExternalTypes(
    DeclaredTag,
    name="k8s:conversion-gen-external-types",
    on=Place.PACKAGE,
    reader="conversion",
    unread=_CONVERSIONS,
):
    """The package of the versioned types, where it is not this one."""

    value: str = argument(WORD)


class ConversionFunction(
    DeclaredTag,
    name="k8s:conversion-fn",
    on=Place.FUNCTION,
    reader="conversion",
    unread=_CONVERSIONS,
):
    """How a hand-written conversion is used: copy-only, or dropped."""

    value: str = argument(WORD, choices=("copy-only", "drop"))
