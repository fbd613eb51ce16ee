"""Kubernetes' own kinds: what its documents do not say about them, as tables.

Each module has the groups and kinds that belong together: `KINDS` by plural, `DEFAULTS` and
`CHECKS` by type. `catalogue` makes resources of them and of the documents, when a group is first
asked for.
"""

from kube.envtest.apiserver.kinds.catalogue import load
from kube.envtest.apiserver.kinds.names import (
    CLEANUP,
    CONDITIONAL,
    CREATED_BY_UPDATE,
    DEFINITIONS,
    NAMESPACES,
    SYSTEM_NAMESPACES,
)
from kube.envtest.apiserver.schemas.documents import group_versions

GROUP_VERSIONS = group_versions

__all__ = [
    "CLEANUP",
    "CONDITIONAL",
    "CREATED_BY_UPDATE",
    "DEFINITIONS",
    "GROUP_VERSIONS",
    "NAMESPACES",
    "SYSTEM_NAMESPACES",
    "load",
]
