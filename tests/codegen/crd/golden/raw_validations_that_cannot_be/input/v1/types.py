from kube.runtime import Object, Struct


# +codegen:validation:OneOf={"required": ["a"]}
# +codegen:validation:AnyOf=[{"required": ["a"]}, {"properties": {"c": {}}}]
# +codegen:validation:AllOf=[{"description": "text"}]
# +codegen:validation:Not={"type": "object"}
class SampleSpec(Struct):
    # +codegen:description=3
    # +codegen:schema=[]
    # +codegen:validation:OneOf=[]
    a: str | None = None


class Sample(Object):
    spec: SampleSpec | None = None
