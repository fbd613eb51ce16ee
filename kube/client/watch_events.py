"""The events of a watch, decoded from the bytes of its stream. Pure; no I/O.

Each line is decoded twice: the envelope with its object left raw, then the object. That costs
about a microsecond more than one decode, and lets an ERROR event, a bookmark (whose object has
nulls where lists are required) and an object that does not decode be told apart.

Lines end at `\\n` and nowhere else: U+0085 and U+2028 are ordinary characters of JSON strings.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeAlias, TypeVar

import msgspec

from kube.api.meta.v1 import ObjectMeta, Status
from kube.client.transport import TransportError
from kube.runtime import OpenEnum, codec, errors
from kube.runtime.keys import make_key
from kube.runtime.resource import Resource

T = TypeVar("T")

log = logging.getLogger("kube.client")


class WatchEventType(OpenEnum):
    """What happened to an object, as the watch sees it."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    BOOKMARK = "BOOKMARK"


@dataclass(slots=True)
class WatchEvent(Generic[T]):
    """An object was added, modified or deleted (`object` is then its last state)."""

    type: WatchEventType
    object: T


@dataclass(slots=True)
class Bookmark:
    """No other event up to `resource_version`. Sent only to watches that allow bookmarks."""

    metadata: ObjectMeta

    @property
    def type(self) -> WatchEventType:
        return WatchEventType.BOOKMARK

    @property
    def resource_version(self) -> str:
        return self.metadata.resource_version

    @property
    def ends_initial_events(self) -> bool:
        """Whether every object that existed when the watch began has been sent."""
        return (self.metadata.annotations or {}).get("k8s.io/initial-events-end") == "true"


@dataclass(slots=True)
class Undecodable:
    """An object that does not decode as its type. `error` says where; `raw` is its JSON.

    In a watch `type` is that of the event; in a list it is empty. `metadata` contains what could be
    read of the object's metadata. The repr shows neither, since the object may be a Secret.
    """

    type: WatchEventType | str
    metadata: ObjectMeta = field(repr=False)
    error: codec.DecodeError
    raw: bytes = field(repr=False)

    @property
    def key(self) -> str:
        """`namespace/name`, or the name alone."""
        return make_key(self.metadata.name, self.metadata.namespace)


AnyWatchEvent: TypeAlias = WatchEvent[T] | Bookmark | Undecodable

OnUndecodable: TypeAlias = Callable[[Resource, Undecodable], None]


def log_undecodable(resource: Resource, undecodable: Undecodable) -> None:
    """Log an object that does not decode: what clients do by default."""
    log.warning(
        "skipped an undecodable %s %s: %s",
        resource.kind,
        undecodable.key,
        undecodable.error,
        extra={
            "kind": resource.kind,
            "key": undecodable.key,
            "event_type": str(undecodable.type),
        },
    )


class _Envelope(msgspec.Struct, gc=False):
    type: str
    object: msgspec.Raw = msgspec.Raw()


class _MetadataOnly(msgspec.Struct, gc=False):
    metadata: msgspec.Raw = msgspec.Raw()


class _Identity(msgspec.Struct, rename="camel", gc=False):
    """The part of an object's metadata that a watch needs; the rest may have any shape."""

    name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    annotations: dict[str, str] | None = None


_decode_envelope: Final = msgspec.json.Decoder(_Envelope).decode
_decode_metadata_only: Final = msgspec.json.Decoder(_MetadataOnly).decode
_decode_identity: Final = msgspec.json.Decoder(_Identity).decode


def identity_of(raw: bytes | msgspec.Raw) -> ObjectMeta:
    """Name, namespace, uid, version and annotations of an object's JSON, as far as readable."""
    try:
        identity = _decode_identity(_decode_metadata_only(raw).metadata)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ObjectMeta()
    return ObjectMeta(
        name=identity.name or "",
        namespace=identity.namespace or "",
        uid=identity.uid or "",
        resource_version=identity.resource_version or "",
        annotations=identity.annotations,
    )


_OBJECT_EVENTS = {
    "ADDED": WatchEventType.ADDED,
    "MODIFIED": WatchEventType.MODIFIED,
    "DELETED": WatchEventType.DELETED,
}


# How servers write an event. The object then lies between this and the last byte, and need not be
# searched for: a fifth of an event's cost. An event in another form is decoded in two steps.
_USUAL_STARTS = tuple(
    (f'{{"type":"{name}","object":'.encode(), event_type)
    for name, event_type in sorted(_OBJECT_EVENTS.items(), reverse=True)
)


def decode_event(line: bytes, type: type[T]) -> AnyWatchEvent[T]:
    """One line of a watch.

    Raises `APIError` for an ERROR event (after `ExpiredError`, list again), and `TransportError`
    for a line that is not an event: events may be lost, so watch again from the last version.
    """
    for start, written_type in _USUAL_STARTS:
        if line.startswith(start):
            try:
                return WatchEvent(written_type, codec.decode(line[len(start) : -1], type))
            except codec.DecodeError:
                break
    try:
        envelope = _decode_envelope(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TransportError(f"the watch sent a line that is not a valid event: {error}") from None
    event_type = _OBJECT_EVENTS.get(envelope.type)
    raw = bytes(envelope.object)
    if event_type is None:
        return _special(envelope.type, raw)
    try:
        return WatchEvent(event_type, codec.decode(raw, type))
    except codec.DecodeError as error:
        return Undecodable(event_type, identity_of(raw), error, raw)


def _special(type: str, raw: bytes) -> Bookmark | Undecodable:
    if type == "BOOKMARK":
        return Bookmark(identity_of(raw))
    if type == "ERROR":
        status = errors.status_from_json(raw)
        if status is None:
            text = raw[:200].decode("utf-8", "replace")
            status = Status(message=f"the watch ended with an error: {text}", code=500)
        raise errors.from_status(status)
    error = codec.DecodeError(f"unknown event type {type!r}")
    return Undecodable(WatchEventType(type), identity_of(raw), error, raw)


class LineSplitter:
    """Turns chunks, cut anywhere, into lines. The pieces of a long line are joined once."""

    __slots__ = ("_pieces",)

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that this chunk completes, without their ends; empty lines are dropped."""
        lines = chunk.split(b"\n")
        rest = lines.pop()
        if lines and self._pieces:
            # Only this line is joined, since joining the chunk would copy it.
            self._pieces.append(lines[0])
            lines[0] = b"".join(self._pieces)
            self._pieces.clear()
        if rest:
            self._pieces.append(rest)
        return [line for line in lines if line]

    def finish(self) -> None:
        """The stream has ended. Raises `TransportError` where that was inside a line."""
        if any(self._pieces):
            self._pieces.clear()
            raise TransportError("the watch ended in the middle of an event")
