"""The embedded server behind HTTP, so that kubectl and other processes can talk to it.

HTTP only, on loopback: there is nobody to authenticate and nothing to keep secret.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager

from kube.envtest.apiserver import Server
from kube.envtest.connections import RECEIVED_AT_ONCE, Connection

_LAST_ANSWERS = 0.5
"""Seconds that requests have to be answered when the server ends."""


@asynccontextmanager
async def serving(server: Server, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve on the running event loop; yields the URL. Port 0 selects a free port."""
    loop = asyncio.get_running_loop()
    connections: set[Connection] = set()
    room = memoryview(bytearray(RECEIVED_AT_ONCE))
    listener = await loop.create_server(lambda: Connection(server, connections, room), host, port)
    clock = asyncio.create_task(_keep_time(server))
    try:
        bound = listener.sockets[0].getsockname()
        yield f"http://{bound[0]}:{bound[1]}"
    finally:
        clock.cancel()
        listener.close()
        await _finish(connections)


async def _finish(connections: set[Connection]) -> None:
    tasks = [task for each in list(connections) if (task := each.finish()) is not None]
    if tasks:
        await asyncio.wait(tasks, timeout=_LAST_ANSWERS)
    for connection in list(connections):
        connection.abort()
    await asyncio.sleep(0)  # so that the connections learn that they are lost


_LONGEST_WAIT = 1.0
"""Seconds after which the server is asked again what is due: a request may have changed it."""


async def _keep_time(server: Server) -> None:
    """Have the controllers do what is due by time alone, when no request comes."""
    while True:
        due = server.due_in()
        await asyncio.sleep(_LONGEST_WAIT if due is None else min(due, _LONGEST_WAIT))
        if due is not None:
            # What is due may be asked of webhooks, which this loop may serve.
            await asyncio.to_thread(server.settle)


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
