"""The workqueue: keys to be worked on, each once however often it was added.

After client-go's workqueue, with controller-runtime's priorities. Three rules hold it together:

- a key that is queued is there once; adding it again can only raise its priority;
- a key that is in process is handed to nobody else; added meanwhile, it is queued again when done;
- a key that waits for its time does so beside the queue, and only its earliest time counts.

For one event loop, that in which the queue is made or first used; from other threads there is
`add_from_thread`.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from contextlib import suppress
from typing import Generic, TypeVar

from kube.runtime.clock import Clock, SystemClock, Timer
from kube.workqueue.metrics import MetricsProvider, Recorder
from kube.workqueue.rate_limiters import RateLimiter, default_rate_limiter

K = TypeVar("K", bound=Hashable)

LOW_PRIORITY = -100
"""For the objects of an initial list, and for updates that change nothing."""


class QueueShutDownError(Exception):
    """The queue was shut down and has nothing left."""


class Workqueue(Generic[K]):
    """Keys, highest priority first, and in the order of their adding within one priority.

    The rate limiter is a controller's by default; see `default_rate_limiter`. With `oldest_every`,
    one of so many keys is the one that waits longest, whatever its priority, so that none waits
    for ever; 0 is the strict order. `clock` is the event loop's by default.

    All methods but `add_from_thread` raise RuntimeError in another event loop than the queue's, and
    in none.
    """

    def __init__(
        self,
        name: str = "",
        *,
        rate_limiter: RateLimiter[K] | None = None,
        oldest_every: int = 0,
        metrics: MetricsProvider | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        # An event loop has the machine's clock itself, and asks it in one step.
        self._clock = None if isinstance(clock, SystemClock) else clock
        self._oldest_every = oldest_every
        self._rate_limiter: RateLimiter[K] = rate_limiter or default_rate_limiter()
        self._recorder: Recorder | None = metrics.for_queue(name, self) if metrics else None
        # Of each priority the keys in their order; an entry counts while `_queued` names its
        # sequence, and is skipped else.
        self._lanes: dict[int, deque[tuple[int, K]]] = {}
        self._depths: Counter[int] = Counter()
        self._sequence = 0
        self._handed_out = 0
        self._queued: dict[K, tuple[int, int, float]] = {}  # → priority, sequence, since when
        self._again: dict[K, tuple[int, float]] = {}  # added in process → priority, since when
        self._processing: dict[K, float] = {}  # → since when
        self._waiting: dict[K, tuple[Timer, int]] = {}
        self._getters: deque[asyncio.Future[None]] = deque()
        self._shutting_down = False
        self._drained = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        with suppress(RuntimeError):
            self._loop = asyncio.get_running_loop()

    def __len__(self) -> int:
        """Keys that are queued; not those in process or waiting for their time."""
        return len(self._queued)

    def depths(self) -> Mapping[int, int]:
        """How many keys are queued, by priority; priorities without keys are left out."""
        return {priority: depth for priority, depth in list(self._depths.items()) if depth}

    @property
    def waiting(self) -> int:
        """Keys that wait for their time."""
        return len(self._waiting)

    @property
    def is_shutting_down(self) -> bool:
        """Whether it takes no more keys."""
        return self._shutting_down

    def add(self, key: K, *, priority: int = 0) -> None:
        """Have a key worked on. After a shutdown nothing happens."""
        if self._shutting_down:
            return
        queued = self._queued.get(key)
        if queued is not None:
            if priority > queued[0]:
                self._push(key, priority, queued[2])
            return
        again = self._again.get(key) if self._again else None
        if again is not None:
            self._again[key] = (max(priority, again[0]), again[1])
            return
        now = self._now()
        if self._recorder is not None:
            self._recorder.added()
        if key in self._processing:
            self._again[key] = (priority, now)
        else:
            self._push(key, priority, now)
            self._wake_getter()

    def add_now(self, key: K, *, priority: int = 0) -> None:
        """As `add`; where the key waits for its time, that wait is over."""
        waits = self._waiting.pop(key, None) if self._waiting else None
        if waits is not None:
            waits[0].cancel()
            priority = max(priority, waits[1])
        self.add(key, priority=priority)

    def add_after(self, key: K, seconds: float, *, priority: int = 0) -> None:
        """Add a key in a while. If it waits already, the earlier time and higher priority count."""
        if self._shutting_down:
            return
        if seconds <= 0:
            self.add(key, priority=priority)
            return
        when = self._now() + seconds
        waits = self._waiting.get(key)
        if waits is not None:
            timer, waiting_priority = waits
            priority = max(priority, waiting_priority)
            when = min(when, timer.when())
            timer.cancel()
        self._waiting[key] = (self._call_at(when, lambda: self._come_due(key)), priority)

    def add_rate_limited(self, key: K, *, priority: int = 0) -> None:
        """Add a key that failed, when its rate limiter says so."""
        if self._recorder is not None:
            self._recorder.retried()
        self.add_after(key, self._rate_limiter.when(key), priority=priority)

    def add_from_thread(self, key: K, *, priority: int = 0) -> None:
        """Add a key from another thread than the queue's.

        Raises RuntimeError where the queue was neither made nor used yet in an event loop.
        """
        if self._loop is None:
            raise RuntimeError(
                f"workqueue {self.name!r} has no event loop yet: make it, or get(), in one"
            )
        self._loop.call_soon_threadsafe(lambda: self.add(key, priority=priority))

    def forget(self, key: K) -> None:
        """Forget a key's failures. It is still to be marked done."""
        self._rate_limiter.forget(key)

    def num_requeues(self, key: K) -> int:
        """How often a key was added by `add_rate_limited` since it was last forgotten."""
        return self._rate_limiter.num_requeues(key)

    async def get(self) -> K:
        """Wait for a key, and take it into process; `done` must follow.

        Raises QueueShutDownError when the queue was shut down and is empty.
        """
        key, _ = await self.get_with_priority()
        return key

    async def get_with_priority(self) -> tuple[K, int]:
        """As `get`, with the priority that the key was queued with."""
        loop = self._bound_loop()
        while not self._queued:
            if self._shutting_down:
                raise QueueShutDownError(f"workqueue {self.name!r} was shut down")
            getter = loop.create_future()
            self._getters.append(getter)
            try:
                await getter
            except asyncio.CancelledError:
                if getter.done() and not getter.cancelled():
                    self._wake_getter()  # the key that this one was woken for is another's
                else:
                    with suppress(ValueError):
                        self._getters.remove(getter)
                raise
        key, priority, since = self._pop()
        now = self._now()
        self._processing[key] = now
        if self._recorder is not None:
            self._recorder.started(now - since)
        return key, priority

    def done(self, key: K) -> None:
        """A key is out of process; if it was added meanwhile, it is queued again."""
        since = self._processing.pop(key, None)
        if since is None:
            return
        if self._recorder is not None:
            self._recorder.finished(self._now() - since)
        again = self._again.pop(key, None) if self._again else None
        if again is not None:
            self._push(key, *again)
            self._wake_getter()
        self._note_if_drained()

    async def __aiter__(self) -> AsyncIterator[K]:
        """Keys until the shutdown; each is marked done when the next one is asked for."""
        while True:
            try:
                key = await self.get()
            except QueueShutDownError:
                return
            try:
                yield key
            finally:
                self.done(key)

    def shut_down(self) -> None:
        """Take no more keys. What is queued is still handed out; what waits for its time is not."""
        self._shutting_down = True
        for timer, _ in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        for getter in self._getters:
            if not getter.done():
                getter.set_result(None)
        self._getters.clear()
        self._note_if_drained()

    async def shut_down_with_drain(self) -> None:
        """Shut down, and wait until what is queued and what is in process is done."""
        self.shut_down()
        await self._drained.wait()

    def unfinished_seconds(self) -> float:
        """The time that the keys in process have been so, together."""
        if not self._processing or self._loop is None:
            return 0.0
        now = self._time(self._loop)
        return sum(now - since for since in list(self._processing.values()))

    def longest_running_seconds(self) -> float:
        """The time that the longest of them has been."""
        since = list(self._processing.values())
        if not since or self._loop is None:
            return 0.0
        return self._time(self._loop) - min(since)

    def _now(self) -> float:
        return self._time(self._bound_loop())

    def _time(self, loop: asyncio.AbstractEventLoop) -> float:
        return loop.time() if self._clock is None else self._clock.monotonic()

    def _call_at(self, when: float, callback: Callable[[], object]) -> Timer:
        if self._clock is None:
            return self._bound_loop().call_at(when, callback)
        return self._clock.call_at(when, callback)

    def _bound_loop(self) -> asyncio.AbstractEventLoop:
        # A timer or a future touched from another thread would not wake the loop: the key would
        # lie there until something else did.
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        if loop is None or loop is not (self._loop or loop):
            raise RuntimeError(
                f"workqueue {self.name!r} belongs to an event loop that does not run in this "
                "thread: use add_from_thread"
            )
        self._loop = loop
        return loop

    def _push(self, key: K, priority: int, since: float) -> None:
        queued = self._queued.get(key)
        if queued is not None:
            self._depths[queued[0]] -= 1
        self._sequence += 1
        lane = self._lanes.get(priority)
        if lane is None:
            lane = self._lanes[priority] = deque()
        lane.append((self._sequence, key))
        self._depths[priority] += 1
        self._queued[key] = (priority, self._sequence, since)

    def _pop(self) -> tuple[K, int, float]:
        self._handed_out += 1
        lane = self._next_lane()
        _, key = lane.popleft()
        priority, _, since = self._queued.pop(key)
        self._depths[priority] -= 1
        return key, priority, since

    def _next_lane(self) -> deque[tuple[int, K]]:
        """The lane that the next key is taken from. Entries that do not count are dropped."""
        if self._oldest_every and not self._handed_out % self._oldest_every:
            for priority in list(self._lanes):
                self._clean(priority)
            return min(self._lanes.values(), key=lambda lane: self._queued[lane[0][1]][2])
        while True:
            priority = max(self._lanes)
            if self._clean(priority):
                return self._lanes[priority]

    def _clean(self, priority: int) -> bool:
        """Drop what does not count from the head of a lane; False where nothing was left."""
        lane = self._lanes[priority]
        while lane:
            sequence, key = lane[0]
            queued = self._queued.get(key)
            if queued is not None and queued[1] == sequence:
                return True
            lane.popleft()
        del self._lanes[priority]
        del self._depths[priority]
        return False

    def _come_due(self, key: K) -> None:
        _, priority = self._waiting.pop(key)
        self.add(key, priority=priority)

    def _wake_getter(self) -> None:
        while self._getters:
            getter = self._getters.popleft()
            if not getter.done():
                getter.set_result(None)
                return

    def _note_if_drained(self) -> None:
        if self._shutting_down and not self._queued and not self._processing:
            self._drained.set()
