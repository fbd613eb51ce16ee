"""The manager's servers of metrics and probes, each where an address was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kube.controller.errors import ManagerStateError, MissingExtraError
from kube.controller.probes import Checks

if TYPE_CHECKING:
    from ssl import SSLContext

    from prometheus_client import CollectorRegistry

    from kube.controller.access import Access
    from kube.controller.http import HTTPServer
    from kube.controller.prometheus import PrometheusMetrics

OFF = "0"
"""The address of a server that is switched off, as upstream's options have it."""


class Servers:
    """Both servers. Raises MissingExtraError where an address needs what is not installed."""

    def __init__(self, metrics: str, probes: str, registry: CollectorRegistry | None) -> None:
        self.healthz = Checks("/healthz")
        self.readyz = Checks("/readyz")
        self.provider: PrometheusMetrics | None = None
        self._metrics: HTTPServer | None = None
        self._probes: HTTPServer | None = None
        if _is_on(metrics) or registry is not None:
            try:
                from prometheus_client import REGISTRY

                from kube.controller.prometheus import prometheus
            except ModuleNotFoundError:
                raise MissingExtraError("metrics", "prometheus_client") from None
            self.provider = prometheus(registry)
            if _is_on(metrics):
                self._metrics = _server("metrics", metrics)
                from kube.controller.http import serve_metrics

                serve_metrics(self._metrics, REGISTRY if registry is None else registry)
        if _is_on(probes):
            self._probes = _server("probes", probes)
            from kube.controller.http import serve_checks

            serve_checks(self._probes, self.healthz)
            serve_checks(self._probes, self.readyz)

    @property
    def all(self) -> list[HTTPServer]:
        """Those that serve something."""
        return [server for server in (self._probes, self._metrics) if server is not None]

    @property
    def metrics_address(self) -> str:
        return _address(self._metrics, "metrics")

    @property
    def probes_address(self) -> str:
        return _address(self._probes, "probes")

    def protect_metrics(self, tls: SSLContext | None, access: Access | None) -> None:
        """Serve metrics by https, and to who may alone. Raises ValueError where there are none."""
        if self._metrics is None:
            raise ValueError("metrics_tls and metrics_access need an address: metrics=':8443'")
        self._metrics.tls = tls
        self._metrics.access = access

    def bind(self) -> None:
        """Open all sockets, or none. Raises OSError for an address that is in use."""
        self.healthz.freeze()
        self.readyz.freeze()
        try:
            for server in self.all:
                server.bind()
        except OSError:
            for server in self.all:
                server.close()
            raise


def _is_on(address: str) -> bool:
    return address not in ("", OFF)


def _server(name: str, address: str) -> HTTPServer:
    try:
        from kube.controller.http import HTTPServer
    except ModuleNotFoundError:
        raise MissingExtraError(name, "aiohttp") from None
    return HTTPServer(name, address)


def _address(server: HTTPServer | None, name: str) -> str:
    if server is None:
        raise ManagerStateError(f"the manager serves no {name}: give it an address, {name}=':0'")
    return server.address
