"""Where requests that are built step by step begin: at a REST client, or at one of its versions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from kube.client.options import PatchType
from kube.runtime import GroupVersion

if TYPE_CHECKING:
    from kube.client._async.request_builder import AsyncRequestBuilder
    from kube.client._async.rest import AsyncRESTClient


class AsyncBeginsRequests(ABC):
    """The verbs: `await rest.get().resource("pods").namespace("a").name("b").do().into(Pod)`."""

    @abstractmethod
    def verb(self, verb: str) -> AsyncRequestBuilder:
        """Begin a request by its HTTP method."""

    def get(self) -> AsyncRequestBuilder:
        """Begin a GET, of an object or a collection."""
        return self.verb("GET")

    def post(self) -> AsyncRequestBuilder:
        """Begin a POST, which creates."""
        return self.verb("POST")

    def put(self) -> AsyncRequestBuilder:
        """Begin a PUT, which replaces."""
        return self.verb("PUT")

    def patch(self, patch_type: PatchType) -> AsyncRequestBuilder:
        """Begin a PATCH, whose body is of this media type."""
        return self.verb("PATCH").set_header("content-type", PatchType(patch_type))

    def delete(self) -> AsyncRequestBuilder:
        """Begin a DELETE, of an object or a collection."""
        return self.verb("DELETE")


class AsyncVersionedRESTClient(AsyncBeginsRequests):
    """Requests for the resources of one group and version: `rest.for_group_version("v1")`."""

    def __init__(self, rest: AsyncRESTClient, group_version: GroupVersion | str) -> None:
        if isinstance(group_version, str):
            group_version = GroupVersion.parse(group_version)
        if not group_version.version:
            raise ValueError("a REST client is for a group and a version, such as example.com/v1")
        self.group_version = group_version
        self.rest = rest
        """The client that sends them, of any version."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.group_version)!r})"

    def verb(self, verb: str) -> AsyncRequestBuilder:
        """Begin a request by its HTTP method, to be built step by step and then sent."""
        from kube.client._async.request_builder import AsyncRequestBuilder

        return AsyncRequestBuilder(self.rest, verb, self.group_version)
