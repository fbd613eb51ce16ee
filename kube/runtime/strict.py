"""msgspec's strict decoders, one for each type, made once and under a lock."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

from kube.runtime.hooks import decode_hook

T = TypeVar("T")

MAKING = threading.RLock()
"""Held while a decoder is made: msgspec can crash the process where several threads first use one
type at once.
"""

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(type: type[T]) -> msgspec.json.Decoder[T]:
    """The strict decoder of a type, made once."""
    found = _decoders.get(type)
    if found is None:
        with MAKING:
            found = _decoders.setdefault(type, new_decoder(type))
    return found


def new_decoder(type: Any) -> msgspec.json.Decoder[Any]:
    """A decoder of a type that nobody else uses."""
    with MAKING:
        return msgspec.json.Decoder(type, dec_hook=decode_hook)
