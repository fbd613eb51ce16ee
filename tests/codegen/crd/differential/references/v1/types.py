from kube.api.core.v1 import ObjectReference
from kube.api.meta.v1 import OwnerReference
from kube.runtime import Object, Struct


class SampleSpec(Struct):
    """SampleSpec refers to other objects."""

    owner: OwnerReference
    # Owners of it.
    # +listType=map
    # +listMapKey=uid
    owners: list[OwnerReference]
    # +listType=set
    targets: list[ObjectReference]
    by_name: dict[str, ObjectReference]
    # +optional
    last: ObjectReference | None = None


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
