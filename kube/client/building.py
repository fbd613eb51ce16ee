"""Requests that are built step by step, as client-go's `rest.Request` is. Pure; no I/O.

Nothing is sent, and no error raised, before the request is complete: what is wrong with it is
collected, and raised as one ValueError that names every fault. The rules are client-go's, a few of
them stricter: `..` is refused everywhere, and a body, as a name, is set once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kube.client.configurations import configuration_body, expect_applied
from kube.client.options import JSON, PatchType, Query, object_body, object_query, parameter
from kube.client.retries import MAX_RETRIES
from kube.client.transport import Request, target
from kube.runtime import GroupVersion, Struct, codec
from kube.runtime.applyconfiguration import Configuration
from kube.runtime.resource import path_segment, resource_path

if TYPE_CHECKING:
    from typing import Self

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class BuildableRequest:
    """The parts of a request. Each method sets one and returns the request itself.

    A complete request can be sent any number of times. It is not a template for others: the parts
    of its path and its body are set once.
    """

    def __init__(self, verb: str, group_version: GroupVersion | None) -> None:
        self._faults: list[str] = []
        self._verb = ""
        self._group_version = group_version
        self._root = group_version.path if group_version is not None else ""
        self._unrooted = group_version is None
        self._namespace: str | None = None
        self._resource = ""
        self._name = ""
        self._subresource = ""
        self._suffix = ""
        self._query: Query = []
        self._headers: dict[str, str] = {}
        self._body: bytes | None = None
        self._timeout: float | None = None
        self._max_retries = MAX_RETRIES
        self.verb(verb)

    def verb(self, verb: str) -> Self:
        """The HTTP method. The REST client has set it; setting it again changes it."""
        if verb not in VERBS:
            self._faults.append(f"verb {verb!r} is not one of {', '.join(VERBS)}")
        self._verb = verb
        return self

    def resource(self, resource: str) -> Self:
        """The plural name of the resource, such as `pods`."""
        self._resource = self._set_once("resource", self._resource, resource).lower()
        return self

    def namespace(self, namespace: str) -> Self:
        """The namespace; an empty one means none, which only a request without a name can have."""
        if self._namespace is not None:
            self._faults.append(_already("namespace", self._namespace, namespace))
            return self
        self._namespace = self._segment("namespace", namespace)
        return self

    def name(self, name: str) -> Self:
        """The name of the object."""
        if not name:
            self._faults.append("resource name may not be empty")
            return self
        self._name = self._set_once("resource name", self._name, name)
        return self

    def sub_resource(self, *segments: str) -> Self:
        """What is below the object, such as `status`; it may have several segments."""
        for segment in segments:
            self._segment("subresource", segment)
        subresource = _joined(segments)
        if self._subresource:
            self._faults.append(_already("subresource", self._subresource, subresource))
            return self
        self._subresource = subresource
        return self

    def suffix(self, *segments: str) -> Self:
        """What follows at the end of the path; called again, it appends."""
        self._suffix = _joined((self._suffix, *self._climbless("suffix", segments)))
        return self

    def abs_path(self, *segments: str) -> Self:
        """The root of the path in place of that of the group and version, such as `/healthz`.

        A slash at the end is kept where nothing follows and there is one segment.
        """
        self._root = "/" + _joined(self._climbless("path", segments))
        if len(segments) == 1 and len(self._root) > 1 and segments[0].endswith("/"):
            self._root += "/"
        self._unrooted = False
        return self

    def param(self, name: str, value: str | int | bool) -> Self:
        """A parameter of the query, beside others of this name. Raises TypeError."""
        self._query += parameter(name, value)
        return self

    def params(self, params: Mapping[str, str | int | bool | Sequence[str]]) -> Self:
        """Parameters of the query, beside those that are set; a list is one several times."""
        for name, value in params.items():
            self._query += parameter(name, value)
        return self

    def versioned_params(self, options: Struct) -> Self:
        """Parameters of the query from an options object, such as `ListOptions`, beside others."""
        self._query += object_query(options)
        return self

    def set_header(self, name: str, *values: str) -> Self:
        """A header in place of what it was, and of the client's own; without values, the latter.

        `authorization` replaces the client's credentials, as in client-go.
        """
        self._headers.pop(name.lower(), None)
        if values:
            self._headers[name.lower()] = ", ".join(values)
        return self

    def timeout(self, seconds: float) -> Self:
        """The timeout of the whole exchange, which the server is told; 0 is the client's own.

        For a stream and a watch it is the longest silence.
        """
        if not 0 <= seconds < math.inf:
            self._faults.append(f"timeout {seconds!r} is not a number of seconds")
            return self
        self._timeout = seconds or None
        return self

    def max_retries(self, most: int) -> Self:
        """How often it is sent again after an answer with Retry-After; below 0 is 0."""
        self._max_retries = max(most, 0)
        return self

    def body(self, body: Struct | Mapping[str, Any] | Sequence[Any] | bytes) -> Self:
        """The body: an object, a document or, of a JSON patch, a list; bytes are sent as they are.

        An object needs no apiVersion and kind where its class has a Resource. The caller's object
        is not changed. Raises TypeError for anything else, and for what cannot be applied.
        """
        if self._body is not None:
            self._faults.append("body is already set")
        self._body = self._encoded(body)
        self._headers.setdefault("content-type", JSON)
        return self

    def error(self) -> ValueError | None:
        """What sending the request as it is now would raise; None where nothing is wrong."""
        return _error([*self._faults, *self._incomplete()])

    def url(self) -> str:
        """Path and query, quoted. They are of use only where `error()` is None."""
        return target(Request(self._verb, self._path(), self._queried()))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._verb} {self.url()}>"

    def _raise_faults(self, *, opened: bool = False) -> None:
        """Raise ValueError where anything is wrong; only a GET can be `opened`."""
        faults = [*self._faults, *self._incomplete()]
        if opened and self._verb != "GET":
            faults.append(f"only a GET can be streamed or watched, and this is a {self._verb}")
        error = _error(faults)
        if error is not None:
            raise error

    def _incomplete(self) -> list[str]:
        """The faults that only a whole request shows."""
        faults = []
        if self._unrooted and self._resource:
            faults.append(
                f"resource {self._resource!r} needs a group and version: use "
                'rest.for_group_version("example.com/v1"), or abs_path'
            )
        if self._namespace == "" and self._verb == "POST":
            faults.append("an empty namespace may not be set during creation")
        elif self._namespace == "" and self._name:
            faults.append("an empty namespace may not be set when a resource name is provided")
        return faults

    def _path(self) -> str:
        below = self._namespace or self._resource or self._name or self._subresource or self._suffix
        root = self._root.rstrip("/") if below else self._root
        path = resource_path(
            root, self._resource, self._namespace or "", self._name, self._subresource
        )
        return f"{path}/{self._suffix}" if self._suffix else path or "/"

    def _queried(self) -> Query:
        if self._timeout is None:
            return self._query
        others = [(name, value) for name, value in self._query if name != "timeout"]
        return [*others, ("timeout", f"{self._timeout:f}".rstrip("0").rstrip(".") + "s")]

    def _timeout_seconds(self) -> int | None:
        """After which time the server is to end a watch."""
        asked = [value for name, value in self._query if name == "timeoutSeconds"]
        return int(asked[-1]) if asked and asked[-1].isascii() and asked[-1].isdigit() else None

    def _encoded(self, body: object) -> bytes:
        if self._headers.get("content-type") == PatchType.APPLY and not isinstance(body, bytes):
            expect_applied(body)
        if isinstance(body, bytes):
            return body
        if isinstance(body, Configuration):
            return configuration_body(body)
        if isinstance(body, (Struct, Mapping)):
            return object_body(body, None)
        if isinstance(body, Sequence) and not isinstance(body, (str, bytearray, memoryview)):
            return codec.encode(body)
        raise TypeError(
            "a body is an object of the API, a mapping, a list or bytes, not "
            f"{type(body).__name__}: encode text yourself"
        )

    def _set_once(self, what: str, before: str, value: str) -> str:
        if before:
            self._faults.append(_already(what, before, value))
            return before
        return self._segment(what, value)

    def _segment(self, what: str, value: str) -> str:
        """The value, or an empty one, and a fault, where it is not one segment of a path."""
        try:
            return path_segment(what, value)
        except ValueError as error:
            self._faults.append(str(error))
            return ""

    def _climbless(self, what: str, segments: Sequence[str]) -> Sequence[str]:
        for segment in segments:
            if ".." in segment.split("/"):
                self._faults.append(f"{what} {segment!r} is invalid: it must not contain `..`")
        return segments


def _joined(segments: Sequence[str]) -> str:
    """Segments as one path without a slash at either end, cleaned as Go's `path.Join` does."""
    parts = "/".join(segments).split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def _error(faults: Sequence[str]) -> ValueError | None:
    return ValueError(f"invalid request: {'; '.join(faults)}") if faults else None


def _already(what: str, before: str, value: str) -> str:
    return f"{what} is already set to {before!r}, and cannot change to {value!r}"
