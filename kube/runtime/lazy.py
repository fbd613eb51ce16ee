"""Names of a package that are imported when they are first used.

Generated packages hand on their clients and listers this way, so that importing a package of many
kinds costs nothing for those that a program does not use. Type checkers read imports under
TYPE_CHECKING, and so know each name:

    if TYPE_CHECKING:
        from .pod import PodLister
    else:
        __getattr__ = lazy_attributes(__name__, ("PodLister", ".pod"))
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def lazy_attributes(package: str, *names: tuple[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package, from its names, each with its module.

    A module that begins with a dot is relative to the package. A name is a plain attribute of the
    package once it was used.
    """
    modules = dict(names)

    def __getattr__(name: str) -> Any:
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(module, package), name)
        setattr(sys.modules[package], name, value)
        return value

    return __getattr__
