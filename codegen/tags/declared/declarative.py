"""Declarative validation: the `+k8s:` tags that become validation functions and CRD rules."""

from codegen.tags.declaration import Argument, Declaration, Kind, Place

_ON = (Place.FIELD, Place.TYPE)
_FIELD = (Place.FIELD,)
_READER = "validation"


def _limit(name: str, help: str) -> Declaration:
    return Declaration(f"k8s:{name}", _ON, _READER, help, value=Kind.INTEGER)


def _wrapping(
    name: str,
    help: str,
    *arguments: Argument,
    open_arguments: bool = False,
    repeatable: bool = True,
    places: tuple[Place, ...] = _ON,
) -> Declaration:
    return Declaration(
        f"k8s:{name}",
        places,
        _READER,
        help,
        value=Kind.TAG,
        arguments=arguments,
        open_arguments=open_arguments,
        repeatable=repeatable,
    )


_UNION = Argument("union")
_MEMBER = (_UNION, Argument("memberName"))

TAGS = (
    Declaration("k8s:required", _FIELD, _READER, "The field must be given, and not be empty."),
    Declaration("k8s:optional", _FIELD, _READER, "The field may be absent."),
    Declaration("k8s:forbidden", _FIELD, _READER, "The field must be absent."),
    _limit("minItems", "The least number of elements of a list."),
    _limit("maxItems", "The greatest number of elements of a list."),
    _limit("minProperties", "The least number of keys of a map."),
    _limit("maxProperties", "The greatest number of keys of a map."),
    _limit("minimum", "The least value."),
    _limit("maximum", "The greatest value."),
    _limit("minLength", "The least length of a string, in characters."),
    _limit("maxLength", "The greatest length of a string, in characters."),
    _limit("maxBytes", "The greatest length of a string, in bytes."),
    Declaration(
        "k8s:format",
        _ON,
        _READER,
        "The format of a string.",
        value=Kind.STRING,
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
    ),
    Declaration(
        "k8s:enum", (Place.TYPE,), _READER, "The values of the type are those that it declares."
    ),
    Declaration("k8s:enumExclude", _FIELD, _READER, "The constant below is no value of its enum."),
    Declaration(
        "k8s:neq",
        _ON,
        _READER,
        "A value that is refused.",
        value=Kind.SCALAR,
        repeatable=True,
    ),
    Declaration("k8s:immutable", _ON, _READER, "The value cannot change once it is set."),
    Declaration(
        "k8s:update",
        _FIELD,
        _READER,
        "A change that an update may not make.",
        value=Kind.STRING,
        choices=("NoSet", "NoUnset", "NoModify", "NoAddItem", "NoRemoveItem"),
        repeatable=True,
    ),
    Declaration(
        "k8s:listType",
        _ON,
        _READER,
        "How a list is merged: as a whole, by key, or as a set.",
        value=Kind.STRING,
        choices=("atomic", "map", "set"),
    ),
    Declaration(
        "k8s:listMapKey",
        _ON,
        _READER,
        "A member that is part of the key of a list of type map.",
        value=Kind.STRING,
        repeatable=True,
    ),
    Declaration(
        "k8s:unique",
        _ON,
        _READER,
        "The elements of a list differ, by key or as a whole, however it is merged.",
        value=Kind.STRING,
        choices=("map", "set"),
    ),
    Declaration(
        "k8s:customUnique", _ON, _READER, "That a list's elements differ is checked by hand."
    ),
    _wrapping(
        "item",
        "A validation of the element of a list of type map that has these keys.",
        open_arguments=True,
    ),
    _wrapping("eachVal", "A validation of each element of a list, or value of a map."),
    _wrapping("eachKey", "A validation of each key of a map."),
    _wrapping(
        "subfield",
        "A validation of one member, given by its JSON name.",
        Argument("", required=True),
    ),
    _wrapping("ifEnabled", "A validation for when an option is on.", Argument("", required=True)),
    _wrapping("ifDisabled", "A validation for when an option is off.", Argument("", required=True)),
    _wrapping("alpha", "A validation that is tried out and refuses nothing.", Argument("since")),
    _wrapping("beta", "A validation that can be switched off.", Argument("since")),
    Declaration(
        "k8s:unionDiscriminator",
        _FIELD,
        _READER,
        "The field says which member of the union is set.",
        arguments=(_UNION,),
    ),
    Declaration(
        "k8s:unionMember",
        _FIELD,
        _READER,
        "The field is a member of a union: exactly one of them is set.",
        arguments=_MEMBER,
        repeatable=True,
    ),
    Declaration(
        "k8s:zeroOrOneOfMember",
        _FIELD,
        _READER,
        "The field is a member of a union: at most one of them is set.",
        arguments=_MEMBER,
        repeatable=True,
    ),
    Declaration(
        "k8s:discriminator",
        _FIELD,
        _READER,
        "The field's value decides which validations of its siblings apply.",
        arguments=(Argument("name"),),
    ),
    _wrapping(
        "member",
        "A validation for when the discriminator has this value.",
        Argument(""),
        Argument("discriminator"),
        Argument("value"),
        places=_FIELD,
    ),
    Declaration(
        "k8s:dependentRequired",
        _FIELD,
        _READER,
        "Where this field is set, the sibling must be.",
        arguments=(Argument("", required=True),),
        repeatable=True,
    ),
    Declaration(
        "k8s:dependentForbidden",
        _FIELD,
        _READER,
        "Where this field is set, the sibling must not be.",
        arguments=(Argument("", required=True),),
        repeatable=True,
    ),
    Declaration(
        "k8s:opaqueType", _ON, _READER, "The validations of the field's type do not apply here."
    ),
    Declaration(
        "k8s:isSubresource",
        (Place.TYPE,),
        _READER,
        "The kind is served as this subresource of another.",
        value=Kind.STRING,
    ),
    Declaration(
        "k8s:supportsSubresource",
        (Place.TYPE,),
        _READER,
        "The kind has this subresource.",
        value=Kind.STRING,
        repeatable=True,
    ),
    Declaration(
        "k8s:validation-gen",
        (Place.PACKAGE,),
        _READER,
        "Which types get validation functions: *, TypesWithField=X, TypesWithSuffix=X.",
        value=Kind.TEXT,
        repeatable=True,
    ),
    Declaration(
        "k8s:validation-gen",
        (Place.TYPE,),
        _READER,
        "Whether the type gets a validation function, whatever the package says.",
        value=Kind.BOOLEAN,
    ),
    Declaration(
        "k8s:validation-gen-input",
        (Place.PACKAGE,),
        _READER,
        "The package whose types the validation is for, where it is not this one.",
        value=Kind.WORD,
    ),
    Declaration(
        "k8s:validation-gen-scheme-registry",
        (Place.PACKAGE,),
        _READER,
        "The type that validation functions are registered with.",
        value=Kind.WORD,
    ),
    Declaration(
        "k8s:validation-gen-nolint",
        (Place.PACKAGE, Place.TYPE, Place.FIELD),
        _READER,
        "Accepted, without effect: the tags here are not held against the rules of style.",
    ),
)
