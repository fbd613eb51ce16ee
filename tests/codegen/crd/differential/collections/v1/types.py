from typing import TypeAlias

from kube.runtime import Int32, Object, Struct


class Part(Struct):
    """Part is a part."""

    name: str
    port: Int32 = 80


# Words are words.
# +kubebuilder:validation:MinItems=1
# +kubebuilder:validation:items:MinLength=2
Words: TypeAlias = list[str]

# Sizes are sizes by name.
# +kubebuilder:validation:MaxProperties=8
Sizes: TypeAlias = dict[str, Int32]

# Key is the key of a map.
Key: TypeAlias = str


class SampleSpec(Struct):
    """SampleSpec has lists and maps."""

    names: list[str]
    matrix: list[list[Int32]]
    labels: dict[str, str]
    deep: dict[str, list[Part]]
    deeper: dict[str, dict[str, int]]
    keyed: dict[Key, str]

    # +kubebuilder:validation:MaxItems=5
    words: Words

    # +kubebuilder:validation:MinProperties=1
    sizes: Sizes

    # +listType=map
    # +listMapKey=name
    # +listMapKey=port
    parts: list[Part]

    # +listType=set
    # +kubebuilder:validation:MinItems=1
    # +kubebuilder:validation:MaxItems=9
    # +kubebuilder:validation:items:Pattern=`^[a-z]+$`
    # +kubebuilder:validation:items:MaxLength=63
    unique: list[str]

    # +listType=atomic
    # +kubebuilder:validation:items:Minimum=1
    # +kubebuilder:validation:items:Maximum=65535
    ports: list[Int32]

    # +mapType=atomic
    # +kubebuilder:validation:MinProperties=1
    # +kubebuilder:validation:MaxProperties=16
    atomic: dict[str, str]

    # +mapType=granular
    granular: dict[str, str]

    # +structType=atomic
    struct: Part

    # +k8s:listType=map
    # +k8s:listMapKey=name
    # +k8s:maxItems=3
    declarative: list[Part]

    # +kubebuilder:validation:items:Enum=a;b
    choices: list[str]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
