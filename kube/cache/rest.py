"""Lists and watches of a reflector over the REST client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from kube.api.meta.v1 import ListOptions
from kube.cache.listwatch import ListPage
from kube.client import AsyncDiscoveryClient, AsyncRESTClient, AsyncWatch
from kube.client.decoding import decode_list
from kube.client.options import SILENCE_MARGIN, list_query, read_headers, watch_query
from kube.client.watch_events import AnyWatchEvent, Undecodable
from kube.runtime import GroupVersion, Object, ObjectList
from kube.runtime.resource import Resource

T = TypeVar("T", bound=Object)


class RESTListerWatcher(Generic[T]):
    """Reads one resource, in one namespace or, with an empty one, in all of them.

    The deadlines of a watch are the reflector's.
    """

    def __init__(self, rest: AsyncRESTClient, resource: Resource, namespace: str = "") -> None:
        self._rest = rest
        self._resource = resource
        self._path = resource.path(namespace)

    async def list(self, options: ListOptions) -> ListPage[T]:
        seconds = options.timeout_seconds
        response = await self._rest.request(
            "GET",
            self._path,
            headers=read_headers(self._resource, collection=True),
            query=list_query(
                limit=options.limit, continue_=options.continue_, **_selection(options)
            ),
            timeout=seconds + SILENCE_MARGIN if seconds else None,
        )
        undecodable: list[Undecodable] = []
        decoded: ObjectList[T] = decode_list(
            response.body,
            self._resource.list_type,
            self._resource,
            lambda _, broken: undecodable.append(broken),
        )
        meta = decoded.metadata
        return ListPage(decoded.items, meta.resource_version, meta.continue_, undecodable)

    async def is_served(self) -> bool:
        """Whether discovery has the resource.

        Where it has nothing at all, or not all of the group, it does not tell, and True is safe.
        """
        served = await AsyncDiscoveryClient(self._rest).served()
        gvr = self._resource.gvr
        if not served.resources or GroupVersion(gvr.group, gvr.version) in served.missing:
            return True
        return any(
            (each.group, each.version, each.plural) == (gvr.group, gvr.version, gvr.resource)
            for each in served.resources
        )

    @asynccontextmanager
    async def watch(self, options: ListOptions) -> AsyncIterator[AsyncIterator[AnyWatchEvent[T]]]:
        query = watch_query(
            allow_bookmarks=options.allow_watch_bookmarks,
            send_initial_events=options.send_initial_events,
            **_selection(options),
        )
        watch: AsyncWatch[T] = AsyncWatch(
            self._rest, self._resource, self._resource.type, self._path, query, None
        )
        async with watch:
            yield watch.everything()


def _selection(options: ListOptions) -> dict[str, Any]:
    return {
        "label_selector": options.label_selector,
        "field_selector": options.field_selector,
        "resource_version": options.resource_version,
        "resource_version_match": options.resource_version_match,
        "timeout_seconds": options.timeout_seconds,
    }
