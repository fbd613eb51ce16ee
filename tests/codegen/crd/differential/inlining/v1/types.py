from kube.runtime import Object, Struct


# +kubebuilder:validation:XValidation:rule="self.root != 'x'",message="root"
class Root(Struct):
    """Root is inlined into what is inlined."""

    root: str
    """Root is required."""


# +structType=atomic
# +kubebuilder:validation:MinProperties=1
# +kubebuilder:validation:MaxProperties=9
# +kubebuilder:validation:XValidation:rule="self.name != 'x'",message="base"
# +kubebuilder:pruning:PreserveUnknownFields
class Base(Root):
    """Base is inlined."""

    name: str
    """Name of it."""
    note: str = ""


# +kubebuilder:validation:MaxProperties=8
# +kubebuilder:validation:XValidation:rule="self.own != 'x'",message="own"
class SampleSpec(Base):
    """SampleSpec has an inlined struct."""

    own: str


# +kubebuilder:object:root=false
# +kubebuilder:validation:XValidation:rule="!has(self.extra)",message="common"
class Common(Object):
    """Common is inlined into a kind."""

    extra: str = ""


# +kubebuilder:validation:XValidation:rule="has(self.spec)",message="sample"
class Sample(Common):
    """Sample is a sample."""

    spec: SampleSpec
