"""The embedded server behind HTTP, so that kubectl and other processes can talk to it.

HTTP only, on loopback: there is nobody to authenticate and nothing to keep secret. This is the one
module of the package that needs aiohttp.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager

try:
    from aiohttp import web
except ModuleNotFoundError:
    raise ModuleNotFoundError(
        "an embedded server on a socket needs aiohttp: pip install 'kube-codegen[envtest]'"
    ) from None

from kube.client.transport import Request, Response, TransportError
from kube.envtest.apiserver import Delay, Server, WatchStream, failure, status
from kube.envtest.memory import follow, resumed

LARGEST_BODY = 3 * 1024 * 1024
"""Bytes; the limit of kube-apiserver."""


@asynccontextmanager
async def serving(server: Server, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve on the running event loop; yields the URL. Port 0 selects a free port."""
    app = web.Application(client_max_size=LARGEST_BODY)
    handler = _Handler(server)
    app.router.add_route("*", "/{path:.*}", handler.handle)
    # A client that goes away ends its handler, and so its watch.
    runner = web.AppRunner(
        app, handler_cancellation=True, access_log=None, shutdown_timeout=0.5, handle_signals=False
    )
    await runner.setup()
    clock = asyncio.create_task(_keep_time(server))
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0]
        yield f"http://{bound[0]}:{bound[1]}"
    finally:
        clock.cancel()
        handler.close()
        await runner.cleanup()


_LONGEST_WAIT = 1.0
"""Seconds after which the server is asked again what is due: a request may have changed it."""


async def _keep_time(server: Server) -> None:
    """Have the controllers do what is due by time alone, when no request comes."""
    while True:
        due = server.due_in()
        await asyncio.sleep(_LONGEST_WAIT if due is None else min(due, _LONGEST_WAIT))
        if due is not None:
            server.settle()


@contextmanager
def serving_in_thread(server: Server, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve from a thread with its own loop; yields the URL, raises OSError if the port is
    taken."""
    started: Future[tuple[str, Callable[[], object]]] = Future()

    async def serve() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with serving(server, host, port) as url:
                started.set_result((url, lambda: loop.call_soon_threadsafe(stop.set)))
                await stop.wait()
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="envtest-http", daemon=True)
    thread.start()
    try:
        url, stop = started.result()
    except Exception:
        thread.join()
        raise
    try:
        yield url
    finally:
        stop()
        thread.join()


class _Handler:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._open: set[WatchStream] = set()

    def close(self) -> None:
        for watch in list(self._open):
            watch.close()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            message = f"Request entity too large: limit is {LARGEST_BODY}"
            return _whole(failure(status.StatusError(413, "RequestEntityTooLarge", message, {})))
        headers = {name.lower(): value for name, value in request.headers.items()}
        if len(headers) < len(request.headers):
            for name in request.headers:
                headers[name.lower()] = ",".join(request.headers.getall(name))
        asked = Request(
            request.method, request.path, list(request.query.items()), headers, body or None
        )
        try:
            answer = self._server.handle(asked)
            while isinstance(answer, Delay):
                answer = await resumed(answer)
        except TransportError:
            # A reactor asked for a broken connection: cut it without an answer.
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if isinstance(answer, WatchStream):
            return await self._stream(request, answer)
        return _whole(answer)

    async def _stream(self, request: web.Request, watch: WatchStream) -> web.StreamResponse:
        response = web.StreamResponse(status=watch.status, headers=dict(watch.headers))
        response.enable_chunked_encoding()
        self._open.add(watch)
        try:
            await response.prepare(request)
            async for chunk in follow(watch):
                await response.write(chunk)
            await response.write_eof()
        except ConnectionError:
            pass  # The client has gone; there is nobody to tell.
        finally:
            self._open.discard(watch)
            watch.close()
        return response


def _whole(response: Response) -> web.Response:
    return web.Response(status=response.status, headers=dict(response.headers), body=response.body)
