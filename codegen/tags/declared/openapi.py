"""Tags that OpenAPI documents carry, and that CRDs share with them."""

from __future__ import annotations

from codegen.tags.declaration import BOOLEAN, TEXT, TYPE, WORD, WORDS, DeclaredTag, Place, argument

# Why nothing reads a tag yet.
_OPENAPI = "OpenAPI documents are not generated yet"


class OpenapiGen(
    DeclaredTag,
    name="k8s:openapi-gen",
    on=(Place.PACKAGE, *TYPE),
    reader="openapi",
    unread=_OPENAPI,
):
    """Whether the package, or the type, is in the OpenAPI document."""

    value: bool = argument(BOOLEAN, bare=True)


class ModelPackage(
    DeclaredTag,
    name="k8s:openapi-model-package",
    on=Place.PACKAGE,
    reader="openapi",
    unread=_OPENAPI,
):
    """What the names of the package's models begin with."""

    value: str = argument(WORD)


class ProtobufGen(
    DeclaredTag,
    name="k8s:protobuf-gen",
    on=(Place.PACKAGE, *TYPE),
    reader="openapi",
    unread="Python types have no protobuf encoding",
):
    """Whether the package, or the type, has a protobuf encoding."""

    value: str = argument(TEXT)


class Deprecated(
    DeclaredTag,
    name="k8s:deprecated",
    on=(Place.FIELD, *TYPE),
    reader="openapi",
    repeatable=True,
    unread="Python types have no protobuf encoding",
):
    """Fields that went, kept so that their numbers are not used again."""

    value: str = argument(TEXT)


class Optional(DeclaredTag, name="optional", on=Place.FIELD, reader="openapi"):
    """The field may be absent."""


class Required(DeclaredTag, name="required", on=Place.FIELD, reader="openapi"):
    """The field must be given."""


class ListType(DeclaredTag, name="listType", on=(Place.FIELD, *TYPE), reader="openapi"):
    """How a list is merged: as a whole, by key, or as a set."""

    value: str = argument(WORD, choices=("atomic", "map", "set"))


class ListMapKey(
    DeclaredTag, name="listMapKey", on=(Place.FIELD, *TYPE), reader="openapi", repeatable=True
):
    """A member that is part of the key of a list of type map."""

    value: str = argument(WORD)


class MapType(DeclaredTag, name="mapType", on=(Place.FIELD, *TYPE), reader="openapi"):
    """How a map is merged: key by key, or as a whole."""

    value: str = argument(WORD, choices=("granular", "atomic"))


class StructType(DeclaredTag, name="structType", on=(Place.FIELD, *TYPE), reader="openapi"):
    """How a struct is merged: member by member, or as a whole."""

    value: str = argument(WORD, choices=("granular", "atomic"))


class PatchMergeKey(
    DeclaredTag, name="patchMergeKey", on=Place.FIELD, reader="openapi", unread=_OPENAPI
):
    """The member by which a strategic merge patch matches elements."""

    value: str = argument(WORD)


class PatchStrategy(
    DeclaredTag, name="patchStrategy", on=Place.FIELD, reader="openapi", unread=_OPENAPI
):
    """What a strategic merge patch does with the field."""

    value: tuple[str, ...] = argument(WORDS, choices=("merge", "retainKeys", "replace"))


class Enum(
    DeclaredTag,
    name="enum",
    on=TYPE,
    reader="openapi",
    unread="a closed enum or a Literal states its values itself",
):
    """The values of the type are those it declares."""
