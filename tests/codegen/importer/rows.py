"""What public CRDs hold, one small CRD of our own for each habit.

A row is the schema of one member of `spec`, or a change of the whole CRD, with what the imported
module says of it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import yaml

Schema = dict[str, Any]

_CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: apps.example.com}
spec:
  group: example.com
  names: {kind: App, plural: apps, singular: app, listKind: AppList}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {}}}
"""

# A member x of spec, and lines of the module.
MEMBERS: dict[str, tuple[str, list[str]]] = {
    "int32": ("{type: integer, format: int32}", ["x: Int32 | None = None"]),
    "int64": ("{type: integer, format: int64}", ["x: int | None = None"]),
    "integer without format": ("{type: integer}", ["x: Int | None = None"]),
    "integers without format in a list": (
        "{type: array, items: {type: integer}}", ["x: list[Int] | None = None"]
    ),
    "integers without format in a map": (
        "{type: object, additionalProperties: {type: integer}}",
        ["x: dict[str, Int] | None = None"],
    ),
    "integer of an odd format": (
        "{type: integer, format: uint16}",
        ["# +kubebuilder:validation:Format=uint16", "x: Int | None = None"],
    ),
    "number": ("{type: number}", ["x: float | None = None"]),
    "number of a format": (
        "{type: number, format: double}",
        ["# +kubebuilder:validation:Format=double", "x: float | None = None"],
    ),
    "number of an integer's format": (
        "{type: number, format: int32}", ["# +kubebuilder:validation:Format=int32"]
    ),
    "date-time": ("{type: string, format: date-time}", ["x: Time | None = None"]),
    "date-time that may be another text": (
        "{type: string, format: date-time, minLength: 0}", ["x: str | None = None"]
    ),
    "byte": ("{type: string, format: byte}", ["x: bytes | None = None"]),
    **{
        f"string of the format {name}": (
            f"{{type: string, format: {name}}}",
            [f"# +kubebuilder:validation:Format={name}", "x: str | None = None"],
        )
        for name in ("duration", "cidr", "uuid", "int64", "uri", "ipv4", "email", "password")
    },
    "format on a list": (
        "{type: array, format: ip, items: {type: string}}",
        ["# +kubebuilder:validation:Format=ip", "x: list[str] | None = None"],
    ),
    "pattern": (
        "{type: string, pattern: '^[a-z\\d]+$'}",
        [r"# +kubebuilder:validation:Pattern=`^[a-z\d]+$`"],
    ),
    "pattern with a backtick": (
        "{type: string, pattern: '^`\\w+`$'}", ["# +kubebuilder:validation:Pattern="]
    ),
    "enum of strings": (
        '{type: string, enum: ["", "a b", "=~", None, "True", text/plain]}',
        ['x: Literal["", "a b", "=~", "None", "True", "text/plain"] | None = None'],
    ),
    "enum of operators": (
        "{type: string, enum: ['=', '!=']}", ['x: Literal["=", "!="] | None = None']
    ),
    "enum of one value": ("{type: string, enum: [A]}", ['x: Literal["A"] | None = None']),
    "enum of integers": (
        "{type: integer, enum: [1, 2]}",
        ["# +kubebuilder:validation:Enum=1;2", "x: Int | None = None"],
    ),
    "enum of booleans": (
        "{type: boolean, enum: [true, false]}", ["# +kubebuilder:validation:Enum=true;false"]
    ),
    "enum with null": ("{type: string, nullable: true, enum: [a, null]}", ["+nullable"]),
    "enum with a value twice": ("{type: string, enum: [a, a]}", ["x: str | None = None"]),
    "enum of elements": (
        "{type: array, items: {type: string, enum: [a, b]}}",
        ['x: list[Literal["a", "b"]] | None = None'],
    ),
    "zero defaults": (
        "{type: boolean, default: false}", ["# +default=false", "x: bool | None = None"]
    ),
    "default of an empty text": ('{type: string, default: ""}', ['# +default=""']),
    "default of an object": (
        "{type: object, default: {a: [x]}, properties: {a: {type: array, items: {type: string}}}}",
        ['# +default={"a": ["x"]}'],
    ),
    "default of an empty object": ("{type: object, default: {}, properties: {a: {type: string}}}",
                                   ["# +default={}"]),
    "default of a list": (
        "{type: array, default: [a, b], items: {type: string}}", ['# +default=["a", "b"]']
    ),
    "default of elements": ("{type: array, items: {type: string, default: a}}", ["default"]),
    "nullable": ("{type: string, nullable: true}", ["# +nullable", "x: str | None = None"]),
    "nullable elements": (
        "{type: array, items: {type: string, nullable: true}}",
        ["x: list[str | None] | None = None"],
    ),
    "nullable values": (
        "{type: object, additionalProperties: {type: object, nullable: true, "
        "properties: {a: {type: string}}}}",
        ["x: dict[str, XItem | None] | None = None"],
    ),
    "int-or-string": (
        "{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}",
        ["x: IntOrString | None = None"],
    ),
    "quantity": (
        "{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}], pattern: "
        "'^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?"
        "(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$'}",
        ["x: Quantity | None = None"],
    ),
    "int-or-string with a bound": (
        "{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}], "
        "maxLength: 4}",
        ["x: IntOrString | None = None", "# +kubebuilder:validation:XIntOrString"],
    ),
    "bare int-or-string": (
        "{x-kubernetes-int-or-string: true}",
        ["# +kubebuilder:validation:Schemaless", "x: IntOrString | None = None"],
    ),
    "bare int-or-string in a list": (
        "{type: array, items: {x-kubernetes-int-or-string: true, type: string}}", ["IntOrString"]
    ),
    "int-or-string in allOf": (
        "{x-kubernetes-int-or-string: true, allOf: [{anyOf: [{type: integer}, {type: string}]}, "
        "{pattern: '^1'}]}",
        ["IntOrString"],
    ),
    "free-form object": (
        "{type: object, x-kubernetes-preserve-unknown-fields: true}",
        ["x: RawExtension | None = None"],
    ),
    "free-form value": (
        "{x-kubernetes-preserve-unknown-fields: true}", ["x: Any | None = None"]
    ),
    "unknown members beside known ones": (
        "{type: object, x-kubernetes-preserve-unknown-fields: true, "
        "properties: {a: {type: string}}}",
        ["# +kubebuilder:pruning:PreserveUnknownFields", "class X(Struct):"],
    ),
    "free-form elements": (
        "{type: array, items: {type: object, x-kubernetes-preserve-unknown-fields: true}}",
        ["x: list[RawExtension] | None = None"],
    ),
    "free-form values": (
        "{type: object, additionalProperties: {x-kubernetes-preserve-unknown-fields: true}}",
        ["x: dict[str, Any] | None = None"],
    ),
    "unknown members of a list": (
        "{type: array, x-kubernetes-preserve-unknown-fields: true, items: {type: string}}",
        ["# +kubebuilder:pruning:PreserveUnknownFields", "x: list[str] | None = None"],
    ),
    "unknown members of a boolean": (
        "{type: boolean, x-kubernetes-preserve-unknown-fields: true}", ["x: bool | None = None"]
    ),
    "embedded resource": (
        "{type: object, x-kubernetes-embedded-resource: true, "
        "x-kubernetes-preserve-unknown-fields: true}",
        ["# +kubebuilder:validation:XEmbeddedResource", "x: RawExtension | None = None"],
    ),
    "embedded resources": (
        "{type: array, items: {type: object, x-kubernetes-embedded-resource: true, "
        "x-kubernetes-preserve-unknown-fields: true}}",
        ["# +kubebuilder:validation:XEmbeddedResource\nXItem: TypeAlias = RawExtension"],
    ),
    "list types": (
        "{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [a, b], items: "
        "{type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}}}}",
        ["# +listType=map", "# +listMapKey=a", "# +listMapKey=b", "x: list[XItem] | None = None"],
    ),
    "list type inside of a list": (
        "{type: array, items: {type: array, x-kubernetes-list-type: set, items: {type: string}}}",
        ["XItem: TypeAlias = list[str]", "x: list[XItem] | None = None"],
    ),
    "atomic struct": (
        "{type: object, x-kubernetes-map-type: atomic, properties: {a: {type: string}}}",
        ["# +structType=atomic"],
    ),
    "atomic map": (
        "{type: object, x-kubernetes-map-type: atomic, additionalProperties: {type: string}}",
        ["# +mapType=atomic"],
    ),
    "rules": (
        "{type: object, x-kubernetes-validations: [{rule: \"self.a != 'b\\\\\\\\.c' || \\n"
        '  has(self.__namespace__)", message: "a \\"b\\" \'c\'", reason: FieldValueInvalid, '
        "fieldPath: .a}, {rule: 'self == oldSelf', optionalOldSelf: true}], properties: "
        "{a: {type: string}, namespace: {type: string}}}",
        ["# +kubebuilder:validation:XValidation:rule=", "optionalOldSelf=true"],
    ),
    "rules of elements": (
        "{type: array, maxItems: 4, items: {type: string, maxLength: 9, x-kubernetes-validations: "
        "[{rule: self != ''}]}}",
        ["# +kubebuilder:validation:items:XValidation:rule="],
    ),
    "rules of values": (
        "{type: object, maxProperties: 4, additionalProperties: {type: string, maxLength: 9, "
        "x-kubernetes-validations: [{rule: self != ''}]}}",
        ["TypeAlias = str"],
    ),
    "bounds": (
        "{type: integer, minimum: 1, maximum: 9, exclusiveMinimum: true, exclusiveMaximum: true, "
        "multipleOf: 2}",
        ["# +kubebuilder:validation:Minimum=1", "# +kubebuilder:validation:ExclusiveMaximum=true",
         "# +kubebuilder:validation:MultipleOf=2"],
    ),
    "lengths and counts": (
        "{type: array, minItems: 1, maxItems: 9, items: {type: string, minLength: 1, "
        "maxLength: 9}}",
        ["# +kubebuilder:validation:MinItems=1", "# +kubebuilder:validation:items:MaxLength=9"],
    ),
    "bounds of the format of a large number": (
        "{type: integer, maximum: 1.0e+10}", ["# +kubebuilder:validation:Maximum=10000000000"]
    ),
    "count of members": (
        "{type: object, minProperties: 1, properties: {a: {type: string}}}",
        ["# +kubebuilder:validation:MinProperties=1", "class X(Struct):"],
    ),
    "bounds of values": (
        "{type: object, additionalProperties: {type: integer, minimum: 1}}",
        ["TypeAlias = Int", "# +kubebuilder:validation:Minimum=1"],
    ),
    "lists of lists": (
        "{type: array, items: {type: array, items: {type: string}}}",
        ["x: list[list[str]] | None = None"],
    ),
    "maps of lists": (
        "{type: object, additionalProperties: {type: array, items: {type: string}}}",
        ["x: dict[str, list[str]] | None = None"],
    ),
    "maps of maps": (
        "{type: object, additionalProperties: {type: object, additionalProperties: "
        "{type: string}}}",
        ["x: dict[str, dict[str, str]] | None = None"],
    ),
    "object without members": ("{type: object}", ["class X(Struct):\n    pass"]),
    "title and example": (
        "{type: string, title: A title, example: an example}",
        ['# +kubebuilder:title="A title"', "# +kubebuilder:example="],
    ),
    "example that is a list": (
        "{type: array, items: {type: string}, example: [a, b]}", ["+kubebuilder:example="]
    ),
    "example that nests lists in maps": (
        "{type: object, x-kubernetes-preserve-unknown-fields: true, example: {a: [{b: [c]}]}}",
        ["x: RawExtension | None = None"],
    ),
    "title of elements": (
        "{type: array, items: {type: string, title: An element}}", ["XItem: TypeAlias = str"]
    ),
    "description of elements": (
        "{type: array, items: {type: object, description: An element., properties: "
        "{a: {type: string}}}}",
        ['class XItem(Struct):\n    """An element."""'],
    ),
    "description of scalars": (
        "{type: array, items: {type: string, description: An element.}}",
        ["XItem: TypeAlias = str\n\"\"\"An element.\"\"\""],
    ),
    "oneOf of a reference": (
        "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: "
        "[{required: [a], not: {required: [b]}}, {required: [b], not: {anyOf: "
        "[{required: [a]}]}}]}",
        ["# +codegen:validation:OneOf=["],
    ),
    "at most one": (
        "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: "
        "[{required: [a]}, {required: [b]}, {not: {anyOf: [{required: [a]}, {required: [b]}]}}]}",
        ["# +codegen:validation:OneOf=["],
    ),
    "oneOf of members": (
        "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: "
        "[{properties: {a: {}}, required: [a]}, {properties: {b: {}}}]}",
        ["# +codegen:validation:OneOf=["],
    ),
    "not": (
        "{type: object, properties: {a: {type: string}}, not: {required: [a]}}",
        ["# +codegen:validation:Not="],
    ),
    "anyOf of formats": (
        "{type: string, anyOf: [{format: ipv4}, {format: ipv6}, {pattern: '^a$'}]}",
        ["# +codegen:validation:AnyOf=["],
    ),
    "allOf of enums, patterns and bounds": (
        "{type: string, allOf: [{enum: [a, b]}, {enum: [b]}, {pattern: ^a}, {maxLength: 3}]}",
        ["# +codegen:validation:AllOf=["],
    ),
    "rules in allOf": (
        "{type: string, maxLength: 9, allOf: [{x-kubernetes-validations: [{rule: self != ''}]}]}",
        ["# +codegen:validation:AllOf=["],
    ),
    "words that are empty or false": (
        '{type: string, format: "", title: "", pattern: "", description: "", enum: [], required: []'
        ", nullable: false, uniqueItems: false, exclusiveMinimum: false, default: '', allOf: [], "
        "x-kubernetes-embedded-resource: false}",
        ['    # +default=""\n    x: str | None = None'],
    ),
    "junctors of elements": (
        "{type: array, items: {type: object, properties: {a: {type: string}}, anyOf: "
        "[{required: [a]}]}}",
        ["# +codegen:validation:AnyOf=["],
    ),
    "junctors of values": (
        "{type: object, additionalProperties: {type: string, not: {enum: [x]}}}",
        ["# +codegen:validation:Not="],
    ),
    "members that depend on one another": (
        "{type: object, properties: {k: {type: string}, v: {type: object, properties: "
        "{n: {type: string}}}}, anyOf: [{properties: {k: {enum: [a]}, v: {properties: {n: {enum: "
        "[x]}}}}}, {properties: {k: {enum: [b]}}}]}",
        ["# +codegen:validation:AnyOf=["],
    ),
    "bounds on a list that are not a list's": (
        "{type: array, maxLength: 3, pattern: ^a, items: {type: string}}",
        ["# +codegen:schema=", "x: list[str] | None = None"],
    ),
    "required names no member": (
        "{type: object, required: [nothing], x-kubernetes-preserve-unknown-fields: true}",
        ["nothing"],
    ),
    "additional properties are true": (
        "{type: object, additionalProperties: true}", ["x: dict[str, Any] | None = None"]
    ),
    "additional properties are false": (
        "{type: object, additionalProperties: false}", ["+codegen:schema="]
    ),
    "no type at all": ("{description: Anything.}", ["x: Any | None = None"]),
    "unknown word": ("{type: string, readOnly: true}", ['+codegen:schema={"readOnly": true}']),
    "externalDocs": (
        "{type: string, externalDocs: {url: 'https://example.com', description: More.}}",
        ["# +kubebuilder:externalDocs:url="],
    ),
    "uniqueItems": (
        "{type: array, uniqueItems: false, items: {type: string}}", ["x: list[str] | None = None"]
    ),
    "members that are words of schemas": (
        "{type: object, properties: {properties: {type: object, properties: {items: {type: string}"
        "}}, type: {type: string}, $ref: {type: string}, default: {type: string, default: a}, "
        "enum: {type: array, items: {type: string}}, x-kubernetes-list-type: {type: string}}}",
        ['ref: str | None = field(default=None, name="$ref")'],
    ),
    "keywords and names of annotations": (
        "{type: object, properties: {from: {type: string}, class: {type: string}, list: "
        "{type: array, items: {type: string}}, field: {type: object, additionalProperties: "
        "{type: string}}, str: {type: string}, deepCopy: {type: string}}}",
        ["class_: str | None", "from_: str | None", "list_: list[str] | None", "deep_copy_: str"],
    ),
    "names on the wire": (
        "{type: object, properties: {podIP: {type: string}, TLS: {type: string}, client_id: "
        "{type: string}, clientID: {type: string}, a-b: {type: string}, a.b: {type: string}, "
        "9p: {type: string}, _x: {type: string}, Cap: {type: string}}}",
        ['pod_ip: str | None = field(default=None, name="podIP")',
         'field_9p: str | None = field(default=None, name="9p")',
         'x: str | None = field(default=None, name="_x")'],
    ),
    "descriptions": (
        "{type: object, properties: {"
        "a: {type: string, description: \"\\tTabs\\tblanks  \\n\\n\\nTODO: no\\n---\\nbelow \"}, "
        "b: {type: string, description: \"Plain,\\n\\n  * indented\\n  * list\\n\\n# heading\"}, "
        "c: {type: string, description: \"+word \\\\d \\\"\\\"\\\" \\u200b ''' \"}, "
        'd: {type: string, description: "  first indented"}, e: {type: string, description: ""}}}',
        ["# +codegen:description="],
    ),
    "embedded metadata": (
        "{type: object, properties: {metadata: {type: object}, spec: {type: object, properties: "
        "{a: {type: string}}}}}",
        ["metadata: ObjectMeta | None = None"],
    ),
    "embedded metadata with chosen members": (
        "{type: object, properties: {metadata: {type: object, properties: {labels: {type: object, "
        "additionalProperties: {type: string}}}}}}",
        ["labels: dict[str, str] | None = None"],
    ),
    "recursion that is unrolled": (
        "{type: object, properties: {and: {type: array, items: {type: object, properties: "
        "{and: {type: array, items: {type: object, x-kubernetes-preserve-unknown-fields: true}}, "
        "a: {type: string}}}}, a: {type: string}}}",
        ["and_: list[AndItem] | None = None", "and_: list[RawExtension] | None = None"],
    ),
}  # fmt: skip


def crds() -> Iterator[tuple[str, Schema, list[str]]]:
    """The name of each row, its CRD, and lines of the module."""
    for name, (schema, lines) in MEMBERS.items():
        yield name, with_member(yaml.safe_load(schema)), lines
    for name, change, lines in CHANGES:
        crd = with_member({"type": "string"})
        change(crd)
        yield name, crd, lines


def with_member(schema: Schema) -> Schema:
    crd = copy.deepcopy(yaml.safe_load(_CRD))
    root(crd)["properties"]["spec"]["properties"]["x"] = schema
    return crd


def root(crd: Schema) -> Schema:
    found: Schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return found


def _version(**values: Any) -> Callable[[Schema], None]:
    return lambda crd: crd["spec"]["versions"][0].update(values)


def _names(**values: Any) -> Callable[[Schema], None]:
    return lambda crd: crd["spec"]["names"].update(values)


def _plural(plural: str) -> Callable[[Schema], None]:
    def change(crd: Schema) -> None:
        crd["spec"]["names"]["plural"] = plural
        crd["metadata"]["name"] = f"{plural}.example.com"

    return change


def _root(**values: Any) -> Callable[[Schema], None]:
    return lambda crd: root(crd).update(values)


def _member(name: str, schema: Schema, *required: str) -> Callable[[Schema], None]:
    def change(crd: Schema) -> None:
        root(crd)["properties"][name] = schema
        if required:
            root(crd)["required"] = list(required)

    return change


def _columns(*columns: Schema) -> Callable[[Schema], None]:
    return _version(additionalPrinterColumns=list(columns))


def _column(path: str, **more: Any) -> Callable[[Schema], None]:
    return _columns({"name": "X", "type": "string", "jsonPath": path, **more})


def _second_version(**values: Any) -> Callable[[Schema], None]:
    def change(crd: Schema) -> None:
        other = copy.deepcopy(crd["spec"]["versions"][0])
        other.update(name="v1beta1", storage=False, **values)
        crd["spec"]["versions"].insert(0, other)

    return change


def _without(crd: Schema, name: str) -> None:
    del root(crd)["properties"][name]


_STATUS = {"type": "object", "properties": {"phase": {"type": "string"}}}
_CONDITIONS = {
    "type": "object",
    "properties": {
        "conditions": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"type": {"type": "string"}, "status": {"type": "string"}},
            },
        }
    },
}
_REVIEW = {
    "strategy": "Webhook",
    "webhook": {
        "clientConfig": {"service": {"namespace": "a", "name": "b", "port": 9443}},
        "conversionReviewVersions": ["v1beta1", "v1"],
    },
}


def _scaled(crd: Schema) -> None:
    _version(
        subresources={"scale": {"specReplicasPath": ".spec.n", "statusReplicasPath": ".status.n"}}
    )(crd)
    number = {"type": "object", "properties": {"n": {"type": "integer"}}}
    root(crd)["properties"] = {"spec": number, "status": number}


def _template(crd: Schema) -> None:
    _second_version(deprecated=True, deprecationWarning="old, use v1")(crd)
    crd["spec"]["conversion"] = _REVIEW


CHANGES: list[tuple[str, Callable[[Schema], None], list[str]]] = [
    ("required and defaulted",
     lambda crd: root(crd)["properties"]["spec"].update(
         required=["x"], properties={"x": {"type": "string", "default": "a"}}),
     ["# +required", "# +default=", "x: str | None = None"]),
    ("required", lambda crd: root(crd)["properties"]["spec"].update(required=["x"]), ["x: str\n"]),
    ("required and nullable",
     lambda crd: root(crd)["properties"]["spec"].update(
         required=["x"], properties={"x": {"type": "string", "nullable": True}}),
     ["# +required", "# +nullable", "x: str | None = None"]),
    ("root with other members", _member("data", {"type": "string"}, "data"), ["data: str"]),
    ("root without spec", lambda crd: _without(crd, "spec"), ["class App(Object):\n    pass"]),
    ("root with an untyped spec",
     _member("spec", {"x-kubernetes-preserve-unknown-fields": True}), ["spec: Any | None = None"]),
    ("root whose status is a list",
     _member("status", {"type": "array", "items": {"type": "string"}}),
     ["# +genclient:noStatus", "status: list[str] | None = None"]),
    ("root that keeps unknown members", _root(**{"x-kubernetes-preserve-unknown-fields": True}),
     ["# +kubebuilder:pruning:PreserveUnknownFields"]),
    ("root that requires spec", _member("status", _STATUS, "spec"), ["spec: AppSpec\n"]),
    ("root that requires metadata", _member("metadata", {"type": "object"}, "metadata", "spec"),
     ["# +required\n    metadata: ObjectMeta"]),
    ("rules on metadata",
     _member("metadata", {"type": "object", "properties": {"name": {"type": "string",
                                                                   "maxLength": 63}}}),
     ["# +codegen:metadata="]),
    ("rules on the root", _root(**{"x-kubernetes-validations": [{"rule": "has(self.spec)"}]}),
     ["# +kubebuilder:validation:XValidation:rule="]),
    ("junctors on the root", _root(oneOf=[{"required": ["spec"]}]),
     ["# +codegen:validation:OneOf=["]),
    ("own wording of apiVersion and kind",
     lambda crd: root(crd)["properties"].update(
         apiVersion={"type": "string", "description": "Ours."}, kind={"type": "string"}),
     ["class App(Object):"]),
    ("unserved version", _second_version(served=False), ["# +kubebuilder:storageversion"]),
    ("deprecated version", _second_version(deprecated=True), ["# +kubebuilder:storageversion"]),
    ("conversion webhook and a warning", _template, ["# +codegen:conversion="]),
    ("conversion of one version", lambda crd: crd["spec"].update(conversion=_REVIEW),
     ['"port": 9443']),
    ("conversion that is none", lambda crd: crd["spec"].update(conversion={"strategy": "None"}),
     ['# +codegen:conversion={"strategy": "None"}']),
    ("status subresource", lambda crd: (_version(subresources={"status": {}})(crd),
                                        _member("status", _STATUS)(crd))[0],
     ["# +kubebuilder:subresource:status"]),
    ("status subresource without a status", _version(subresources={"status": {}}),
     ["# codegen: ignore[missing-status]\n# +kubebuilder:subresource:status"]),
    ("scale subresource", _scaled, ["# +kubebuilder:subresource:scale:specpath=.spec.n"]),
    ("selectable fields", _version(selectableFields=[{"jsonPath": ".spec.x"}]),
     ["# +kubebuilder:selectablefield:JSONPath=.spec.x"]),
    *[(f"column at {path}", _column(path), ["# +kubebuilder:printcolumn:"]) for path in (
        r".metadata.labels.a\.b/c", r".metadata.labels['a\.b/c']", ".spec.x",
        r".metadata.annotations.example\.com/a-b_c")],
    ("column that leads nowhere", _column(".spec.nowhere"),
     ["# codegen: ignore[bad-path]\n# +kubebuilder:printcolumn:"]),
    ("column of another type", _column(".spec.x", type="date"),
     ["# +kubebuilder:printcolumn:"]),
    ("columns of one name",
     _columns({"name": "X", "type": "string", "jsonPath": ".spec.x"},
              {"name": "X", "type": "string", "jsonPath": ".metadata.name", "priority": 1}),
     ["priority=1"]),
    ("columns of conditions and elements",
     lambda crd: (_member("status", _CONDITIONS)(crd), _columns(
         {"name": "A", "type": "string",
          "jsonPath": '.status.conditions[?(@.type=="Ready")].status'},
         {"name": "B", "type": "string", "jsonPath": ".status.conditions[0].type"},
         {"name": "C", "type": "string", "jsonPath": ".status.conditions[*].type"},
         {"name": "D", "type": "string", "jsonPath": ".status.conditions", "format": "x",
          "description": 'All, "quoted"'},
         {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"})(crd))[0],
     ['JSONPath=`.status.conditions[?(@.type=="Ready")].status`']),
    ("plural that is the singular", _plural("app"), ["# +kubebuilder:resource:path=app"]),
    ("plural of another language", _plural("appi"), ["# +kubebuilder:resource:path=appi"]),
    ("odd singular", _names(singular="application"),
     ["# +kubebuilder:resource:singular=application"]),
    ("no singular, no list kind", lambda crd: crd["spec"].update(
        names={"kind": "App", "plural": "apps"}), ["class AppList(ObjectList[App]):"]),
    ("odd list kind", _names(listKind="Apps"), ["# +codegen:listKind=Apps"]),
    ("short names and categories", _names(shortNames=["a", "ap"], categories=["all"]),
     ["# +kubebuilder:resource:shortName=a;ap,categories=all"]),
    ("cluster scope", lambda crd: crd["spec"].update(scope="Cluster"), ["scope=Cluster"]),
    ("labels and annotations", lambda crd: crd["metadata"].update(
        labels={"a.b/c": "d"}, annotations={"x": 'a "b"; `c`, d=e', "y": ""}),
     ["# +kubebuilder:metadata:"]),
    ("kind in lower case", lambda crd: crd["spec"]["names"].update(kind="app", listKind="appList"),
     ["class app(Object):", "class appList(ObjectList[app]):"]),
    ("kind that ends in List", lambda crd: crd["spec"]["names"].update(
        kind="AppList", listKind="AppListList", plural="apps", singular="applist"),
     ["class AppListList(ObjectList[AppList]):"]),
    ("kind called as our own classes", lambda crd: crd["spec"]["names"].update(
        kind="Object", listKind="ObjectList", plural="apps", singular="object"),
     ["class Object("]),
    ("version of another name", _version(name="v1-2-0"), ["class App(Object):"]),
    ("what servers treat alike", lambda crd: (
        crd["metadata"].update(creationTimestamp=None, annotations=None),
        crd.update(status={"acceptedNames": {}}), crd["spec"].update(preserveUnknownFields=False),
        _version(subresources={}, deprecated=False)(crd), _root(required=[])(crd))[0],
     ["class App(Object):"]),
]  # fmt: skip
