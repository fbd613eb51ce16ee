# Derived from kube/client/_async/request_builder.py: python hack/unasync.py. DO NOT EDIT.
"""A request that is built step by step and then sent.

    created = rest.post().resource("pods").namespace("a").body(pod).do().into(Pod)

`do` sends it; `stream` and `watch` open it. What was built wrongly is raised there, as ValueError;
what the server refuses as `APIError`, and what gets no answer as `TransportError`.
"""

from __future__ import annotations

import builtins
from contextlib import AbstractContextManager
from typing import TypeVar

from kube.client._sync.rest import RESTClient
from kube.client._sync.watch import Watch
from kube.client.building import BuildableRequest
from kube.client.options import watch_silence
from kube.client.result import Result
from kube.client.transport import Response, Stream
from kube.runtime import GroupVersion, Object, ObjectList
from kube.runtime.resource import NotRegisteredError, Resource, resource_of

K = TypeVar("K", bound=Object)


class RequestBuilder(BuildableRequest):
    """A request of a REST client: `rest.get()`, `rest.post()` and so on begin one."""

    def __init__(self, rest: RESTClient, verb: str, group_version: GroupVersion | None) -> None:
        super().__init__(verb, group_version)
        self._rest = rest

    def do(self) -> Result:
        """Send it: `request.do()`, or `request.do().into(Pod)` for a typed answer.

        Raises ValueError, which names every fault of the request, `APIError`, `TransportError` and
        `CredentialsError`.
        """
        return Result(self._send(), self._rest.on_undecodable)

    def stream(self) -> AbstractContextManager[Stream]:
        """The answer to a GET in chunks, as they arrive: `with request.stream() as chunks`.

        Raises what `do` raises.
        """
        self._raise_faults(opened=True)
        return self._rest.stream(
            self._path(),
            query=self._queried(),
            headers=self._headers,
            timeout=self._timeout,
            max_retries=self._max_retries,
        )

    def watch(self, type: type[K]) -> Watch[K]:
        """Follow a collection, as typed events; see `Watch`. Sets the parameter `watch`.

        Raises ValueError as `do` does, and TypeError for another class than that of the objects;
        entering the block raises the rest.
        """
        if not any(name == "watch" for name, _ in self._query):
            self.param("watch", True)
        self._raise_faults(opened=True)
        return Watch(
            self._rest,
            self._resource_of(type),
            type,
            self._path(),
            self._queried(),
            self._timeout or watch_silence(self._timeout_seconds()),
            headers=self._headers,
            max_retries=self._max_retries,
        )

    def _send(self) -> Response:
        self._raise_faults()
        return self._rest.request(
            self._verb,
            self._path(),
            query=self._queried(),
            headers=self._headers,
            body=self._body,
            timeout=self._timeout,
            max_retries=self._max_retries,
        )

    def _resource_of(self, type: type[K]) -> Resource:
        """That of a class; for one without, what the request itself says. Raises TypeError."""
        if not (isinstance(type, builtins.type) and issubclass(type, Object)):
            raise TypeError(f"a watch is of a class of objects, such as Pod, and not of {type}")
        try:
            return resource_of(type)
        except NotRegisteredError:
            group, version = self._group_version or ("", "")
            return Resource(
                group=group,
                version=version,
                kind=type.__name__,
                plural=self._resource,
                namespaced=True,
                type=type,
                list_type=ObjectList,
            )
