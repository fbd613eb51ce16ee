# ruff: noqa: E501  the documentation is upstream's, line by line: CRDs show it
"""The types of meta/v1 that the runtime uses, after k8s.io/apimachinery/pkg/apis/meta/v1/types.go."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from kube.runtime.struct import Struct, field
from kube.runtime.time import Time

FieldsV1: TypeAlias = msgspec.Raw
"""A set of fields as the server writes it, kept as bytes because it is rarely read."""

# One object, for msgspec leaves out what *is* its default; another empty one would be written, as
# nothing at all, and `"fieldsV1":}` is not JSON.
ABSENT = msgspec.Raw()


# +k8s:applyconfiguration-gen=true
class ManagedFieldsEntry(Struct):
    """The fields of an object that one manager owns."""

    manager: str = ""
    operation: str = ""
    api_version: str = ""
    time: Time | None = None
    fields_type: str = ""
    fields_v1: FieldsV1 = field(default=ABSENT, name="fieldsV1")
    subresource: str = ""


# +structType=atomic
# +k8s:applyconfiguration-gen=true
class OwnerReference(Struct):
    """OwnerReference contains enough information to let you identify an owning
    object. An owning object must be in the same namespace as the dependent, or
    be cluster-scoped, so there is no namespace field.
    """

    # API version of the referent.
    api_version: str
    # Kind of the referent.
    # More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds
    kind: str
    # Name of the referent.
    # More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names
    name: str
    # UID of the referent.
    # More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#uids
    uid: str
    # If true, this reference points to the managing controller.
    # +optional
    controller: bool | None = None
    # If true, AND if the owner has the "foregroundDeletion" finalizer, then
    # the owner cannot be deleted from the key-value store until this
    # reference is removed.
    # See https://kubernetes.io/docs/concepts/architecture/garbage-collection/#foreground-deletion
    # for how the garbage collector interacts with this field and enforces the foreground deletion.
    # Defaults to false.
    # To set this field, a user needs "delete" permission of the owner,
    # otherwise 422 (Unprocessable Entity) will be returned.
    # +optional
    block_owner_deletion: bool | None = None


# +k8s:applyconfiguration-gen=true
class ObjectMeta(Struct):
    """The metadata of an object: its name, its namespace, its version, its owners and managers."""

    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    self_link: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    # +listType=map
    # +listMapKey=uid
    owner_references: list[OwnerReference] | None = None
    # +listType=set
    finalizers: list[str] | None = None
    managed_fields: list[ManagedFieldsEntry] | None = None


class ShardInfo(Struct):
    """The shard that a list was limited to."""

    selector: str


class ListMeta(Struct):
    """The metadata of a list: its resource version, and the token of the next page."""

    self_link: str = ""
    resource_version: str = ""
    continue_: str = field(default="", name="continue")
    remaining_item_count: int | None = None
    shard_info: ShardInfo | None = None


class StatusCause(Struct):
    reason: str = ""
    message: str = ""
    field: str = ""


class StatusDetails(Struct):
    name: str = ""
    group: str = ""
    kind: str = ""
    uid: str = ""
    causes: list[StatusCause] | None = None
    retry_after_seconds: int = 0


class Status(Struct):
    """The answer of a server that returns no object, mostly an error."""

    api_version: str = ""
    kind: str = ""
    metadata: ListMeta = field(default_factory=ListMeta)
    status: str = ""
    message: str = ""
    reason: str = ""
    details: StatusDetails | None = None
    code: int = 0
