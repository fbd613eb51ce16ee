"""The lock that leaders hold: a Lease of coordination.k8s.io/v1."""

from __future__ import annotations

import socket
import uuid

from kube.api.coordination.v1 import Lease, LeaseSpec
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncCreates, AsyncGets, AsyncRESTClient, AsyncUpdates
from kube.runtime import resource_of


class LeaseClient(AsyncGets[Lease], AsyncCreates[Lease], AsyncUpdates[Lease]):
    """What a candidate asks of the server."""

    resource = resource_of(Lease)


def default_identity() -> str:
    """A name for this process that no other has: `<host>_<uuid>`."""
    return f"{socket.gethostname()}_{uuid.uuid4()}"


class LeaseLock:
    """One Lease, by name, and our identity as a candidate for it.

    `rest` says which server it is on. The election itself sends its requests by a client of its
    own, made from the same Config: another event loop needs other connections, and a busy program's
    rate limit must not delay a renewal. A client without a Config shares its transport, which has
    to work in any event loop, as the fakes' does.

    Raises TypeError for what is not an asynchronous REST client, and ValueError for an empty name
    or namespace.
    """

    def __init__(
        self, rest: AsyncRESTClient, name: str, namespace: str, identity: str = ""
    ) -> None:
        if not isinstance(rest, AsyncRESTClient):
            raise TypeError(
                f"LeaseLock takes an AsyncRESTClient, not {type(rest).__name__}: pass the `rest` "
                "of an asynchronous clientset"
            )
        if not name or not namespace:
            raise ValueError("a LeaseLock needs the name and the namespace of a Lease")
        self.name = name
        self.namespace = namespace
        self.identity = identity or default_identity()
        self._rest = rest

    def connect(self) -> AsyncRESTClient:
        """A REST client for the event loop of the election."""
        if self._rest.config is not None:
            return AsyncRESTClient.for_config(self._rest.config)
        return AsyncRESTClient(self._rest.transport, credentials=self._rest.credentials)

    def leases(self, rest: AsyncRESTClient) -> LeaseClient:
        """The client of the Lease's namespace, over `rest`."""
        return LeaseClient(rest, self.namespace)

    def new_lease(self, spec: LeaseSpec) -> Lease:
        """The Lease as it is first created."""
        return Lease(metadata=ObjectMeta(name=self.name, namespace=self.namespace), spec=spec)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    def __repr__(self) -> str:
        return f"LeaseLock({str(self)!r}, identity={self.identity!r})"
