"""Modules that the toolchain generates beside a class, imported when they are first needed.

Importing an API imports nothing generated: what a class needs of its generated modules is looked
up by its exact class in a table, and a miss imports the module that fills the table.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any


def import_beside(cls: type[Any], name: str) -> None:
    """Import the generated module `name` of the package that a class stands in, if it exists.

    A module that another thread is importing is waited for.
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
