"""Imports the modules that the toolchain generates beside a class, when they are first needed.

Importing an API imports nothing generated: copiers and Resources are in tables by exact class, and
a miss imports the module that fills the table.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any


def import_beside(cls: type[Any], name: str) -> None:
    """Import the generated module `name` of a class's package, if it exists.

    Waits if another thread is importing it.
    """
    package, _, _ = cls.__module__.rpartition(".")
    for module in (f"{package}.{name}", f"{cls.__module__}.{name}"):
        if _exists(module):
            import_module(module)


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
