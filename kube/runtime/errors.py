"""Typed errors from the server's `Status` answers.

The reason determines the class of the error; the HTTP code does where the reason is missing or
unknown, as in apimachinery's `errors.ReasonForError`. An answer that is not a Status, for example
from a proxy or a load balancer, becomes a Status with the first line of its text, so that callers
handle one kind of error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec

from kube.runtime.metadata import Status, StatusCause, StatusDetails


class APIError(Exception):
    """The server answered with an error. `retry_after` is in seconds, or None.

    From a message alone it has the Status that a server would send for this class, for fakes.
    """

    reason_name = ""
    http_code = 0
    cause_reason = ""
    """The reason of the cause that tells this class from others of its code."""

    def __init__(self, status: Status | str, *, retry_after: float | None = None) -> None:
        if isinstance(status, str):
            reason, code = self.reason_name, self.http_code
            status = Status(status="Failure", message=status, reason=reason, code=code)
            if self.cause_reason:
                causes = [StatusCause(reason=self.cause_reason, message=status.message)]
                status.details = StatusDetails(causes=causes)
        super().__init__(status.message)
        self.status = status
        if retry_after is None and status.details is not None:
            retry_after = status.details.retry_after_seconds or None
        self.retry_after = retry_after

    @property
    def code(self) -> int:
        """The HTTP status code."""
        return self.status.code or self.http_code

    @property
    def reason(self) -> str:
        """The machine-readable reason, such as `NotFound`."""
        return self.status.reason or self.reason_name

    @property
    def message(self) -> str:
        return self.status.message

    @property
    def causes(self) -> list[StatusCause]:
        """The field path, the reason and the message of each fault."""
        details = self.status.details
        return list(details.causes or ()) if details is not None else []

    def __str__(self) -> str:
        return self.status.message or f"the server answered {self.code} {self.reason}".rstrip()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.status, self.retry_after)


def _rebuild(cls: type[APIError], status: Status, retry_after: float | None) -> APIError:
    return cls(status, retry_after=retry_after)


class BadRequestError(APIError):
    """The server cannot parse the request, or its parameters contradict each other."""

    reason_name, http_code = "BadRequest", 400


class UnauthorizedError(APIError):
    """The credentials are missing, wrong or expired."""

    reason_name, http_code = "Unauthorized", 401


class ForbiddenError(APIError):
    """The user is authenticated but not allowed to do this."""

    reason_name, http_code = "Forbidden", 403


class NotFoundError(APIError):
    """The object or the resource does not exist."""

    reason_name, http_code = "NotFound", 404


class MethodNotAllowedError(APIError):
    """The resource does not support this verb."""

    reason_name, http_code = "MethodNotAllowed", 405


class NotAcceptableError(APIError):
    """The server supports none of the media types that the client accepts."""

    reason_name, http_code = "NotAcceptable", 406


class ConflictError(APIError):
    """The object has changed since it was read; or, on apply, another manager owns a field."""

    reason_name, http_code = "Conflict", 409


class AlreadyExistsError(APIError):
    """An object with this name already exists."""

    reason_name, http_code = "AlreadyExists", 409


class GoneError(APIError):
    """The requested data is no longer available and will not be again."""

    reason_name, http_code = "Gone", 410


class ExpiredError(GoneError):
    """The resource version or the continue token is too old: list again."""

    reason_name, http_code = "Expired", 410


class RequestEntityTooLargeError(APIError):
    """The object is larger than the server stores."""

    reason_name, http_code = "RequestEntityTooLarge", 413


class UnsupportedMediaTypeError(APIError):
    """The body's media type, such as a patch type, is not supported by this resource."""

    reason_name, http_code = "UnsupportedMediaType", 415


class InvalidError(APIError):
    """The object violates its schema or a validation rule; see `causes`."""

    reason_name, http_code = "Invalid", 422


class TooManyRequestsError(APIError):
    """The server limits the rate of requests; `retry_after` is how long to wait."""

    reason_name, http_code = "TooManyRequests", 429


class InternalError(APIError):
    """The server failed."""

    reason_name, http_code = "InternalError", 500


class ServiceUnavailableError(APIError):
    """The server, or one behind it, is temporarily unavailable."""

    reason_name, http_code = "ServiceUnavailable", 503


class ServerTimeoutError(APIError):
    """The server could not finish in time; the work may or may not have been done."""

    reason_name, http_code = "ServerTimeout", 500


class GatewayTimeoutError(APIError):
    """The request's timeout expired on the server (reason `Timeout`)."""

    reason_name, http_code = "Timeout", 504


class ResourceVersionTooLargeError(GatewayTimeoutError):
    """The server has not reached the requested resource version."""

    cause_reason = "ResourceVersionTooLarge"


class StoreReadError(APIError):
    """The server could not read the object from its storage."""

    reason_name, http_code = "StorageReadError", 500


_CLASSES: tuple[type[APIError], ...] = (
    BadRequestError,
    UnauthorizedError,
    ForbiddenError,
    NotFoundError,
    MethodNotAllowedError,
    NotAcceptableError,
    ConflictError,
    AlreadyExistsError,
    ExpiredError,
    GoneError,
    RequestEntityTooLargeError,
    UnsupportedMediaTypeError,
    InvalidError,
    TooManyRequestsError,
    InternalError,
    ServiceUnavailableError,
    ServerTimeoutError,
    GatewayTimeoutError,
    StoreReadError,
)
_BY_REASON = {cls.reason_name: cls for cls in _CLASSES}
# Of two classes with one code the first is what the code alone means.
_BY_CODE = {cls.http_code: cls for cls in reversed(_CLASSES)}


class _StatusDocument(msgspec.Struct, rename="camel"):
    """A Status as any server writes it; unknown members and nulls are ignored."""

    kind: str | None = None
    metadata: msgspec.Raw = msgspec.Raw()
    status: str | None = None
    message: str | None = None
    reason: str | None = None
    details: _DetailsDocument | None = None
    code: int | None = None


class _DetailsDocument(msgspec.Struct, rename="camel"):
    name: str | None = None
    group: str | None = None
    kind: str | None = None
    uid: str | None = None
    causes: list[_CauseDocument] | None = None
    retry_after_seconds: int | None = None


class _CauseDocument(msgspec.Struct):
    reason: str | None = None
    message: str | None = None
    field: str | None = None


class _MetadataDocument(msgspec.Struct, rename={"continue_": "continue"}):
    continue_: str | None = None


_decode = msgspec.json.Decoder(_StatusDocument).decode
_decode_metadata = msgspec.json.Decoder(_MetadataDocument).decode


def status_from_json(body: bytes | msgspec.Raw) -> Status | None:
    """The Status in an answer's body; None where the body is something else."""
    try:
        document = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if document.kind != "Status":
        return None
    status = Status(
        api_version="v1",
        kind="Status",
        status=document.status or "",
        message=document.message or "",
        reason=document.reason or "",
        details=_details(document.details),
        code=document.code or 0,
    )
    raw = bytes(document.metadata)
    if raw not in (b"", b"null"):
        with suppress(msgspec.DecodeError):
            status.metadata.continue_ = _decode_metadata(raw).continue_ or ""
    return status


def _details(document: _DetailsDocument | None) -> StatusDetails | None:
    if document is None:
        return None
    causes = [
        StatusCause(reason=c.reason or "", message=c.message or "", field=c.field or "")
        for c in document.causes or ()
    ]
    return StatusDetails(
        name=document.name or "",
        group=document.group or "",
        kind=document.kind or "",
        uid=document.uid or "",
        causes=causes or None,
        retry_after_seconds=document.retry_after_seconds or 0,
    )


def from_status(status: Status, *, retry_after: float | None = None) -> APIError:
    """The typed error for a Status."""
    cls = _BY_REASON.get(status.reason) or _BY_CODE.get(status.code)
    if cls is None:
        cls = InternalError if status.code >= 500 else APIError
    if cls is GatewayTimeoutError and _is_too_large_version(status):
        cls = ResourceVersionTooLargeError
    return cls(status, retry_after=retry_after)


def _is_too_large_version(status: Status) -> bool:
    causes = status.details.causes if status.details is not None else None
    return any(
        cause.reason == ResourceVersionTooLargeError.cause_reason
        or cause.message == "Too large resource version"
        for cause in causes or ()
    )


def from_response(
    code: int, headers: Mapping[str, str], body: bytes, *, asked: str = ""
) -> APIError:
    """The typed error for an HTTP answer of 400 and above. `asked` describes the request."""
    status = status_from_json(body)
    if status is None:
        status = _status_from_text(code, headers, body, asked)
    elif not status.code:
        status.code = code
    return from_status(status, retry_after=retry_after(headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header; None if it is missing or is a date."""
    value = headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None


_TAG = re.compile(r"<[^>]*>")


def _status_from_text(code: int, headers: Mapping[str, str], body: bytes, asked: str) -> Status:
    text = body[:4096].decode("utf-8", "replace")
    if "html" in headers.get("content-type", ""):
        text = _TAG.sub(" ", text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    first_line = next((line for line in lines if line), "")[:200]
    message = f"the server answered {code}"
    if asked:
        message += f" to {asked}"
    if first_line:
        message += f": {first_line}"
    if code == 404 and first_line == "404 page not found":
        message += " (the server does not serve this kind: is its CRD installed?)"
    cls = _BY_CODE.get(code)
    return Status(
        api_version="v1",
        kind="Status",
        status="Failure",
        message=message,
        reason=cls.reason_name if cls is not None else "",
        code=code,
    )
