"""The kinds that every server has: resources, schemas and strategies, as tables.

Each module has the kinds that belong together and lists them as `KINDS`; a row is a `BuiltIn`. A
kind without a schema is stored as it is sent.
"""

from kube.envtest.apiserver.kinds import core, definitions, event_versions, leases, reviews
from kube.envtest.apiserver.kinds.builtin import PLAIN, BuiltIn
from kube.envtest.apiserver.kinds.core import NAMESPACES, SYSTEM_NAMESPACES
from kube.envtest.apiserver.kinds.definitions import CLEANUP, DEFINITIONS
from kube.envtest.apiserver.storage.strategies import Strategy

KINDS: tuple[BuiltIn, ...] = (
    *core.KINDS,
    *event_versions.KINDS,
    *leases.KINDS,
    *definitions.KINDS,
    *reviews.KINDS,
)
STRATEGIES: dict[tuple[str, str], Strategy] = {
    kind.resource.storage: kind.strategy for kind in KINDS
}
"""By collection; PLAIN for every other one."""

__all__ = [
    "CLEANUP",
    "DEFINITIONS",
    "KINDS",
    "NAMESPACES",
    "PLAIN",
    "STRATEGIES",
    "SYSTEM_NAMESPACES",
]
