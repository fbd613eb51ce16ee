"""A server of fixed bytes over https, in a process of its own.

It knows no API: what a list, a watch and a get are answered with is made before it is asked, page
by page, so that what clients spend is all there is to see. It reads the head of each request and
nothing else of it.

`python -m benchmarks.server '{"kind": "full", "objects": 500, "events": 5000}' FOLDER` prints the
path of a kubeconfig once it listens, and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
import re
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from benchmarks.samples import Sample

_PARAMETER = re.compile(rb"[?&](limit|continue|watch|sendInitialEvents)=([^& ]*)")

CHUNK = 256 * 1024


class Answers:
    """What is answered: lists of `objects` Pods, watches of `events` changes to them."""

    def __init__(self, *, kind: str = "full", objects: int = 1, events: int = 0) -> None:
        self._sample = Sample(kind)
        self._objects = objects
        self._events = events
        self._watch: list[bytes] = []
        self.pod = self._sample.pod(0, 1)

    @functools.lru_cache(maxsize=8)  # noqa: B019 (one object a process)
    def page(self, start: int, limit: int) -> bytes:
        """Pages are made when asked for: all of them at once may not fit into memory."""
        end = min(start + limit, self._objects) if limit else self._objects
        following = str(end) if end < self._objects else ""
        return self._sample.list(range(start, end), continue_=following)

    def initial(self) -> Iterator[bytes]:
        """The objects as a streamed list, in chunks of transfer coding; made when asked for."""
        return _chunks(self._sample.initial(self._objects))

    def watch(self) -> list[bytes]:
        """The events, in chunks of transfer coding."""
        if not self._watch:
            self._watch = list(_chunks(self._sample.events(self._events, self._objects)))
        return self._watch


def _chunks(lines: Iterator[bytes]) -> Iterator[bytes]:
    pending: list[bytes] = []
    size = 0
    for line in lines:
        pending.append(line)
        size += len(line)
        if size > CHUNK:
            yield b"%x\r\n%s\r\n" % (size, b"".join(pending))
            pending, size = [], 0
    if pending:
        yield b"%x\r\n%s\r\n" % (size, b"".join(pending))


class _Connection(asyncio.Protocol):
    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._received = b""
        self._writable = asyncio.Event()
        self._writable.set()
        self._streaming: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self._writable.set()
        if self._streaming is not None:
            self._streaming.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            self._answer(head.split(b" ", 2)[1])

    def _answer(self, target: bytes) -> None:
        path, _, _ = target.partition(b"?")
        query = dict(_PARAMETER.findall(target))
        if query.get(b"watch", b"").lower() in (b"1", b"true"):
            initial = query.get(b"sendInitialEvents") == b"true"
            self._streaming = asyncio.get_running_loop().create_task(self._stream(initial))
        elif path.endswith(b"/pods"):
            limit, start = (int(query.get(name) or 0) for name in (b"limit", b"continue"))
            self._send(self._answers.page(start, limit))
        else:
            self._send(self._answers.pod)

    def _send(self, body: bytes) -> None:
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            % len(body)
            + body
        )

    async def _stream(self, initial: bool) -> None:
        """All the events, as fast as they are taken, and then silence."""
        first = self._answers.initial() if initial else iter(())
        chunks = itertools.chain(first, self._answers.watch())
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        for chunk in chunks:
            await self._writable.wait()
            if self._transport.is_closing():
                return
            self._transport.write(chunk)


async def serve(answers: Answers, folder: Path) -> None:
    """Until standard input ends."""
    import trustme

    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(folder / "ca.crt")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(answers), "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    print(_kubeconfig(folder, port), flush=True)
    ended = asyncio.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    await ended.wait()


def _kubeconfig(folder: Path, port: int) -> Path:
    path = folder / "kubeconfig.json"  # JSON is YAML
    cluster = {
        "server": f"https://127.0.0.1:{port}",
        "certificate-authority": str(folder / "ca.crt"),
    }
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "bench", "cluster": cluster}],
        "users": [{"name": "bench", "user": {"token": "bench"}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}],
        "current-context": "bench",
    }
    path.write_text(json.dumps(document))
    return path


if __name__ == "__main__":
    asyncio.run(serve(Answers(**json.loads(sys.argv[1])), Path(sys.argv[2])))
