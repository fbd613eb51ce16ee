"""HTTP servers of a manager: metrics and probes. The one module here that needs aiohttp."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from kube.controller.errors import ManagerStateError
from kube.controller.probes import Answer, Checks

if TYPE_CHECKING:
    from ssl import SSLContext

    from prometheus_client import CollectorRegistry

    from kube.controller.access import Access

LONGEST_DRAIN = 60.0
"""Seconds that answers in progress may take at the end."""

_REFUSALS = {
    401: "a bearer token is needed\n",
    403: "the token's user may not read this\n",
    500: "the access could not be reviewed\n",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class HTTPServer:
    """Serves paths at an address such as `:8080`; port 0 is a free one.

    `bind` opens the socket, and raises OSError for an address that is in use; `run` serves.
    """

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.tls: SSLContext | None = None
        """What it speaks https with; plain http without it. Set before `run`."""
        self.access: Access | None = None
        """Who may ask, before any path; anybody without it. Set before `run`."""
        self._host, self._port = split_address(address)
        self._app = web.Application(middlewares=[self._judge])
        self._socket: socket.socket | None = None

    @property
    def address(self) -> str:
        """`host:port`, where it listens. Raises ManagerStateError before `bind`."""
        if self._socket is None:
            raise ManagerStateError(f"the server of {self.name} listens once the manager runs")
        host, port = self._socket.getsockname()[:2]
        host = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    @web.middleware
    async def _judge(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self.access is not None:
            authorization = request.headers.get("Authorization", "")
            status = await self.access.status(authorization, request.method, request.path)
            if status != 200:
                return web.Response(status=status, text=_REFUSALS[status])
        return await handler(request)

    def serve(self, path: str, handler: Handler) -> None:
        """Answer GET of a path. Raises ValueError for one that is taken."""
        if any(resource.canonical == path for resource in self._app.router.resources()):
            raise ValueError(f"the server of {self.name} serves {path} already")
        self._app.router.add_get(path, handler)

    def bind(self) -> None:
        """Open the socket."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        if not self._host and socket.has_dualstack_ipv6():
            self._socket = socket.create_server(
                ("", self._port), family=socket.AF_INET6, dualstack_ipv6=True
            )
        else:
            self._socket = socket.create_server((self._host, self._port), family=family)

    def close(self) -> None:
        """Close a socket that is not served."""
        if self._socket is not None:
            self._socket.close()

    async def run(self) -> None:
        """Serve until cancelled; answers in progress are finished."""
        assert self._socket is not None, "bind() comes first"
        runner = web.AppRunner(
            self._app,
            access_log=None,
            handle_signals=False,
            keepalive_timeout=90,
            shutdown_timeout=LONGEST_DRAIN,
        )
        await runner.setup()
        try:
            await web.SockSite(runner, self._socket, ssl_context=self.tls).start()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()


def split_address(address: str) -> tuple[str, int]:
    """`:8080`, `127.0.0.1:0` or `[::1]:8080` → host and port. Raises ValueError."""
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"{address!r} is not an address: write `:8080` or `host:port`")
    return host, int(port)


def serve_checks(server: HTTPServer, checks: Checks) -> None:
    """Serve `/healthz`, and `/healthz/<name>` for each check."""

    async def all_of_them(request: web.Request) -> web.Response:
        exclude = request.query.getall("exclude", [])
        return _response(await checks.answer(verbose="verbose" in request.query, exclude=exclude))

    async def one(request: web.Request) -> web.Response:
        return _response(await checks.answer_one(request.match_info["name"]))

    server.serve(checks.path, all_of_them)
    server.serve(checks.path + "/{name}", one)


def serve_metrics(server: HTTPServer, registry: CollectorRegistry) -> None:
    """Serve `/metrics` in Prometheus' text format."""
    from prometheus_client.exposition import choose_encoder

    async def metrics(request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"content-type": content_type})

    server.serve("/metrics", metrics)


def _response(answer: Answer) -> web.Response:
    headers = {"x-content-type-options": "nosniff"}
    return web.Response(status=answer.status, text=answer.text, headers=headers)
