"""The kinds that every server has: their resources, schemas and rules, as tables.

A module each for what belongs together; `builtins.py` lists all of them.
"""

from kube.envtest.apiserver.kinds.builtins import (
    NAMESPACES,
    PLAIN,
    RESOURCES,
    STRATEGIES,
    SYSTEM_NAMESPACES,
)
from kube.envtest.apiserver.kinds.definitions import CLEANUP, DEFINITIONS

__all__ = [
    "CLEANUP",
    "DEFINITIONS",
    "NAMESPACES",
    "PLAIN",
    "RESOURCES",
    "STRATEGIES",
    "SYSTEM_NAMESPACES",
]
