"""The Status bodies of failures, worded as kube-apiserver words them.

Clients match on `reason` and `code`, people and tests read `message`; so both are kept exactly.
Everything in this package fails by raising a `StatusError`, and the server encodes it in one place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MODIFIED = (
    "the object has been modified; please apply your changes to the latest version and try again"
)
EXPIRED_CONTINUE = (
    "The provided continue parameter is too old to display a consistent list result. You can "
    "start a new list without the continue parameter, or use the continue token in this response "
    "to retrieve the remainder of the results. Continuing with the provided token results in an "
    "inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)


@dataclass(frozen=True, slots=True)
class Cause:
    """One fault of an object: `field` is a path like `spec.nodes[0].name`."""

    reason: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class StatusError(Exception):
    """A request failed; `body()` is the Status object to answer with, `code` its HTTP status."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: dict[str, Any] | None = None,
        *,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.metadata = metadata or {}
        self.warnings: list[str] = []
        """Further messages for the client, sent as Warning headers."""

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": self.metadata,
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = self.details
        body["code"] = self.code
        return body


class PageNotFound(Exception):
    """No handler has this path. kube-apiserver answers with plain text, not with a Status."""


def qualified(group: str, plural: str) -> str:
    return f"{plural}.{group}" if group else plural


def _details(group: str, kind: str, name: str = "") -> dict[str, Any]:
    details = {"name": name, "group": group, "kind": kind}
    return {key: value for key, value in details.items() if value}


def not_found(group: str, plural: str, name: str) -> StatusError:
    message = f'{qualified(group, plural)} "{name}" not found'
    return StatusError(404, "NotFound", message, _details(group, plural, name))


def already_exists(group: str, plural: str, name: str) -> StatusError:
    message = f'{qualified(group, plural)} "{name}" already exists'
    return StatusError(409, "AlreadyExists", message, _details(group, plural, name))


def name_taken(group: str, plural: str, name: str) -> StatusError:
    error = already_exists(group, plural, name)
    error.message += ", the server was not able to generate a unique name for the object"
    assert error.details is not None
    error.details["retryAfterSeconds"] = 1
    return error


def conflict(group: str, plural: str, name: str, why: str = MODIFIED) -> StatusError:
    message = f'Operation cannot be fulfilled on {qualified(group, plural)} "{name}": {why}'
    return StatusError(409, "Conflict", message, _details(group, plural, name))


def invalid(group: str, kind: str, name: str, causes: Sequence[Cause]) -> StatusError:
    distinct = list(dict.fromkeys(str(cause) for cause in causes))
    text = distinct[0] if len(distinct) == 1 else f"[{', '.join(distinct)}]"
    details = _details(group, kind, name)
    details["causes"] = [
        {"reason": c.reason, "message": c.message, "field": c.field} for c in causes
    ]
    message = f'{qualified(group, kind)} "{name}" is invalid: {text}'
    return StatusError(422, "Invalid", message, details)


def internal(message: str) -> StatusError:
    """An error that apiserver does not classify: code 500 without a reason."""
    return StatusError(500, "", message)


def failed(why: str) -> StatusError:
    """What fails within the server, as `NewInternalError` of apimachinery has it."""
    message = f"Internal error occurred: {why}"
    return StatusError(500, "InternalError", message, {"causes": [{"message": why}]})


def late() -> StatusError:
    """The request was not done in the time that it has."""
    message = "Timeout: request did not complete within the allotted timeout"
    return StatusError(504, "Timeout", message, {})


def bad_request(message: str) -> StatusError:
    return StatusError(400, "BadRequest", message)


def entity_too_large(why: str) -> StatusError:
    message = f"Request entity too large: {why}"
    return StatusError(413, "RequestEntityTooLarge", message, {})


def forbidden(group: str, plural: str, name: str, why: str) -> StatusError:
    which = f'{qualified(group, plural)} "{name}"' if name else qualified(group, plural)
    message = f"{which} is forbidden: {why}"
    return StatusError(403, "Forbidden", message, _details(group, plural, name))


def unknown_resource() -> StatusError:
    """No such resource in a group that apiserver itself serves."""
    return StatusError(404, "NotFound", "the server could not find the requested resource", {})


def method_not_allowed() -> StatusError:
    """No such verb on a resource that apiserver itself serves."""
    message = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", message, {})


def method_not_supported(group: str, plural: str, verb: str) -> StatusError:
    message = f'{verb} is not supported on resources of kind "{qualified(group, plural)}"'
    return StatusError(405, "MethodNotAllowed", message, _details(group, plural))


def unsupported_media_type(accepted: Sequence[str]) -> StatusError:
    message = (
        "the body of the request was in an unknown format - accepted media types include: "
        + ", ".join(accepted)
    )
    return StatusError(415, "UnsupportedMediaType", message)


def not_acceptable(accepted: Sequence[str], *, custom: bool) -> StatusError:
    """The wording differs between custom resources and built-in kinds."""
    types = ", ".join(accepted)
    if custom:
        message = f"only the following media types are accepted: {types}"
        return StatusError(406, "NotAcceptable", message)
    streams = ", ".join(f"{media};stream=watch" for media in accepted if "yaml" not in media)
    message = f"406: Not Acceptable\n\nAvailable representations: {types}, {streams}"
    return StatusError(406, "NotAcceptable", message, {})


def not_a_list(go_type: str, *, custom: bool) -> StatusError:
    """The wording, and the code, differ between custom resources and built-in kinds."""
    if custom:
        return StatusError(500, "", "content is not a list")
    message = (
        f"you requested PartialObjectMetadataList, but the requested object is not a list "
        f"({go_type})"
    )
    return StatusError(406, "NotAcceptable", message)


def is_a_list(go_type: str) -> StatusError:
    message = (
        f"you requested PartialObjectMetadata, but the requested object is a list ({go_type}List)"
    )
    return StatusError(406, "NotAcceptable", message)


def too_many_requests(message: str, reason: str, why: str) -> StatusError:
    """A refusal for now, with one cause. Without Retry-After: a test should see it at once."""
    details = {"causes": [{"reason": reason, "message": why}]}
    return StatusError(429, "TooManyRequests", message, details)


def unprocessable() -> StatusError:
    """The body was understood, but applying it failed: how a failed JSON patch is answered."""
    message = "the server rejected our request due to an error in our request"
    return StatusError(422, "Invalid", message, {})


def expired(message: str, token: str = "") -> StatusError:
    return StatusError(410, "Expired", message, metadata={"continue": token} if token else None)


def too_large_version(wanted: int, current: int) -> StatusError:
    details = {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    }
    message = f"Timeout: Too large resource version: {wanted}, current: {current}"
    return StatusError(504, "Timeout", message, details)


def render(value: object) -> str:
    """A value as Go's field errors print it: strings quoted, the rest as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_IN_HTML = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&"})


def number(value: float) -> str:
    """A number as Go's %v prints it."""
    if isinstance(value, int):
        return str(value)
    from decimal import Decimal  # few refusals show a fraction

    exact = Decimal(repr(value)).normalize()
    if not exact or -5 < exact.adjusted() < 6:
        return f"{exact:f}"
    digits, _, exponent = f"{exact:e}".partition("e")
    return f"{digits}e{exponent[0]}{exponent[1:]:0>2}"


def by_key(value: Any) -> Any:
    """A value of any type as Go's encoder writes it, which sorts the keys of maps."""
    if isinstance(value, dict):
        return {key: by_key(value[key]) for key in sorted(value)}
    return [by_key(item) for item in value] if isinstance(value, list) else value


def _whole(value: object) -> object:
    """A value in which numbers without a fraction are integers, as Go's encoder writes them."""
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e21
    return int(value) if whole else value  # type: ignore[call-overload]


def _shown(value: object) -> str:
    """A value in a refusal: in lists and objects, Go's encoder escapes what HTML has a use for."""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, (dict, list)):
        return render(_whole(value)).translate(_IN_HTML)
    return render(value)


def invalid_value(field: str, value: object, why: str) -> Cause:
    return Cause("FieldValueInvalid", field, f"Invalid value: {_shown(value)}: {why}")


def invalid_whole(field: str, why: str) -> Cause:
    """A fault of a whole value, which is not shown."""
    return Cause("FieldValueInvalid", field, f"Invalid value: {why}")


def type_invalid(field: str, value: object, why: str) -> Cause:
    return Cause("FieldValueTypeInvalid", field, f"Invalid value: {_shown(value)}: {why}")


def required(field: str, why: str = "") -> Cause:
    return Cause("FieldValueRequired", field, f"Required value: {why}" if why else "Required value")


def not_supported(field: str, value: object, supported: Sequence[object]) -> Cause:
    values = ", ".join(render(v) for v in supported)
    message = f"Unsupported value: {_shown(value)}: supported values: {values}"
    return Cause("FieldValueNotSupported", field, message)


def duplicate(field: str, value: object) -> Cause:
    return Cause("FieldValueDuplicate", field, f"Duplicate value: {_shown(value)}")


def not_allowed(field: str, why: str) -> Cause:
    return Cause("FieldValueForbidden", field, f"Forbidden: {why}")


def too_many(field: str, actual: int, most: int) -> Cause:
    message = f"Too many: {actual}: must have at most {most} item{'' if most == 1 else 's'}"
    return Cause("FieldValueTooMany", field, message)


def too_long(field: str, most: int) -> Cause:
    plural = "" if most == 1 else "s"
    return Cause("FieldValueTooLong", field, f"Too long: may not be more than {most} byte{plural}")
