"""A built-in kind: what is served of it, and the rules for writing it."""

from __future__ import annotations

from dataclasses import dataclass

from kube.envtest.apiserver.resources import Column, ServerResource
from kube.envtest.apiserver.storage.strategies import Strategy

PLAIN = Strategy()
AGE = Column("Age", "date", ".metadata.creationTimestamp")


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A row of the table of kinds."""

    resource: ServerResource
    strategy: Strategy = PLAIN
