"""Leaders that block: real threads and a real clock, so these tests are not asynchronous."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from kube.client import AsyncRESTClient, TransportError
from kube.envtest import AsyncMemoryTransport, Server
from kube.leaderelection import LeaderElector, LeaseLock, is_cancelled, to_thread
from kube.runtime.clock import SystemClock

# Long enough for a machine that stalls for two seconds.
SHORT = {"lease_duration": 3, "renew_deadline": 2.5, "retry_period": 0.1}
PATH = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/lock"


class Transport:
    """The server's, which works in any event loop; it counts what is sent and can be cut."""

    def __init__(self, server):
        self._inner = AsyncMemoryTransport(server)
        self.cut = False
        self.sent = threading.Semaphore(0)

    async def send(self, request):
        if self.cut:
            raise TransportError("connection refused", sent=False)
        response = await self._inner.send(request)
        if request.method == "PUT":
            self.sent.release()
        return response

    def stream(self, request):
        return self._inner.stream(request)

    async def close(self):
        pass


def elector(transport, work, name="one", **options):
    return LeaderElector(
        LeaseLock(AsyncRESTClient(transport), "lock", "kube-system", name),
        on_started_leading=work,
        on_stopped_leading=lambda: None,
        **{**SHORT, **options},
    )


async def holder(server):
    response = await AsyncRESTClient(AsyncMemoryTransport(server)).request("GET", PATH)
    return msgspec.json.decode(response.body)["spec"]["holderIdentity"]


async def cancel(task):
    task.cancel()
    await asyncio.wait([task])


def test_a_leader_whose_event_loop_is_blocked_renews_all_the_same():
    async def main():
        server = Server()
        transport = Transport(server)

        async def blocks():
            for _ in range(32):  # longer than the lease lasts
                assert transport.sent.acquire(timeout=60)
            done.set_result(one.is_leader)

        done = asyncio.get_running_loop().create_future()
        one = elector(transport, blocks)
        running = asyncio.create_task(one.run())
        assert await done
        await cancel(running)
        assert await holder(server) == ""

    asyncio.run(main())


def test_a_leader_that_blocks_and_cannot_renew_is_no_leader_while_another_works(caplog):
    async def main():
        server = Server()
        transport = Transport(server)
        overrun = threading.Event()
        led_at_overrun = []

        def on_overrun():
            led_at_overrun.append(one.is_leader)
            overrun.set()

        async def blocks_the_loop():
            transport.cut = True
            assert overrun.wait(60)

        one = elector(transport, blocks_the_loop, on_overrun=on_overrun)
        await one.run()
        assert led_at_overrun == [False]

    with caplog.at_level(logging.CRITICAL):
        asyncio.run(main())
    [record] = [r for r in caplog.records if r.levelno == logging.CRITICAL]
    assert "in blocks_the_loop" in record.getMessage(), "the stack says where it blocks"


def test_the_lease_is_kept_until_a_leaders_thread_has_ended():
    async def main():
        server = Server()
        may_end = threading.Event()
        holders = []

        def slow():
            started.set()
            assert may_end.wait(60)
            holders.append(asyncio.run(holder(server)))

        started = threading.Event()
        one = elector(Transport(server), lambda: to_thread(slow))
        running = asyncio.create_task(one.run())
        await asyncio.to_thread(started.wait)
        running.cancel()
        asyncio.get_running_loop().call_later(3.2, may_end.set)  # longer than the lease lasts
        await asyncio.wait([running])
        assert holders == ["one"]
        assert await holder(server) == ""

    asyncio.run(main())


def test_a_call_in_a_thread_ends_with_its_thread_however_often_it_is_cancelled():
    async def main():
        started, may_end, ended = threading.Event(), threading.Event(), threading.Event()

        def slow():
            started.set()
            assert may_end.wait(60)
            ended.set()

        call = asyncio.create_task(to_thread(slow))
        await asyncio.to_thread(started.wait)
        for _ in range(3):
            call.cancel()
            await asyncio.sleep(0)
            assert not call.done()
        may_end.set()
        await asyncio.wait([call])
        assert call.cancelled()
        assert ended.is_set()

    asyncio.run(main())


def test_a_leaders_thread_learns_that_its_work_is_cancelled_while_the_lease_is_kept():
    async def main():
        server = Server()
        holders = []

        def steps():
            loop.call_soon_threadsafe(started.set)
            while not is_cancelled():
                time.sleep(0.01)
            holders.append(asyncio.run(holder(server)))

        loop, started = asyncio.get_running_loop(), asyncio.Event()
        one = elector(Transport(server), lambda: to_thread(steps))
        running = asyncio.create_task(one.run())
        await started.wait()
        await cancel(running)
        assert holders == ["one"]
        assert await holder(server) == ""
        assert not is_cancelled(), "nobody is asked outside of a thread"

    asyncio.run(main())


def test_a_call_that_is_cancelled_before_a_thread_is_free_does_not_begin():
    async def main():
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        may_end, calls = threading.Event(), []
        first = asyncio.create_task(to_thread(may_end.wait))
        second = asyncio.create_task(to_thread(calls.append, "second"))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(0)
        may_end.set()
        await asyncio.wait([first, second])
        assert second.cancelled()
        assert calls == []

    asyncio.run(main())


def test_a_lock_and_work_that_cannot_be_used_are_refused_with_what_to_pass():
    transport = Transport(Server())
    with pytest.raises(TypeError, match="takes an AsyncRESTClient, not Transport"):
        LeaseLock(transport, "lock", "kube-system")
    with pytest.raises(ValueError, match="needs the name and the namespace"):
        LeaseLock(AsyncRESTClient(transport), "lock", "")
    with pytest.raises(TypeError, match="on_started_leading must be an async function"):
        asyncio.run(elector(transport, lambda: None).run())


def test_a_call_in_a_thread_answers_and_raises_as_its_function_does():
    async def main():
        assert await to_thread(divmod, 7, 2) == (3, 1)
        try:
            await to_thread(divmod, 7, 0)
        except ZeroDivisionError:
            return True

    assert asyncio.run(main())


def test_a_program_that_ends_without_stopping_its_election_leaves_no_thread_behind():
    loop = asyncio.new_event_loop()
    leads = asyncio.Event()

    async def work():
        leads.set()
        await asyncio.Event().wait()

    async def begin():
        one = elector(Transport(Server()), work)
        tasks.append(asyncio.ensure_future(one.run()))
        await leads.wait()

    tasks: list[asyncio.Task[None]] = []
    loop.run_until_complete(begin())
    loop.close()
    [thread] = [t for t in threading.enumerate() if t.name.startswith("leader-election")]
    thread.join(60)
    assert not thread.is_alive()
    with contextlib.suppress(RuntimeError):  # it can wait for nothing any more
        tasks.pop().get_coro().close()


def test_a_frozen_leader_is_no_leader_when_it_wakes():
    """The process was stopped for longer than its lease lasts: nobody renewed."""

    class Jumping(SystemClock):
        ahead = 0.0

        def monotonic(self):
            return time.monotonic() + self.ahead

    clock = Jumping()

    async def main():

        async def work():
            leads.set()
            await asyncio.Event().wait()

        leads = asyncio.Event()
        one = elector(Transport(Server()), work, clock=clock)
        running = asyncio.create_task(one.run())
        await leads.wait()
        assert one.is_leader
        clock.ahead = 30.0
        assert not one.is_leader
        await running

    asyncio.run(main())
