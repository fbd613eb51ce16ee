"""The resources that every server has. Kinds without a schema here are stored as they are sent."""

from __future__ import annotations

from kube.envtest.apiserver.kinds.core import (
    CONFIG_MAP,
    LEASE,
    SECRET,
    DataStrategy,
    LeaseStrategy,
    SecretStrategy,
)
from kube.envtest.apiserver.kinds.core import NAMESPACE as NAMESPACE_SCHEMA
from kube.envtest.apiserver.kinds.definitions import (
    DEFINITIONS,
    CustomResourceDefinitionStrategy,
    DefinitionSchema,
)
from kube.envtest.apiserver.kinds.event_versions import from_events_v1, to_events_v1
from kube.envtest.apiserver.kinds.reviews import RESOURCES as REVIEWS
from kube.envtest.apiserver.resources import Column, Resource
from kube.envtest.apiserver.storage import metadata
from kube.envtest.apiserver.storage.strategies import NamespaceStrategy, Strategy
from kube.runtime.trees import Tree

NAMESPACES = ("", "namespaces")

_AGE = Column("Age", "date", ".metadata.creationTimestamp")
_EVENT_FIELDS = (
    "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
    "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
    "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
)  # fmt: skip


def _count_data(tree: Tree) -> int:
    return len(tree.get("data") or ()) + len(tree.get("binaryData") or ())


def _event_object(tree: Tree) -> str:
    about = tree.get("involvedObject") or {}
    return f"{str(about.get('kind', '')).lower()}/{about.get('name', '')}"


NAMESPACE = Resource(
    group="",
    version="v1",
    kind="Namespace",
    plural="namespaces",
    namespaced=False,
    schema=NAMESPACE_SCHEMA,
    short_names=("ns",),
    subresources=frozenset({"status", "finalize"}),
    verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
    columns=(Column("Status", "string", ".status.phase"), _AGE),
    selectable=("status.phase",),
    generation=False,
    names=metadata.LABEL,
)

RESOURCES = (
    NAMESPACE,
    Resource(
        group="",
        version="v1",
        kind="Event",
        plural="events",
        namespaced=True,
        short_names=("ev",),
        columns=(
            Column("Last Seen", "date", ".lastTimestamp"),
            Column("Type", "string", ".type"),
            Column("Reason", "string", ".reason"),
            Column("Object", "string", ".involvedObject", value=_event_object),
            Column("Subobject", "string", ".involvedObject.fieldPath", priority=1),
            Column("Source", "string", ".source.component", priority=1),
            Column("Message", "string", ".message"),
            Column("First Seen", "date", ".firstTimestamp", priority=1),
            Column("Count", "integer", ".count", priority=1),
            Column("Name", "string", ".metadata.name", format="name", priority=1),
        ),
        selectable=_EVENT_FIELDS,
        generation=False,
    ),
    Resource(
        group="events.k8s.io",
        version="v1",
        kind="Event",
        plural="events",
        namespaced=True,
        short_names=("ev",),
        selectable=("metadata.name", "reason", "type"),
        generation=False,
        storage=("", "events"),
        to_version=to_events_v1,
        from_version=from_events_v1,
    ),
    Resource(
        group="",
        version="v1",
        kind="ConfigMap",
        plural="configmaps",
        namespaced=True,
        schema=CONFIG_MAP,
        columns=(Column("Data", "string", ".data", value=_count_data), _AGE),
        short_names=("cm",),
        generation=False,
    ),
    Resource(
        group="",
        version="v1",
        kind="Secret",
        plural="secrets",
        namespaced=True,
        schema=SECRET,
        columns=(
            Column("Type", "string", ".type"),
            Column("Data", "string", ".data", value=_count_data),
            _AGE,
        ),
        selectable=("type",),
        generation=False,
    ),
    Resource(
        group="coordination.k8s.io",
        version="v1",
        kind="Lease",
        plural="leases",
        namespaced=True,
        schema=LEASE,
        columns=(Column("Holder", "string", ".spec.holderIdentity"), _AGE),
        generation=False,
    ),
    Resource(
        group="apiextensions.k8s.io",
        version="v1",
        kind="CustomResourceDefinition",
        plural="customresourcedefinitions",
        namespaced=False,
        short_names=("crd", "crds"),
        categories=("api-extensions",),
        subresources=frozenset({"status"}),
        columns=(Column("Created At", "string", ".metadata.creationTimestamp"),),
        schema=DefinitionSchema(),
    ),
    *REVIEWS,
)

SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")

PLAIN = Strategy()
STRATEGIES: dict[tuple[str, str], Strategy] = {
    NAMESPACES: NamespaceStrategy(),
    ("", "configmaps"): DataStrategy("data", "binaryData"),
    ("", "secrets"): SecretStrategy("data"),
    ("coordination.k8s.io", "leases"): LeaseStrategy(),
    DEFINITIONS: CustomResourceDefinitionStrategy(),
}
