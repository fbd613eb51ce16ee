from kube.runtime import Object, Struct


class SampleSpec(Struct):
    # +kubebuilder:validation:XValidation:rule="self.a >"
    a: int
    # +kubebuilder:validation:XValidation:rule="self > 1 &&& true",message="m"
    b: int
    # +kubebuilder:validation:XValidation:rule="self > 1",messageExpression="'a' +"
    c: int


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
