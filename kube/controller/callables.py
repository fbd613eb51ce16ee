"""What kind of function a program has passed."""

from __future__ import annotations

import inspect
from typing import Any


def is_async(function: Any) -> bool:
    """Whether a call has to be awaited: of an async function, of a partial of one, or of an object
    whose `__call__` is one.
    """
    call = getattr(function, "__call__", None)  # noqa: B004
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)
