"""The recorder: a program tells of what happens to objects, and never waits for it.

Telling puts an event into a bounded queue; a task correlates and writes them. When the queue is
full, the server unreachable for long, or an object's events too many, events are dropped: they are
for people to read, and nothing may depend on them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from kube.api.core.v1 import Event, EventSource, ObjectReference
from kube.api.meta.v1 import ObjectMeta
from kube.client import (
    AsyncCreates,
    AsyncPatches,
    AsyncRESTClient,
    CredentialsError,
    PatchType,
    TransportError,
)
from kube.client.waiting import running_loop
from kube.events.correlator import Correlator, Decision
from kube.runtime import NotRegisteredError, Object, Scheme, codec, gvk_of, resource_of
from kube.runtime.errors import AlreadyExistsError, APIError, NotFoundError
from kube.runtime.keys import make_key

if TYPE_CHECKING:
    from typing import Self

Type: TypeAlias = Literal["Normal", "Warning"]

QUEUE_SIZE = 1000
TRIES = 12
RETRY_SECONDS = 10.0
CLOSING_SECONDS = 5.0
LONGEST_MESSAGE = 1024
LONGEST_NAME = 253

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")

log = logging.getLogger("kube.events")


class _EventClient(AsyncCreates[Event], AsyncPatches[Event]):
    resource = resource_of(Event)


class EventRecorder:
    """Records events of one component. An async context manager; leaving it writes what is queued.

    `rest` is a clientset's. `scheme` tells the kind of objects that do not say it themselves.
    """

    def __init__(
        self,
        rest: AsyncRESTClient,
        component: str,
        *,
        host: str = "",
        scheme: Scheme | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._rest = rest
        self._source = EventSource(component=component, host=host)
        self._instance = f"{component}-{host or socket.gethostname()}"
        self._scheme = scheme
        self._now = now
        self._queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE_SIZE)
        self._correlator = Correlator()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writing: asyncio.Task[None] | None = None
        self._closed = False
        self.dropped = 0
        """How many events were not written: too many, or refused, or the server unreachable."""

    def normal(self, obj: Object, reason: str, message: str) -> None:
        """Something went as it should. `reason` is a CamelCase word, `message` a sentence."""
        self.event(obj, "Normal", reason, message)

    def warning(self, obj: Object, reason: str, message: str) -> None:
        """Something that a person may have to look at."""
        self.event(obj, "Warning", reason, message)

    def event(
        self,
        obj: Object,
        type: Type,
        reason: str,
        message: str,
        *,
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        """Tell of something, from any thread; never waits, and never fails on account of `obj`.

        Raises ValueError for another type, or an empty reason.
        """
        if type not in ("Normal", "Warning"):
            raise ValueError(f"an event is of type 'Normal' or 'Warning', not {type!r}")
        if not reason:
            raise ValueError("an event needs a reason, in one CamelCase word")
        about = self._reference(obj)
        if about is None:
            self.dropped += 1
            log.error(
                "no event %s about an object of unknown kind: %s",
                reason,
                message,
                extra={"reason": reason},
            )
            return
        event = self._make(about, type, reason, message, annotations)
        if self._loop is None or self._closed or running_loop() is self._loop:
            self._put(event)
        else:
            self._loop.call_soon_threadsafe(self._put, event)

    async def close(self) -> None:
        """Write what is queued, for some seconds at most. Idempotent."""
        self._closed = True
        writing, self._writing = self._writing, None
        if writing is None:
            return
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._queue.join()
        except TimeoutError:
            self.dropped += self._queue.qsize() + 1
            log.warning(
                "events of %s were not written in time",
                self._source.component,
                extra={"component": self._source.component},
            )
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._writing = asyncio.create_task(self._write_all(), name="events")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _reference(self, obj: Object) -> ObjectReference | None:
        try:
            if self._scheme is not None and not (obj.api_version and obj.kind):
                gvk = self._scheme.object_kind(obj)
            else:
                gvk = gvk_of(obj)
        except (NotRegisteredError, ValueError):
            return None
        meta = obj.metadata
        return ObjectReference(
            api_version=gvk.api_version,
            kind=gvk.kind,
            namespace=meta.namespace,
            name=meta.name,
            uid=meta.uid,
            resource_version=meta.resource_version,
        )

    def _make(
        self,
        about: ObjectReference,
        type: Type,
        reason: str,
        message: str,
        annotations: Mapping[str, str] | None,
    ) -> Event:
        now = self._now()
        if len(message) > LONGEST_MESSAGE:
            message = message[: LONGEST_MESSAGE - 3] + "..."
        return Event(
            metadata=ObjectMeta(
                name=_event_name(about.name or "", now),
                namespace=about.namespace or "default",
                annotations=dict(annotations) if annotations else None,
            ),
            involved_object=about,
            reason=reason,
            message=message,
            type=type,
            source=self._source,
            first_timestamp=now.replace(microsecond=0),
            last_timestamp=now.replace(microsecond=0),
            count=1,
            reporting_component=self._source.component,
            reporting_instance=self._instance,
        )

    def _put(self, event: Event) -> None:
        if self._closed:
            self.dropped += 1
            return
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self.dropped += 1
            log.warning(
                "dropped an event %s: %d wait already",
                event.reason,
                QUEUE_SIZE,
                extra=_fields(event),
            )

    async def _write_all(self) -> None:
        while True:
            event = await self._queue.get()
            try:
                decision = self._correlator.correlate(event, self._now())
                if decision is None:
                    self.dropped += 1
                else:
                    await self._write(decision)
            except Exception:
                self.dropped += 1
                log.exception("cannot write the event %s", event.reason, extra=_fields(event))
            finally:
                self._queue.task_done()

    async def _write(self, decision: Decision) -> None:
        event = decision.event
        for left in reversed(range(TRIES)):
            try:
                await self._send(decision)
                return
            except APIError as error:
                log.warning(
                    "the event %s was refused: %s", event.reason, error, extra=_fields(event)
                )
                break
            except (TransportError, CredentialsError) as error:
                log.warning(
                    "the event %s was not written: %s", event.reason, error, extra=_fields(event)
                )
                if left:
                    await asyncio.sleep(RETRY_SECONDS)
        self.dropped += 1

    async def _send(self, decision: Decision) -> None:
        event = decision.event
        client = _EventClient(self._rest, event.metadata.namespace)
        if decision.is_update:
            change = {
                "count": event.count,
                "message": event.message,
                "lastTimestamp": event.last_timestamp,
            }
            try:
                await client.patch(event.metadata.name, codec.encode(change), PatchType.MERGE)
                return
            except NotFoundError:
                pass  # it has expired on the server: a new one goes on counting
        # Where it is there already, an earlier try arrived, though its answer did not.
        with contextlib.suppress(AlreadyExistsError):
            await client.create(event)


def _event_name(name: str, now: datetime) -> str:
    """A name like the object's, unlike any other event's."""
    suffix = f".{int(now.timestamp() * 1e6):x}{uuid.uuid4().hex[:4]}"
    named = name[: LONGEST_NAME - len(suffix)] + suffix
    return named if _NAME.fullmatch(named) else uuid.uuid4().hex


def _fields(event: Event) -> dict[str, str]:
    """What log records tell of an event."""
    about = event.involved_object
    key = make_key(about.name or "", about.namespace or "")
    return {"kind": about.kind or "", "key": key, "reason": event.reason or ""}
