"""msgspec's hooks: the JSON form of the values that msgspec does not support itself."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from kube.runtime.time import MicroTime


def decode_hook(kind: type, value: Any) -> Any:
    """A value of a type of ours, from its JSON form."""
    if kind is MicroTime and isinstance(value, str):
        return MicroTime.fromisoformat(value)
    raise NotImplementedError(f"{kind.__name__} has no JSON representation")


def encode_hook(value: Any) -> Any:
    """The JSON form of a value of a type of ours."""
    if isinstance(value, MicroTime):
        # Always six digits, even `.000000`: the server's own parser refuses anything else.
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    raise NotImplementedError(f"{type(value).__name__} has no JSON representation")
