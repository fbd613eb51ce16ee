"""Reactors: what a test puts before the server, to answer, fail or delay a request itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from kube.client.transport import Request, Response, TransportError
from kube.envtest.apiserver.requests import wire
from kube.envtest.apiserver.requests.routing import Route
from kube.envtest.apiserver.requests.watches import WatchStream
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage.store import encode
from kube.runtime import Struct, errors
from kube.runtime.resource import NotRegisteredError
from kube.runtime.trees import Tree


class Action(msgspec.Struct, frozen=True):
    """One request as reactors and tests see it; `body` is what was sent, None where nothing was."""

    verb: str
    group: str
    version: str
    resource: str
    subresource: str
    namespace: str
    name: str
    body: bytes | None = None


class Delay(msgspec.Struct, frozen=True):
    """Wait so many seconds, then ask `resume` for the answer. A reactor returns it without one.

    With `blocks`, the answer takes its time: webhooks are asked for it, perhaps in the event loop
    of who waits, so that it needs a thread of its own.
    """

    seconds: float
    resume: Callable[[], Response | WatchStream | Delay] | None = None
    blocks: bool = False


Reaction = Response | Delay | Struct | Tree | None
Reactor = Callable[[Action], Reaction]
"""Answers in the server's place (a Response, an object or a list, its JSON tree), delays the
request (Delay), or lets it pass (None).

What it raises fails the request: a typed error of `kube.runtime.errors`, for which a message alone
is enough, or a StatusError, as that status; ConnectionError and TimeoutError as the transport's
error; any other exception in the transport as it is.
"""


def action_of(route: Route, request: Request) -> Action:
    resource = route.resource
    return Action(
        verb=route.verb,
        group=resource.group,
        version=resource.version,
        resource=resource.plural,
        subresource=route.subresource,
        namespace=route.namespace,
        name=route.name,
        body=request.body,
    )


def react(reactors: Iterable[Reactor], route: Route, action: Action) -> Response | Delay | None:
    """The first answer of a reactor, None where all let the request pass.

    Raises StatusError and TransportError, and what else a reactor raises.
    """
    try:
        for reactor in reactors:
            reaction = reactor(action)
            if reaction is not None:
                return _response(route, reaction)
    except errors.APIError as error:
        raise _refusal(error) from error
    except (ConnectionError, TimeoutError) as error:
        sent = not isinstance(error, ConnectionRefusedError)
        raise TransportError(str(error) or type(error).__name__, sent=sent) from error
    return None


def _response(route: Route, reaction: Response | Delay | Struct | Tree) -> Response | Delay:
    if isinstance(reaction, Response | Delay):
        return reaction
    if not isinstance(reaction, Struct | dict):
        raise TypeError(
            f"a reactor returned {type(reaction).__name__}: return a Response, an object or its "
            "JSON tree, a Delay, or None"
        )
    if route.verb == "watch":
        raise TypeError("a reactor answered a watch with an object: return a Response or None")
    code = 201 if route.verb == "create" else 200
    return Response(code, {"content-type": wire.JSON}, encode(_document(route, reaction)) + b"\n")


def _document(route: Route, reaction: Struct | Tree) -> Tree:
    """A complete document: its own or its class's kind, else the kind of the requested resource."""
    tree: Tree
    if isinstance(reaction, Struct):
        from kube.runtime import codec, documents  # few servers have reactors

        try:
            return documents.to_tree(reaction)
        except NotRegisteredError:
            tree = codec.to_builtins(reaction)
    else:
        tree = reaction
    if route.subresource or (tree.get("apiVersion") and tree.get("kind")):
        return tree
    resource = route.resource
    kind = resource.list_kind if route.verb == "list" else resource.kind
    return {**tree, "apiVersion": resource.api_version, "kind": kind}


def _refusal(error: errors.APIError) -> StatusError:
    from kube.runtime import codec

    details: dict[str, Any] = codec.to_builtins(error.status.details) or {}
    if error.retry_after is not None:
        details["retryAfterSeconds"] = math.ceil(error.retry_after)
    return StatusError(error.code or 500, error.reason, error.message, details)
