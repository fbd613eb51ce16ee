"""What connections leave behind: nothing, whenever they are opened, broken, cancelled or closed."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import ssl
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

import pytest
import uvloop

from kube.client import TransportError
from kube.client.cancellation import Cancellation
from kube.client.http import lookup
from kube.client.http.async_connection import PAUSE_ABOVE
from kube.client.http.async_transport import AsyncHTTPTransport
from kube.client.http.transport import HTTPTransport
from kube.client.tls import TLS
from kube.client.transport import Request
from tests.kube.client.faulty import Connection, answers, chunked, faulty, final, sends
from tests.kube.client.secure import AUTHORITY, ca_pem

CONNECTIONS = int(os.environ.get("TEST_CONNECTIONS", "300"))
"""How many connections each test of the storms opens; set to 10,000 by `make test-all`."""

LOOPS = pytest.mark.parametrize(
    "new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"]
)

Loop = Callable[[], asyncio.AbstractEventLoop]


def run(new_loop: Loop, main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main)


class StormyServer:
    """Does something different, mostly wrong, with each connection."""

    def __init__(self, listener: socket.socket, tls: ssl.SSLContext | None, seed: int) -> None:
        scheme = "https" if tls is not None else "http"
        self.url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
        self._listener = listener
        self._tls = tls
        self._random = Random(seed)
        self._threads: list[threading.Thread] = []

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                thread = threading.Thread(
                    target=self._converse, args=(sock, self._random.random()), daemon=True
                )
                thread.start()
                self._threads = [t for t in self._threads if t.is_alive()]
                self._threads.append(thread)
        for thread in self._threads:
            thread.join()

    def _converse(self, sock: socket.socket, fate: float) -> None:
        with suppress(OSError, ValueError):
            if fate < 0.1:
                _reset(sock)
            elif fate < 0.2:
                _drain(sock)  # silent before TLS
            else:
                if self._tls is not None:
                    sock = self._tls.wrap_socket(sock, server_side=True)
                self._answer(sock, fate)
        with suppress(OSError):
            sock.close()

    def _answer(self, sock: socket.socket, fate: float) -> None:
        while sock.recv(4096):
            if fate < 0.3:
                _drain(sock)
            elif fate < 0.4:
                sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-")
                _drain(sock)
            elif fate < 0.5:
                sock.sendall(answers(b"half", length=100))
                _drain(sock)
            elif fate < 0.6:
                sock.sendall(answers(b"half", length=100))
                _reset(sock)
                return
            elif fate < 0.7:
                sock.sendall(chunked(b"one\n", end=False))
                _drain(sock)
            elif fate < 0.8:
                sock.sendall(answers(b"ok", "200 OK", "connection: close"))
                return
            else:
                sock.sendall(answers(b"ok"))


def _reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _drain(sock: socket.socket) -> None:
    while sock.recv(4096):
        pass


@contextmanager
def stormy(secure: bool, seed: int = 1) -> Iterator[StormyServer]:
    tls = None
    if secure:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        AUTHORITY.issue_cert("127.0.0.1").configure_cert(tls)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1000)
    server = StormyServer(listener, tls, seed)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


class Inventory:
    """The descriptors and threads of this process, to compare later."""

    def __init__(self) -> None:
        gc.collect()  # what tests before have left to the collector
        self._descriptors = _descriptors()
        self._threads = set(threading.enumerate())

    def added(self) -> list[str]:
        """What there is now and was not then."""
        gc.collect()
        descriptors = (_descriptors() - self._descriptors).elements()
        threads = set(threading.enumerate()) - self._threads
        return [*descriptors, *(thread.name for thread in threads)]


def _descriptors() -> Counter[str]:
    """What each open descriptor leads to; sockets by their unique number."""
    links: Counter[str] = Counter()
    for entry in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # that of the folder itself
            links[os.readlink(f"/proc/self/fd/{entry}")] += 1
    return links


linux = pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")


async def warmed_up() -> None:
    """uvloop opens descriptors of its own with its first loop, and keeps them."""


@linux
@LOOPS
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_a_storm_of_broken_and_cancelled_requests_leaves_nothing(
    new_loop: Loop, secure: bool
) -> None:
    random = Random(2)

    async def one(transport: AsyncHTTPTransport) -> None:
        request = Request("GET", "/x", timeout=random.choice([0.01, 0.05, 0.5]))
        with suppress(TransportError):
            if random.random() < 0.5:
                await transport.send(request)
            else:
                async with transport.stream(request) as stream:
                    async for _ in stream:
                        break

    async def maybe_cancelled(transport: AsyncHTTPTransport, limit: asyncio.Semaphore) -> None:
        async with limit:
            task = asyncio.create_task(one(transport))
            if random.random() < 0.5:
                await asyncio.sleep(random.uniform(0, 0.02))
                task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()

    async def main() -> None:
        with stormy(secure) as server:
            await asyncio.sleep(0)
            transport = AsyncHTTPTransport(server.url, tls=TLS(ca_data=ca_pem()))
            limit = asyncio.Semaphore(50)
            async with asyncio.TaskGroup() as group:
                for _ in range(CONNECTIONS):
                    group.create_task(maybe_cancelled(transport, limit))
            await transport.close()
            assert transport._open == set()
            assert asyncio.all_tasks() == {asyncio.current_task()}
        assert len(transport._idle) == 0

    run(new_loop, warmed_up())
    before = Inventory()
    run(new_loop, main())
    assert before.added() == []


@linux
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_a_storm_of_threads_leaves_nothing(secure: bool) -> None:
    def work(transport: HTTPTransport, seed: int) -> None:
        random = Random(seed)
        for _ in range(CONNECTIONS // 20):
            cancellation = Cancellation()
            request = Request(
                "GET", "/x", timeout=random.choice([0.01, 0.05, 0.5]), cancellation=cancellation
            )
            killer = threading.Timer(random.uniform(0, 0.02), cancellation.cancel)
            killer.start()
            with suppress(TransportError):
                if random.random() < 0.5:
                    transport.send(request)
                else:
                    with transport.stream(request) as stream:
                        next(iter(stream), None)
            killer.join()

    before = Inventory()
    with stormy(secure) as server:
        transport = HTTPTransport(server.url, tls=TLS(ca_data=ca_pem()))
        workers = [threading.Thread(target=work, args=(transport, n)) for n in range(20)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        transport.close()
        assert transport._open == set()
    assert before.added() == []


@LOOPS
def test_closing_the_transport_ends_what_is_under_way(new_loop: Loop) -> None:
    async def main() -> None:
        transport = AsyncHTTPTransport(url)
        task = asyncio.create_task(transport.send(Request("GET", "/x", timeout=60)))
        await asyncio.to_thread(asked.acquire)
        await transport.close()
        with pytest.raises(TransportError, match="the client is closed"):
            await task

    with faulty(lambda connection: connection.wait_for_the_other_end()) as server:
        url, asked = server.url, server.asked
        run(new_loop, main())


def test_closing_the_transport_ends_what_other_threads_do() -> None:
    with faulty(lambda connection: connection.wait_for_the_other_end()) as server:
        transport = HTTPTransport(server.url)
        errors: list[str] = []

        def ask() -> None:
            try:
                transport.send(Request("GET", "/x"))
            except TransportError as error:
                errors.append(str(error))

        thread = threading.Thread(target=ask)
        thread.start()
        server.asked.acquire()
        transport.close()
        thread.join(60)
        assert errors == ["the client is closed"]


@LOOPS
@pytest.mark.parametrize(
    "surplus", [b"", answers(b"nobody asked for this")], ids=["end", "surplus"]
)
def test_what_came_while_the_event_loop_was_blocked_is_noticed_before_the_next_request(
    new_loop: Loop, surplus: bytes
) -> None:
    idle, noticed = threading.Event(), threading.Event()

    @final
    def goes_on(connection: Connection) -> None:
        connection.send(answers(b"1"))
        assert idle.wait(60)
        connection.send(surplus)
        connection.sock.shutdown(socket.SHUT_WR)
        noticed.set()

    async def main() -> None:
        with faulty(goes_on, sends(answers(b"2"))) as server:
            transport = AsyncHTTPTransport(server.url)
            await transport.send(Request("GET", "/x", timeout=60))
            idle.set()
            assert noticed.wait(60)  # blocks the loop
            assert (await transport.send(Request("DELETE", "/x", timeout=60))).body == b"2"
            await transport.close()

    run(new_loop, main())


def test_a_client_in_another_event_loop_is_told_so() -> None:
    with faulty(sends(answers(b"ok"))) as server:
        transport = AsyncHTTPTransport(server.url)
        with asyncio.Runner() as runner:
            runner.run(transport.send(Request("GET", "/x", timeout=60)))
            with pytest.raises(RuntimeError, match="belongs to another event loop"):
                asyncio.run(transport.send(Request("GET", "/x", timeout=60)))
            runner.run(transport.close())


@pytest.fixture
def unanswered(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """Every name is looked up until the test is over; released at each look-up."""
    asked, over, real = threading.Semaphore(0), threading.Event(), socket.getaddrinfo

    def resolve(host: str, *arguments: Any, **options: Any) -> Any:
        if options.get("flags") == socket.AI_NUMERICHOST:
            return real(host, *arguments, **options)
        asked.release()
        over.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    yield asked
    over.set()


@LOOPS
def test_neither_a_cancelled_call_nor_the_end_of_the_loop_waits_for_a_name(
    new_loop: Loop, unanswered: threading.Semaphore
) -> None:
    async def main() -> None:
        transport = AsyncHTTPTransport(f"http://{new_loop.__module__}.example")
        task = asyncio.create_task(transport.send(Request("GET", "/x")))
        await asyncio.to_thread(unanswered.acquire)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await transport.close()

    run(new_loop, main())


def test_another_thread_ends_the_look_up_of_a_name(unanswered: threading.Semaphore) -> None:
    transport, cancellation = HTTPTransport("http://threads.example"), Cancellation()
    threading.Thread(target=lambda: (unanswered.acquire(), cancellation.cancel())).start()
    with pytest.raises(TransportError, match="the call was cancelled"):
        transport.send(Request("GET", "/x", cancellation=cancellation))
    transport.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_after_a_fork_the_child_does_not_wait_for_the_parents_look_up() -> None:
    with lookup._lock:  # as if another thread had it
        lookup._running["forked.example", 80] = lookup.Lookup()
        child = os.fork()
        if child == 0:
            os._exit(int(bool(lookup._running) or not lookup._lock.acquire(blocking=False)))
        del lookup._running["forked.example", 80]
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@LOOPS
def test_closing_the_transport_ends_the_look_up_of_a_name(
    new_loop: Loop, unanswered: threading.Semaphore
) -> None:
    async def main() -> None:
        transport = AsyncHTTPTransport(f"http://closed.{new_loop.__module__}.example")
        task = asyncio.create_task(transport.send(Request("GET", "/x")))
        await asyncio.to_thread(unanswered.acquire)
        await transport.close()
        with pytest.raises(TransportError, match="the client is closed"):
            await task

    run(new_loop, main())


def test_closing_the_transport_ends_the_look_up_of_a_name_in_another_thread(
    unanswered: threading.Semaphore,
) -> None:
    transport = HTTPTransport("http://closed.threads.example")
    threading.Thread(target=lambda: (unanswered.acquire(), transport.close())).start()
    with pytest.raises(TransportError, match="the client is closed"):
        transport.send(Request("GET", "/x"))


@LOOPS
def test_a_client_whose_loop_is_over_can_be_closed_in_another_one(new_loop: Loop) -> None:
    before = Inventory()
    with faulty(sends(answers(b"ok"))) as server:
        transport = AsyncHTTPTransport(server.url)

        async def ask() -> None:
            await transport.send(Request("GET", "/x", timeout=60))

        run(new_loop, ask())
        run(new_loop, transport.close())
    assert before.added() == []


def test_threads_share_the_connections() -> None:
    ok = sends(answers(b"ok"))
    with faulty(*[ok] * 200) as server:
        transport = HTTPTransport(server.url)

        def work() -> None:
            for _ in range(20):
                assert transport.send(Request("GET", "/x", timeout=60)).body == b"ok"

        threads = [threading.Thread(target=work) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        transport.close()
    assert server.connections <= 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_after_a_fork_the_child_opens_connections_of_its_own() -> None:
    ok = sends(answers(b"ok"))
    request = Request("GET", "/x", timeout=60)
    with faulty(*[ok] * 3) as server:
        transport = HTTPTransport(server.url)
        transport.send(request)
        child = os.fork()
        if child == 0:
            status = 1
            with suppress(BaseException):
                status = int(transport.send(request).body != b"ok")
            os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert transport.send(request).body == b"ok", "the parent's connection is still its own"
        transport.close()
    assert server.connections == 2


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.001)


@LOOPS
def test_a_stream_that_nobody_reads_is_not_read_from_its_socket_either(new_loop: Loop) -> None:
    @final
    def floods(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        chunk = chunked(b"x" * 65536, end=False).partition(b"\r\n\r\n")[2]
        for _ in range(3200):  # 200 MB
            connection.send(chunk)

    async def main() -> None:
        transport = AsyncHTTPTransport(url)
        async with transport.stream(Request("GET", "/x", timeout=600)) as stream:
            await until(lambda: not stream._connection._reading)
            waiting = stream._exchange.untaken
            assert PAUSE_ABOVE < waiting < 2 * PAUSE_ABOVE
            await until(lambda: stream._connection._poll(0) != [])  # there is more to read
            for _ in range(10):
                await asyncio.sleep(0)
            assert stream._exchange.untaken == waiting
            async for chunk in stream:
                assert chunk
                break
        await transport.close()

    with faulty(floods) as server:
        url = server.url
        run(new_loop, main())
