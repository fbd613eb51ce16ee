"""Tags of defaulting and of conversion between versions."""

from codegen.tags.declaration import Declaration, Kind, Place

TAGS = (
    Declaration(
        "k8s:defaulter-gen",
        (Place.PACKAGE,),
        "defaulter",
        "Makes defaults for all types that have a field of this name (TypeMeta: all kinds).",
        value=Kind.WORD,
        repeatable=True,
    ),
    Declaration(
        "k8s:defaulter-gen",
        (Place.TYPE,),
        "defaulter",
        "Whether the type gets defaults, whatever the package says.",
        value=Kind.BOOLEAN,
    ),
    Declaration(
        "k8s:defaulter-gen-input",
        (Place.PACKAGE,),
        "defaulter",
        "The package whose types the defaults are for, where it is not this one.",
        value=Kind.WORD,
    ),
    Declaration(
        "default",
        (Place.FIELD, Place.TYPE),
        "crd",
        "The value of an absent field: JSON, or ref(name) of a constant.",
        value=Kind.JSON,
    ),
    Declaration(
        "k8s:conversion-gen",
        (Place.PACKAGE,),
        "conversion",
        "The package to convert to and from; false for none.",
        value=Kind.WORD,
        repeatable=True,
    ),
    Declaration(
        "k8s:conversion-gen",
        (Place.TYPE, Place.FIELD),
        "conversion",
        "false: no conversion is generated for the type, or for the field.",
        value=Kind.WORD,
        choices=("false",),
    ),
    Declaration(
        "k8s:conversion-gen:explicit-from",
        (Place.TYPE,),
        "conversion",
        "Makes a conversion from this type too.",
        value=Kind.WORD,
        repeatable=True,
    ),
    Declaration(
        "k8s:conversion-gen-external-types",
        (Place.PACKAGE,),
        "conversion",
        "The package of the versioned types, where it is not this one.",
        value=Kind.WORD,
    ),
    Declaration(
        "k8s:conversion-fn",
        (Place.FUNCTION,),
        "conversion",
        "How a hand-written conversion is used: copy-only, or dropped.",
        value=Kind.WORD,
        choices=("copy-only", "drop"),
    ),
)
