"""Every fault by its name, for whoever is to meet all of them."""

from __future__ import annotations

from tests.kube.faults.proxy import (
    after,
    bad_gateway,
    breaks_off,
    drips,
    ends,
    error_event,
    falls_silent,
    loses_the_answer,
    refuses,
    resets,
    says,
    truncates,
)

WATCH_FAULTS = {
    "410 as status": refuses(410, "Expired"),
    "410 in the stream": after(0, error_event(410, "Expired")),
    "410 in the stream after events": after(2, error_event(410, "Expired")),
    "500 in the stream": after(1, error_event(500, "InternalError")),
    "429 without Retry-After": refuses(429, "TooManyRequests"),
    "503": refuses(503, "ServiceUnavailable"),
    "502 of a load balancer": bad_gateway,
    "reset before the head": resets,
    "reset after the head": after(0, resets),
    "reset between events": after(1, resets),
    "half-open silence": after(1, falls_silent),
    "silence from the start": falls_silent,
    "slow drip": drips,
    "a clean end": after(1, ends),
    "a clean end before anything": after(0, ends),
    "an event cut in two": after(1, says(b'{"type":"ADDED","object":{"apiVersion":"exam')),
    "what is no JSON": after(1, says(b"<html>timeout</html>\n")),
    "JSON of another shape": after(1, says(b'["no","event"]\n')),
}

LASTING = ("half-open silence", "silence from the start", "slow drip")
"""Faults that take time, or do not end: once is enough."""

LIST_FAULTS = {
    "503": refuses(503, "ServiceUnavailable"),
    "410": refuses(410, "Expired"),
    "429": refuses(429, "TooManyRequests"),
    "504": refuses(504, "Timeout"),
    "502 of a load balancer": bad_gateway,
    "401": refuses(401, "Unauthorized"),
    "reset": resets,
    "truncated JSON": truncates,
    "broken off": breaks_off,
}

WRITE_FAULTS = {
    "503": refuses(503, "ServiceUnavailable"),
    "500": refuses(500, "InternalError"),
    "429": refuses(429, "TooManyRequests"),
    "409": refuses(409, "Conflict"),
    "403": refuses(403, "Forbidden"),
    "502 of a load balancer": bad_gateway,
    "reset": resets,
    "truncated JSON": truncates,
    "an answer that is lost": loses_the_answer,
}
