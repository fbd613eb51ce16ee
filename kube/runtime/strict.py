"""msgspec's strict decoders, one for each type, built once and under a lock."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

from kube.runtime.hooks import decode_hook

T = TypeVar("T")

BUILDING = threading.RLock()
"""Held while a decoder is built: msgspec can crash the process if several threads first use one
type at the same time.
"""

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(type: type[T]) -> msgspec.json.Decoder[T]:
    """The strict decoder of a type."""
    strict = _decoders.get(type)
    if strict is None:
        with BUILDING:
            strict = _decoders.setdefault(type, new_decoder(type))
    return strict


def new_decoder(type: Any) -> msgspec.json.Decoder[Any]:
    """A new decoder, for a type that only the caller uses."""
    with BUILDING:
        return msgspec.json.Decoder(type, dec_hook=decode_hook)
