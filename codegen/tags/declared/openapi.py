"""Tags that OpenAPI documents carry, and that CRDs share with them."""

from codegen.tags.declaration import Declaration, Kind, Place

_ON = (Place.FIELD, Place.TYPE)
_READER = "openapi"

TAGS = (
    Declaration(
        "k8s:openapi-gen",
        (Place.PACKAGE, Place.TYPE),
        _READER,
        "Whether the package, or the type, is in the OpenAPI document.",
        value=Kind.BOOLEAN,
        bare=True,
    ),
    Declaration(
        "k8s:openapi-model-package",
        (Place.PACKAGE,),
        _READER,
        "What the names of the package's models begin with.",
        value=Kind.WORD,
    ),
    Declaration(
        "k8s:protobuf-gen",
        (Place.PACKAGE, Place.TYPE),
        _READER,
        "Accepted, without effect: there is no protobuf for Python types.",
        value=Kind.TEXT,
    ),
    Declaration(
        "k8s:deprecated",
        _ON,
        _READER,
        "Fields that went, kept so that their numbers are not used again.",
        value=Kind.TEXT,
        repeatable=True,
    ),
    Declaration("optional", (Place.FIELD,), _READER, "The field may be absent."),
    Declaration("required", (Place.FIELD,), _READER, "The field must be given."),
    Declaration(
        "listType",
        _ON,
        _READER,
        "How a list is merged: as a whole, by key, or as a set.",
        value=Kind.WORD,
        choices=("atomic", "map", "set"),
    ),
    Declaration(
        "listMapKey",
        _ON,
        _READER,
        "A member that is part of the key of a list of type map.",
        value=Kind.WORD,
        repeatable=True,
    ),
    Declaration(
        "mapType",
        _ON,
        _READER,
        "How a map is merged: key by key, or as a whole.",
        value=Kind.WORD,
        choices=("granular", "atomic"),
    ),
    Declaration(
        "structType",
        _ON,
        _READER,
        "How a struct is merged: member by member, or as a whole.",
        value=Kind.WORD,
        choices=("granular", "atomic"),
    ),
    Declaration(
        "patchMergeKey",
        (Place.FIELD,),
        _READER,
        "The member by which a strategic merge patch matches elements.",
        value=Kind.WORD,
    ),
    Declaration(
        "patchStrategy",
        (Place.FIELD,),
        _READER,
        "What a strategic merge patch does with the field.",
        value=Kind.WORDS,
        choices=("merge", "retainKeys", "replace"),
    ),
    Declaration("enum", (Place.TYPE,), _READER, "The values of the type are those it declares."),
)
