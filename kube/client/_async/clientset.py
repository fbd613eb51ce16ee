"""The bases of generated clientsets and of their group clients.

One REST client, and so one connection pool and one rate limit, serves all groups of a clientset.
It is imported by the first instance: a module may name clientsets without paying for a transport.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from kube.client._async.rest import AsyncRESTClient
    from kube.client.config import Config
    from kube.client.metrics import MetricsProvider


class AsyncGroupVersionClient:
    """The clients of one group and version. Generated code adds a method for each kind."""

    def __init__(self, rest: AsyncRESTClient) -> None:
        from kube.client._async.rest import async_checked

        self._rest = async_checked(rest, type(self))

    @property
    def rest(self) -> AsyncRESTClient:
        """The underlying client, for requests that no typed method sends."""
        return self._rest


class AsyncClientsetBase:
    """The clients of several groups. A context manager; `close` closes the connections."""

    def __init__(self, rest: AsyncRESTClient) -> None:
        from kube.client._async.rest import async_checked

        self._rest = async_checked(rest, type(self))

    @classmethod
    def for_config(cls, config: Config, *, metrics: MetricsProvider | None = None) -> Self:
        """A clientset over the network; `metrics` measures each request."""
        from kube.client._async.rest import AsyncRESTClient

        return cls(AsyncRESTClient.for_config(config, metrics=metrics))

    @property
    def rest(self) -> AsyncRESTClient:
        """The underlying client, for requests that no typed method sends."""
        return self._rest

    async def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        await self._rest.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
