from typing import TypeAlias

from kube.runtime import Int32, Object, Struct

# Percent is a percentage.
# +kubebuilder:validation:Minimum=0
# +kubebuilder:validation:Maximum=100
Percent: TypeAlias = Int32

# HalfPercent is at most a half.
# +kubebuilder:validation:Maximum=50
HalfPercent: TypeAlias = Percent

# Name is a name.
# +kubebuilder:validation:MinLength=1
# +kubebuilder:validation:MaxLength=63
# +kubebuilder:validation:Pattern=`^[a-z]+$`
Name: TypeAlias = str

# Names are names.
# +kubebuilder:validation:MaxItems=10
# +listType=set
Names: TypeAlias = list[Name]

# Labels are labels.
# +kubebuilder:validation:MaxProperties=4
Labels: TypeAlias = dict[str, Name]


# +kubebuilder:validation:MinProperties=1
class Inner(Struct):
    """Inner is an inner struct."""

    a: Percent | None = None


class SampleSpec(Struct):
    """SampleSpec has types with constraints of their own, used with more of them."""

    # +kubebuilder:validation:Maximum=50
    conflict: Percent

    # +kubebuilder:validation:Maximum=100
    equal: Percent

    # +kubebuilder:validation:Minimum=10
    # +kubebuilder:validation:Maximum=20
    both: Percent

    # +kubebuilder:validation:MultipleOf=5
    more: Percent

    chain: HalfPercent

    # +kubebuilder:validation:Maximum=25
    long_chain: HalfPercent

    # +kubebuilder:validation:Pattern=`^b`
    # +kubebuilder:validation:MinLength=2
    name: Name

    # +kubebuilder:validation:MinItems=1
    # +kubebuilder:validation:MaxItems=5
    names: Names

    # +kubebuilder:validation:items:MaxLength=10
    each: list[Name]

    # +kubebuilder:validation:MaxProperties=4
    labels: Labels

    # +kubebuilder:validation:Type=object
    # +kubebuilder:validation:MinProperties=1
    inner: Inner

    # +kubebuilder:validation:Type=object
    # +kubebuilder:validation:MaxProperties=3
    other: Inner | None = None


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
