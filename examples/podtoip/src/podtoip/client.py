"""A typed client of PodToIps, written by hand on the REST client.

`codegen clientset` would generate one. This shows what is in it, and how to write one for what no
generator knows.
"""

from __future__ import annotations

from kube.api.meta.v1 import DeleteOptions, ListOptions, Preconditions
from kube.client import AsyncRESTClient, AsyncWatch

from podtoip.api.v1.pod_to_ip_types import PodToIp, PodToIpList
from podtoip.api.v1.zz_generated_register import SCHEME_GROUP_VERSION

RESOURCE = "podtoips"


class PodToIpClient:
    """The PodToIps of every namespace.

    All methods raise `APIError` and its subclasses, `TransportError` without an answer, and
    ValueError for a request that no server could understand, such as one without a name.
    """

    def __init__(self, rest: AsyncRESTClient) -> None:
        self._rest = rest.for_group_version(SCHEME_GROUP_VERSION)

    async def create(self, obj: PodToIp) -> PodToIp:
        """Store a new object. Raises `AlreadyExistsError`."""
        request = self._rest.post().resource(RESOURCE).namespace(obj.metadata.namespace)
        return await request.body(obj).do().into(PodToIp)

    async def update(self, obj: PodToIp) -> PodToIp:
        """Replace an object. Raises `ConflictError` where it has changed since it was read."""
        request = self._rest.put().resource(RESOURCE).namespace(obj.metadata.namespace)
        return await request.name(obj.metadata.name).body(obj).do().into(PodToIp)

    async def delete(self, name: str, namespace: str, *, uid: str = "") -> None:
        """Delete an object. Raises `NotFoundError`, and `ConflictError` for another `uid`."""
        request = self._rest.delete().resource(RESOURCE).namespace(namespace).name(name)
        if uid:
            request.body(DeleteOptions(preconditions=Preconditions(uid=uid)))
        await request.do()

    async def get(self, name: str, namespace: str) -> PodToIp:
        """Read an object. Raises `NotFoundError`."""
        request = self._rest.get().resource(RESOURCE).namespace(namespace).name(name)
        return await request.do().into(PodToIp)

    async def list(self, namespace: str = "", options: ListOptions | None = None) -> PodToIpList:
        """Read the objects of a namespace; of all, where it is empty."""
        request = self._rest.get().resource(RESOURCE).namespace(namespace)
        return await request.versioned_params(options or ListOptions()).do().into(PodToIpList)

    def watch(self, namespace: str = "", options: ListOptions | None = None) -> AsyncWatch[PodToIp]:
        """Follow the objects of a namespace, of all where it is empty; see `AsyncWatch`."""
        request = self._rest.get().resource(RESOURCE).namespace(namespace)
        return request.versioned_params(options or ListOptions()).watch(PodToIp)
