"""The lock that leaders hold: a Lease of coordination.k8s.io/v1."""

from __future__ import annotations

import socket
import uuid

from kube.api.coordination.v1 import Lease, LeaseList, LeaseSpec
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncCreates, AsyncGets, AsyncRESTClient, AsyncUpdates, Resource

LEASES = Resource(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    namespaced=True,
    type=Lease,
    list_type=LeaseList,
)


class _LeaseClient(AsyncGets[Lease], AsyncCreates[Lease], AsyncUpdates[Lease]):
    resource = LEASES


def default_identity() -> str:
    """A name for this process that no other has: `<host>_<uuid>`."""
    return f"{socket.gethostname()}_{uuid.uuid4()}"


class LeaseLock:
    """One Lease, by name, and who we are to its holders. `rest` is a clientset's."""

    def __init__(
        self, rest: AsyncRESTClient, name: str, namespace: str, identity: str = ""
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.identity = identity or default_identity()
        self._leases = _LeaseClient(rest, namespace)

    async def get(self) -> Lease:
        """The lease as it stands. Raises NotFoundError where nobody ever held it."""
        return await self._leases.get(self.name)

    async def create(self, spec: LeaseSpec) -> Lease:
        """Raises AlreadyExistsError where somebody was quicker."""
        metadata = ObjectMeta(name=self.name, namespace=self.namespace)
        return await self._leases.create(Lease(metadata=metadata, spec=spec))

    async def update(self, lease: Lease) -> Lease:
        """Raises ConflictError where somebody was quicker."""
        return await self._leases.update(lease)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"
