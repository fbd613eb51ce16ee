"""Every tag there is, by name.

The declarations stand in `declared/`, a file a concern; here they become one table, and here is
decided which names are ours: a misspelt one in a namespace of ours is an error, for a tag that
does silently nothing is found only in production.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import chain

from codegen.diagnostics import closest
from codegen.tags.declaration import Declaration
from codegen.tags.declared import (
    conversion,
    crd,
    declarative,
    deepcopy,
    genclient,
    lifecycle,
    openapi,
    package,
    rbac,
    scaffold,
    validation,
    webhook,
)

_VALIDATION = "kubebuilder:validation:"
_NAMESPACES = ("k8s:", "genclient:", "kubebuilder:")

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

# Generators of upstream that are not here: their tags are read and checked, and nothing is made.
ABSENT = frozenset({"applyconfiguration", "conversion", "defaulter", "lifecycle"})


def _table() -> dict[str, tuple[Declaration, ...]]:
    found: dict[str, tuple[Declaration, ...]] = {}

    def add(name: str, declaration: Declaration) -> None:
        found[name] = (*found.get(name, ()), declaration)

    for declaration in chain(
        package.TAGS,
        genclient.TAGS,
        deepcopy.TAGS,
        conversion.TAGS,
        lifecycle.TAGS,
        declarative.TAGS,
        openapi.TAGS,
        crd.TAGS,
        validation.TAGS,
        rbac.TAGS,
        webhook.TAGS,
        scaffold.TAGS,
    ):
        add(declaration.name, declaration)
        for alias in declaration.aliases:
            add(alias, declaration)
        if declaration.element:
            name = declaration.name.replace(_VALIDATION, _VALIDATION + "items:")
            add(name, replace(declaration, name=name, element=False, aliases=()))
    return found


REGISTRY: dict[str, tuple[Declaration, ...]] = _table()


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
