from __future__ import annotations

from kube.runtime import Object, Struct, field


# +kubebuilder:validation:XValidation:rule="self.b > 1"
# +kubebuilder:validation:XValidation:rule="self.name == 'self.zzz' && size(self.more__dash__x) > 0",fieldPath=name
class SampleSpec(Struct):
    name: str
    more: str = field(default="", name="more-x")
    # +kubebuilder:validation:items:XValidation:rule="self == oldSelf"
    items: list[int]
    # +kubebuilder:validation:XValidation:rule="self > 1",optionalOldSelf=true
    n: int
    # +kubebuilder:validation:XValidation:rule="self.x > 1"
    inner: Inner


class Inner(Struct):
    a: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
