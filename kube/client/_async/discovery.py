"""Discovery: what a server serves, read and remembered."""

from __future__ import annotations

import logging

import msgspec

from kube.client._async.rest import AsyncRESTClient, async_checked
from kube.client.discovery import (
    ACCEPT,
    NoMatchError,
    Pending,
    Served,
    ServedResource,
    ServerVersion,
    join,
    parse_resources,
    parse_root,
    parse_version,
)
from kube.runtime import GroupVersion, errors
from kube.runtime.codec import DecodeError

log = logging.getLogger("kube.client")


class AsyncDiscoveryClient:
    """Reads the documents of discovery. All methods raise what `RESTClient.request` raises, and
    `DecodeError` for an answer that is not such a document.
    """

    def __init__(self, rest: AsyncRESTClient) -> None:
        self._rest = async_checked(rest, type(self))

    async def server_version(self) -> ServerVersion:
        """The server's build, from `/version`."""
        response = await self._rest.request("GET", "/version")
        try:
            return parse_version(response.body)
        except msgspec.DecodeError as error:
            raise DecodeError(f"the answer of /version is not valid: {error}") from None

    async def served(self) -> Served:
        """Every resource that the server serves.

        An extension server that does not answer hides only its own resources; see
        `Served.missing`.
        """
        return join([await self._read_root("/api"), await self._read_root("/apis")])

    async def _read_root(self, path: str) -> Served:
        try:
            response = await self._rest.request("GET", path, headers={"accept": ACCEPT})
        except errors.NotFoundError:
            return Served([])
        try:
            root = parse_root(response.body)
        except msgspec.DecodeError as error:
            raise DecodeError(f"the discovery document of {path} is not valid: {error}") from None
        return root if isinstance(root, Served) else await self._read_each(root)

    async def _read_each(self, pending: list[Pending]) -> Served:
        resources: list[ServedResource] = []
        missing: list[GroupVersion] = []
        for each in pending:
            try:
                response = await self._rest.request("GET", each.path)
                resources += parse_resources(response.body, each)
            except (errors.APIError, msgspec.DecodeError) as error:
                log.warning(
                    "discovery of %s failed: %s",
                    each.group_version,
                    error,
                    extra={"group_version": str(each.group_version)},
                )
                missing.append(each.group_version)
        return Served(resources, missing)


class AsyncRESTMapper:
    """Kinds and names to resources, from a remembered discovery.

    Discovery is repeated for what it does not have, since CRDs come and go. Both look-ups raise
    `NoMatchError`, and what discovery raises.
    """

    def __init__(self, discovery: AsyncDiscoveryClient) -> None:
        self._discovery = discovery
        self._served: Served | None = None

    async def by_kind(self, kind: str, group: str = "", version: str = "") -> ServedResource:
        """The resource of a kind; without a version, in the version that the group prefers."""
        if self._served is not None:
            try:
                return self._served.by_kind(kind, group, version)
            except NoMatchError:
                pass
        return (await self.refresh()).by_kind(kind, group, version)

    async def by_name(self, name: str) -> ServedResource:
        """The resource that a person names; see `Served.by_name`."""
        if self._served is not None:
            try:
                return self._served.by_name(name)
            except NoMatchError:
                pass
        return (await self.refresh()).by_name(name)

    async def refresh(self) -> Served:
        """Repeat discovery."""
        self._served = await self._discovery.served()
        return self._served
