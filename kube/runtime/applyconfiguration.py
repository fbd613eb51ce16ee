"""Apply configurations: what a field manager wants of an object, and nothing else of it.

`codegen applyconfiguration` writes a twin for each class of an API: the same fields, each of them
optional. What is None is not sent, and so neither set nor owned; what is set is sent, also where it
is zero or empty. The classes of an API cannot say this: a plain `replicas: int` cannot be absent,
and a status that is always there would always be sent.

A twin has a `__topology__` for what its annotations do not say: how server-side apply merges the
field of a JSON name. It is `"atomic"`, `"set"`, or for a list whose items have keys the JSON names
of the keys, each with its default or None. The lists in a field are named with `[]` behind the
field, the values of a map with `{}`. An atomic class has `"atomic"` for its topology. Everything
else merges as it does without markers: lists as a whole, maps and classes member by member.

A field that may be null has UNSET for its default, since None is then a value to set.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, ForwardRef, Generic, TypeAlias, TypeVar, get_args, get_origin

from msgspec import UNSET as UNSET
from msgspec import UnsetType as UnsetType

from kube.runtime.gvk import GroupVersion, GroupVersionKind
from kube.runtime.resource import NotRegisteredError, type_name
from kube.runtime.struct import Struct

K = TypeVar("K", bound=Struct)

Topology: TypeAlias = Mapping[str, str | Mapping[str, Any]] | str

SUFFIX = "ApplyConfiguration"
"""The end of a twin's name, which begins with the name of its class."""


class Configuration(Struct):
    """The base of all twins, of kinds and of their parts."""

    __topology__: ClassVar[Topology] = {}


class ApplyConfiguration(Configuration, Generic[K]):
    """The base of the twins of kinds: what a field manager wants of an object of class `K`.

    apiVersion and kind may be left out; documents and requests have those of `K`.
    """

    @classmethod
    def __resource_class__(cls) -> type[K]:
        """The class that `resource_of` takes the Resource of."""
        return object_type(cls)


@cache
def object_type(configuration: type[ApplyConfiguration[K]]) -> type[K]:
    """The class whose objects a twin configures, imported when it is first asked for.

    Raises NotRegisteredError for a class that names none.
    """
    for cls in configuration.__mro__:
        for base in cls.__dict__.get("__orig_bases__", ()):
            if get_origin(base) is not ApplyConfiguration:
                continue
            (named,) = get_args(base)
            if isinstance(named, ForwardRef):
                named = eval(named.__forward_arg__, vars(sys.modules[cls.__module__]))
            if isinstance(named, type):
                configured: type[K] = named
                return configured
    raise NotRegisteredError(
        f"{type_name(configuration)} names no kind: derive it from ApplyConfiguration[<a class>]"
    )


class DeferredModule:
    """A module that is imported when a name of it is first used.

    Twins name the classes of other modules through it in their annotations, which are evaluated
    when a document is first decoded. So importing the twins of one version imports no other.
    """

    def __init__(self, name: str) -> None:
        self.__name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name), name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__name!r})"


def find_configuration(
    modules: Mapping[GroupVersion, str], gvk: GroupVersionKind, package: str
) -> type[ApplyConfiguration[Any]]:
    """The twin of a kind, by a table of modules relative to a package.

    Raises NotRegisteredError for a kind that has none there.
    """
    module = modules.get(gvk.group_version)
    found = getattr(import_module(module, package), f"{gvk.kind}{SUFFIX}", None) if module else None
    if isinstance(found, type) and issubclass(found, ApplyConfiguration):
        return found
    raise NotRegisteredError(f"{package} has no apply configuration for {gvk}")
