"""Markers of the schema: constraints, and what a field is when it is absent."""

from codegen.tags.declaration import Argument, Declaration, Family, Kind, Place

_ON = (Place.FIELD, Place.TYPE)
_READER = "crd"
_PREFIX = "kubebuilder:validation:"


def _constraint(
    name: str,
    help: str,
    value: Kind = Kind.NONE,
    *arguments: Argument,
    aliases: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
    repeatable: bool = False,
) -> Declaration:
    """A marker that may stand on fields, on types, and as `items:` for elements of lists."""
    return Declaration(
        _PREFIX + name,
        _ON,
        _READER,
        help,
        family=Family.MARKERS,
        value=value,
        arguments=arguments,
        aliases=aliases,
        choices=choices,
        repeatable=repeatable,
        element=True,
    )


def _marker(
    name: str,
    help: str,
    value: Kind = Kind.NONE,
    places: tuple[Place, ...] = (Place.FIELD,),
    *,
    repeatable: bool = False,
) -> Declaration:
    return Declaration(
        name,
        places,
        _READER,
        help,
        family=Family.MARKERS,
        value=value,
        repeatable=repeatable,
    )


TAGS = (
    _constraint("Maximum", "The greatest value.", Kind.NUMBER),
    _constraint("Minimum", "The least value.", Kind.NUMBER),
    _constraint("ExclusiveMaximum", "Whether Maximum itself is refused.", Kind.BOOLEAN),
    _constraint("ExclusiveMinimum", "Whether Minimum itself is refused.", Kind.BOOLEAN),
    _constraint("MultipleOf", "The value is a multiple of this.", Kind.NUMBER),
    _constraint("MaxLength", "The greatest length of a string.", Kind.INTEGER),
    _constraint("MinLength", "The least length of a string.", Kind.INTEGER),
    _constraint("Pattern", "A regular expression that a string matches.", Kind.STRING),
    _constraint("MaxItems", "The greatest number of elements.", Kind.INTEGER),
    _constraint("MinItems", "The least number of elements.", Kind.INTEGER),
    _constraint("UniqueItems", "Whether all elements differ.", Kind.BOOLEAN),
    _constraint("MaxProperties", "The greatest number of keys.", Kind.INTEGER),
    _constraint("MinProperties", "The least number of keys.", Kind.INTEGER),
    _constraint("Enum", "The values there are.", Kind.VALUES),
    _constraint("Format", "The OpenAPI format.", Kind.STRING),
    _constraint("Type", "The OpenAPI type, where it is not the one of the field.", Kind.STRING),
    _constraint("XIntOrString", "An integer or a string."),
    _constraint(
        "XEmbeddedResource",
        "A whole object with apiVersion, kind and metadata.",
        aliases=(_PREFIX + "EmbeddedResource",),
    ),
    _constraint("XPreserveUnknownFields", "The server keeps fields that no schema names."),
    _constraint(
        "XValidation",
        "A rule in CEL.",
        Kind.NONE,
        Argument("rule", required=True),
        Argument("message"),
        Argument("messageExpression"),
        Argument(
            "reason",
            choices=(
                "FieldValueRequired",
                "FieldValueInvalid",
                "FieldValueForbidden",
                "FieldValueDuplicate",
            ),
        ),
        Argument("fieldPath"),
        Argument("optionalOldSelf", Kind.BOOLEAN),
        repeatable=True,
    ),
    *(
        _marker(_PREFIX + name, help, Kind.STRINGS, (Place.TYPE,), repeatable=True)
        for name, help in (
            ("AtMostOneOf", "At most one of these members is set."),
            ("ExactlyOneOf", "Exactly one of these members is set."),
            ("AtLeastOneOf", "At least one of these members is set."),
        )
    ),
    _marker(_PREFIX + "Schemaless", "The field's type gives no schema."),
    _marker(
        _PREFIX + "Required",
        "The field must be given; on a package, all fields unless they say otherwise.",
        places=(Place.FIELD, Place.PACKAGE),
    ),
    _marker(
        _PREFIX + "Optional",
        "The field may be absent; on a package, all fields unless they say otherwise.",
        places=(Place.FIELD, Place.PACKAGE),
    ),
    _marker("nullable", "The field may be null."),
    _marker("kubebuilder:default", "The value of an absent field.", Kind.ANY),
    _marker("kubebuilder:example", "An example for the documentation.", Kind.ANY),
    _marker("kubebuilder:title", "The title in the schema.", Kind.ANY, _ON),
    _marker(
        "kubebuilder:pruning:PreserveUnknownFields",
        "The server keeps fields that no schema names.",
        Kind.NONE,
        _ON,
    ),
)
