from typing import TypeAlias

from kube.runtime import Int32, Object, Struct


# +kubebuilder:validation:XValidation:rule="self.min <= self.max",message="min must not exceed max"
class Range(Struct):
    """Range is a range."""

    min: Int32
    max: Int32


# Name is a name.
# +kubebuilder:validation:XValidation:rule="!self.startsWith('kube-')",message="reserved"
# +kubebuilder:validation:MaxLength=63
Name: TypeAlias = str


# +kubebuilder:validation:XValidation:rule="has(self.a) || has(self.b)",message="a or b",reason=FieldValueRequired,fieldPath=".a"
# +kubebuilder:validation:XValidation:rule="self.range.max < 100",messageExpression="'max is too great'"
class SampleSpec(Struct):
    """SampleSpec has rules."""

    # +optional
    a: str = ""
    # +optional
    b: str = ""

    # +kubebuilder:validation:XValidation:rule="self == oldSelf",message="immutable"
    # +kubebuilder:validation:MaxLength=10
    fixed: str

    # +kubebuilder:validation:XValidation:rule="self.max > 0"
    range: Range

    # +kubebuilder:validation:XValidation:rule="self != 'admin'",message="no admin"
    name: Name

    # +kubebuilder:validation:XValidation:rule="self.all(x, x > 0)"
    # +kubebuilder:validation:MaxItems=10
    # +kubebuilder:validation:items:XValidation:rule="self < 1000"
    numbers: list[Int32]

    # +kubebuilder:validation:XValidation:rule="oldSelf.hasValue() || self == 1",optionalOldSelf=true
    start: int


# +kubebuilder:validation:XValidation:rule="self.metadata.name.size() < 20",message="too long"
class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
