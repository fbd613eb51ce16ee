from typing import Any, TypeAlias

from kube.api.meta.v1 import ObjectMeta
from kube.runtime import Int, IntOrString, Object, ObjectList, RawExtension, Struct, field

# +kubebuilder:validation:MinLength=1
# +codegen:schema={"default": "x"}
EItem: TypeAlias = str

# +kubebuilder:validation:Schemaless
# +kubebuilder:validation:Type=string
# +kubebuilder:validation:XIntOrString
GItem: TypeAlias = IntOrString

# +kubebuilder:validation:Pattern="^a`b\\.$"
IItemItem: TypeAlias = str
"""inner"""

# +listType=set
JItem: TypeAlias = list[str]

# +codegen:validation:AllOf=[{"enum": ["x", "y"]}, {"enum": ["x"]}]
LItem: TypeAlias = str


class M(Struct):
    metadata: ObjectMeta | None = None

    # +kubebuilder:validation:XEmbeddedResource
    x: RawExtension | None = None


class ABC(Struct):
    x: list[str] | None = None


class RItem(Struct):
    """an r"""

    k: str


class S(Struct):
    k: str


# +codegen:validation:OneOf=[{"required": ["a"]}, {"not": {"required": ["b"]}}]
# +codegen:schema={"required": ["a", "nothere"]}
class WidgetSpec(Struct):
    # +kubebuilder:validation:Minimum=0
    # +kubebuilder:validation:Maximum=10000000000
    a: Int

    # +kubebuilder:validation:Format=uint32
    # +kubebuilder:validation:Enum=1;2
    # +default=1
    b: Int | None = None

    # +codegen:schema={"additionalProperties": true}
    c: dict[str, Any] | None = None

    d: list[Int] | None = None

    # +codegen:schema={"maxLength": 3}
    e: list[EItem] | None = None

    # +kubebuilder:validation:Schemaless
    # +kubebuilder:validation:XIntOrString
    f: IntOrString | None = None

    g: dict[str, GItem] | None = None

    # +codegen:schema={"enum": [null, "a"]}
    # +nullable
    h: str | None = None

    i: dict[str, dict[str, IItemItem]] | None = None

    # +listType=atomic
    j: list[JItem] | None = None

    # +codegen:validation:AllOf=[{"enum": ["x", "y"]}, {"enum": ["x"]}]
    k: str | None = None

    l: list[LItem] | None = None

    m: M | None = None

    list_: str | None = None

    str_: list[str] | None = None

    # +kubebuilder:validation:MaxLength=3
    class_: bytes | None = None

    # +default=false
    x: bool | None = field(default=None, name="_x")

    proxy_url_2: str | None = field(default=None, name="proxyURL")

    proxy_url: str | None = field(default=None, name="proxyUrl")

    # +kubebuilder:validation:MinLength=1
    # +kubebuilder:validation:Format=date-time
    field_9p: str | None = field(default=None, name="9p")

    ref: str | None = field(default=None, name="$ref")

    # +default={"x": ["y"]}
    a_b_c: ABC | None = field(default=None, name="a-b.c")

    # +kubebuilder:validation:XIntOrString
    # +kubebuilder:validation:MaxLength=4
    # +kubebuilder:example=4
    q: IntOrString | None = None

    # +listType=map
    # +listMapKey=k
    # +nullable
    r: list[RItem | None] | None = None

    s: S | None = None
    """other"""

    # +kubebuilder:validation:XValidation:rule="self.all(x,\n x != '')",message=`a "b" 'c'`,reason=FieldValueInvalid,fieldPath=.x
    t: dict[str, str] | None = None

    # +kubebuilder:validation:MultipleOf=0.5
    # +kubebuilder:validation:Format=double
    deep_copy_: float | None = None


# +genclient
# +kubebuilder:resource:path=widgetz,shortName=wd;wg,categories=all,singular=widgett
# +codegen:listKind=Widgets
# codegen: ignore[missing-status]
# +kubebuilder:subresource:status
# +kubebuilder:storageversion
# +kubebuilder:printcolumn:name=A,type=string,JSONPath=`.metadata.labels.a\.b/c`,description="x, y",priority=1
# +kubebuilder:printcolumn:name=B,type=date,JSONPath=.nowhere.at
# codegen: ignore[bad-path]
# +kubebuilder:printcolumn:name=C,type=string,JSONPath=`.spec.conditions[?(@.type=="Ready")].status`
# +kubebuilder:metadata:annotations="a=b c; d"
# +kubebuilder:metadata:annotations="x/y=with \"quotes\" and `ticks`"
# +kubebuilder:metadata:labels="tier=x"
# +codegen:conversion={"strategy": "None"}
# +kubebuilder:pruning:PreserveUnknownFields
# +codegen:description="  A widget.\t tab\n  TODO x\n---\nbelow "
class Widget(Object):
    """
    A widget.      tab
      TODO x
    """

    spec: WidgetSpec | None = None
    """spec"""


class WidgetList(ObjectList[Widget]):
    """A list of Widget."""
