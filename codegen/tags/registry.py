"""Every tag there is, by name.

The tags are declared in `declared/`, one module for each concern. Here they become one table, and
here is decided which names are ours: a misspelt one in a namespace of ours is an error, for a tag
that silently does nothing is found only in production.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import ModuleType

from codegen.diagnostics import closest
from codegen.tags.declaration import DeclaredTag, TagDeclaration, name_for_elements
from codegen.tags.declared import (
    conversion,
    crd,
    declarative,
    deepcopy,
    exact,
    genclient,
    lifecycle,
    openapi,
    package,
    rbac,
    scaffold,
    validation,
    webhook,
)

_CONCERNS: tuple[ModuleType, ...] = (
    package,
    genclient,
    deepcopy,
    conversion,
    lifecycle,
    declarative,
    openapi,
    crd,
    validation,
    exact,
    rbac,
    webhook,
    scaffold,
)
_NAMESPACES = ("k8s:", "genclient:", "kubebuilder:", "codegen:")

# Spellings of the past or of hearsay, and what to write.
RETIRED = {
    "nonNamespaced": "genclient:nonNamespaced",
    "readonly": "genclient:readonly",
    "noMethods": "genclient:noVerbs",
    "genclientstatus": "genclient:noStatus",
    "genclient:resourceName": "resourceName",
    "genclient:plural": "resourceName",
    "genclient:noMethods": "genclient:noVerbs",
    "genclient:readOnly": "genclient:readonly",
    "kubebuilder:validation:Nullable": "nullable",
    "kubebuilder:validation:Default": "kubebuilder:default",
    "kubebuilder:subresource": "kubebuilder:subresource:status",
}


def _table() -> dict[str, tuple[TagDeclaration, ...]]:
    table: dict[str, tuple[TagDeclaration, ...]] = {}

    def add(name: str, declaration: TagDeclaration) -> None:
        table[name] = (*table.get(name, ()), declaration)

    for tag in tags_declared():
        declaration = tag.declaration
        add(declaration.name, declaration)
        for alias in declaration.aliases:
            add(alias, declaration)
        if declaration.elements:
            name = name_for_elements(declaration.name)
            add(name, declaration.of_elements(name))
    return table


def tags_declared() -> Iterator[type[DeclaredTag]]:
    """The class of each tag, in the order in which they are declared."""
    for concern in _CONCERNS:
        for value in vars(concern).values():
            if (
                isinstance(value, type)
                and issubclass(value, DeclaredTag)
                and value.__module__ == concern.__name__
                and "declaration" in vars(value)
            ):
                yield value


REGISTRY: dict[str, tuple[TagDeclaration, ...]] = _table()


def is_ours(name: str) -> bool:
    """Whether a name is in a namespace in which every tag is known."""
    return name == "genclient" or name.startswith(_NAMESPACES)


@cache
def _by_folded_name() -> dict[str, str]:
    return {name.casefold(): name for name in REGISTRY}


def resembling(name: str) -> str | None:
    """The registered name that was meant, if it is plain which.

    A name of no namespace of ours must be very like one of ours to be taken for a slip.
    """
    folded = _by_folded_name()
    exact = folded.get(name.casefold())
    if exact is not None:
        return exact
    ours = is_ours(name)
    if not ours and ":" in name:
        namespace = name.partition(":")[0] + ":"
        return closest(name, list(REGISTRY), 0.9) if closest(namespace, _NAMESPACES, 0.8) else None
    candidates = [known for known in REGISTRY if (":" in known) == (":" in name)]
    return closest(name, candidates, 0.6 if ours else 0.85)
