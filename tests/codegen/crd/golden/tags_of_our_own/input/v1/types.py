from typing import TypeAlias

from kube.runtime import Int, IntOrString, Object, Struct

# +kubebuilder:validation:Schemaless
# +kubebuilder:validation:XIntOrString
Bare: TypeAlias = IntOrString

# +codegen:validation:AllOf=[{"enum": ["a", "b"]}, {"enum": ["a"]}]
Narrow: TypeAlias = str


# +codegen:validation:OneOf=[{"required": ["a"]}, {"not": {"required": ["b"]}}]
# +codegen:validation:AnyOf=[{"properties": {"a": {"minimum": 3}}}]
# +codegen:validation:Not={"required": ["a", "b"]}
# +codegen:schema={"required": ["elsewhere"]}
class SampleSpec(Struct):
    # +codegen:description="kept  \tto the letter "
    a: Int | None = None
    """Something like it."""

    b: list[Int] | None = None
    c: dict[str, Bare] | None = None
    d: list[Narrow] | None = None

    # +codegen:schema={"maxLength": 3}
    e: list[str] | None = None


# +codegen:conversion={"strategy": "None"}
# +codegen:listKind=Samples
# +codegen:metadata={"type": "object", "properties": {"name": {"type": "string", "maxLength": 9}}}
# +kubebuilder:printcolumn:name=Cluster,type=string,JSONPath=`.metadata.labels.cluster\.example/name`
class Sample(Object):
    spec: SampleSpec | None = None
