"""Answers to typed objects and lists. Pure; no I/O.

A list decodes as a whole. Only if that fails is it decoded item by item, so that one object that
does not decode does not hide the others.
"""

from __future__ import annotations

import builtins
import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from kube.api.meta.v1 import ListMeta
from kube.client.watch_events import Undecodable, identity_of
from kube.runtime import PartialObjectMetadata, Struct, codec
from kube.runtime.resource import NotRegisteredError, Resource, resource_of
from kube.runtime.unstructured import Unstructured, UnstructuredList

T = TypeVar("T")

_BIG = 64 * 1024
"""Bytes above which pausing the collector saves time."""

_pausing = threading.Lock()
_pauses = 0
_was_enabled = False


def decode_answer(
    body: bytes, type: type[T], on_undecodable: Callable[[Resource, Undecodable], None]
) -> T:
    """An answer as an object, a list or a Status: whichever the class is of.

    A class without a Resource is taken to have the name of its kind. Raises `codec.DecodeError` for
    an answer of another kind or of none, TypeError for what is not a class of answers.
    """
    if not (isinstance(type, builtins.type) and issubclass(type, Struct)):
        raise TypeError(f"an answer decodes to a class of the API, such as Pod, and not to {type}")
    if not body:
        raise codec.DecodeError(f"the answer has no body, where a {type.__name__} was asked for")
    try:
        resource = resource_of(type)
    except NotRegisteredError:
        return _decode_unregistered(body, type)
    if type is resource.list_type:
        return decode_list(body, type, resource, on_undecodable)
    return decode_object(body, type, resource)


def _decode_unregistered(body: bytes, type: type[T]) -> T:
    try:
        result = codec.decode(body, type)
    except codec.DecodeError as error:
        raise _not_valid(type, error) from None
    kind = getattr(result, "kind", None)
    if not isinstance(kind, str):
        return result  # a document that has no kind, such as that of /version
    if issubclass(type, Unstructured):
        fits = bool(kind)
    elif issubclass(type, UnstructuredList):
        fits = kind not in ("", "Status")
    else:
        fits = kind == type.__name__
    if not fits:
        answer = f"is a {kind}" if kind else "has no kind"
        raise codec.DecodeError(
            f"the answer {answer}, where a {type.__name__} was asked for: ask for the class of "
            "that kind, or register a Resource for this one"
        )
    return result


def _not_valid(type: type[Any], error: codec.DecodeError) -> codec.DecodeError:
    return codec.DecodeError(f"the answer is not a valid {type.__name__}: {error}")


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cyclic collector from running.

    Decoding allocates many objects and frees none, so the collector would run again and again over
    all objects of the process: half of the time of a big list. Blocks may nest, in several threads.
    """
    global _pauses, _was_enabled
    with _pausing:
        if _pauses == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _pausing:
            _pauses -= 1
            if _pauses == 0 and _was_enabled:
                gc.enable()


def decode_object(body: bytes, type: type[T], resource: Resource) -> T:
    """One object. Raises `codec.DecodeError`, also for an object of another kind or of none."""
    try:
        obj: Any = codec.decode(body, type)
    except codec.DecodeError as error:
        raise _not_valid(type, error) from None
    if type is resource.type:
        if obj.kind != resource.kind:
            _check_kind(obj, resource)
        fill_kind(obj, resource)
    result: T = obj
    return result


def _check_kind(obj: Any, resource: Resource) -> None:
    """Raise `codec.DecodeError` for an object of another kind, or of none.

    A class whose fields all have defaults decodes from any JSON object: a Status, `{}`, a portal's
    answer.
    """
    if obj.kind and isinstance(obj, Unstructured):
        return  # that of a subresource has a kind of its own
    if obj.kind == "PartialObjectMetadata" and isinstance(obj, PartialObjectMetadata):
        return
    answer = f"is a {obj.kind}" if obj.kind else "has no kind"
    raise codec.DecodeError(
        f"the answer {answer}, where an object of {resource.plural} is a {resource.kind}: "
        "check that the address is that of an API server"
    )


def fill_kind(obj: Any, resource: Resource) -> None:
    """Set the apiVersion and kind that the server left out, and those of metadata alone."""
    if not obj.kind or isinstance(obj, PartialObjectMetadata):
        obj.kind = resource.kind
        obj.api_version = resource.api_version
    elif not obj.api_version:
        obj.api_version = resource.api_version


def decode_list(
    body: bytes,
    type: type[T],
    resource: Resource,
    on_undecodable: Callable[[Resource, Undecodable], None],
) -> T:
    """A list whose items know their kind; `on_undecodable` gets each item left out.

    `type` is the resource's `list_type`. Raises `codec.DecodeError` for a document that is not a
    list of this resource.
    """
    if len(body) < _BIG:
        return _decode_list(body, type, resource, on_undecodable)
    with collector_paused():
        return _decode_list(body, type, resource, on_undecodable)


def _decode_list(
    body: bytes,
    type: type[T],
    resource: Resource,
    on_undecodable: Callable[[Resource, Undecodable], None],
) -> T:
    try:
        decoded: Any = codec.decode(body, type)
    except codec.DecodeError:
        decoded = _item_by_item(body, type, resource, on_undecodable)
    _check_list(decoded.api_version, decoded.kind, resource)
    decoded.api_version = decoded.api_version or resource.api_version
    api_version, kind = resource.api_version, resource.kind
    only_metadata = resource.type is PartialObjectMetadata
    for item in decoded.items:
        if not item.kind or only_metadata:
            item.kind = kind
        if not item.api_version or only_metadata:
            item.api_version = api_version
    result: T = decoded
    return result


def _check_list(api_version: str, kind: str, resource: Resource) -> None:
    """Raise `codec.DecodeError` unless these are of a list of the resource.

    Any JSON object decodes as a list without items: a Status, `{}`, a portal's answer. Taken at its
    word, it would empty the caches that follow the list.
    """
    # A definition may name its lists as it likes, and discovery does not report that name.
    named_otherwise = (
        resource.list_type is UnstructuredList
        and kind not in ("", "Status", resource.kind)
        and api_version == resource.api_version
    )
    if kind != resource.list_kind and not named_otherwise:
        answer = f"is a {kind}" if kind else "has no kind"
        raise codec.DecodeError(
            f"the answer {answer}, where a list of {resource.plural} is a {resource.list_kind}: "
            "check that the address is that of an API server"
        )
    only_metadata = resource.type is PartialObjectMetadata and api_version.startswith(
        "meta.k8s.io/"
    )
    if api_version not in ("", resource.api_version) and not only_metadata:
        raise codec.DecodeError(
            f"the answer is a {kind} of {api_version}, not of {resource.api_version}"
        )


class _ListDocument(msgspec.Struct, rename="camel"):
    items: list[msgspec.Raw] | None
    api_version: str = ""
    kind: str = ""
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


_decode_document = msgspec.json.Decoder(_ListDocument).decode


def _item_by_item(
    body: bytes,
    type: Any,
    resource: Resource,
    on_undecodable: Callable[[Resource, Undecodable], None],
) -> Any:
    try:
        document = _decode_document(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise codec.DecodeError(f"the answer is not a valid list: {error}") from None
    result = type(
        api_version=document.api_version,
        kind=document.kind,
        metadata=codec.decode(bytes(document.metadata), ListMeta),
    )
    for raw in document.items or ():
        item = bytes(raw)
        try:
            result.items.append(codec.decode(item, resource.type))
        except codec.DecodeError as error:
            on_undecodable(resource, Undecodable("", identity_of(item), error, item))
    return result
