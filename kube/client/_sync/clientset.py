# Derived from kube/client/_async/clientset.py: python hack/unasync.py. DO NOT EDIT.
"""The bases of generated clientsets and of their group clients.

One REST client, and so one connection pool and one rate limit, serves all groups of a clientset.
It is imported by the first instance: a module may name clientsets without paying for a transport.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from kube.client._sync.rest import RESTClient
    from kube.client.config import Config
    from kube.client.metrics import MetricsProvider


class GroupVersionClient:
    """The clients of one group and version. Generated code adds a method for each kind."""

    def __init__(self, rest: RESTClient) -> None:
        from kube.client._sync.rest import checked

        self._rest = checked(rest, type(self))

    @property
    def rest(self) -> RESTClient:
        """The underlying client, for requests that no typed method sends."""
        return self._rest


class ClientsetBase:
    """The clients of several groups. A context manager; `close` closes the connections."""

    def __init__(self, rest: RESTClient) -> None:
        from kube.client._sync.rest import checked

        self._rest = checked(rest, type(self))

    @classmethod
    def for_config(cls, config: Config, *, metrics: MetricsProvider | None = None) -> Self:
        """A clientset over the network; `metrics` measures each request."""
        from kube.client._sync.rest import RESTClient

        return cls(RESTClient.for_config(config, metrics=metrics))

    @property
    def rest(self) -> RESTClient:
        """The underlying client, for requests that no typed method sends."""
        return self._rest

    def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        self._rest.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
