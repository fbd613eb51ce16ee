"""Which resources a server has, by the paths of its OpenAPI documents.

`/apis/G/V[/namespaces/{namespace}]/PLURAL[/{name}[/SUBRESOURCE]]`: each operation says what it does
(`x-kubernetes-action`) and of which kind its body is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from codegen import naming
from codegen.importer.openapi.documents import GVK
from codegen.model import Tag
from codegen.tags.declared import genclient
from codegen.tags.declared.genclient import Verb

_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/{}]+))/(?P<version>[^/{}]+)(?P<watch>/watch)?"
    r"(?P<namespace>/namespaces/\{namespace\})?/(?P<plural>[^/{}]+)"
    r"(?P<name>/\{name\}(?:/(?P<subresource>[^/{}]+))?)?/?"
)
_ACTION = "x-kubernetes-action"
_METHODS = ("get", "put", "post", "delete", "patch")
_VERBS: dict[str, tuple[Verb, ...]] = {
    "list": (Verb.LIST,),
    "get": (Verb.GET,),
    "post": (Verb.CREATE,),
    "put": (Verb.UPDATE,),
    "patch": (Verb.PATCH, Verb.APPLY),
    "delete": (Verb.DELETE,),
    "deletecollection": (Verb.DELETE_COLLECTION,),
}
_STATUS_VERBS = {"put": Verb.UPDATE_STATUS, "patch": Verb.APPLY_STATUS}


class Kind(NamedTuple):
    """A kind, as documents name it."""

    group: str
    version: str
    name: str


@dataclass(slots=True)
class Resource:
    """One resource: its kind, its names, and what can be done with it.

    `subresources` has the actions of each, with the kind of their body.
    """

    plural: str
    kind: Kind | None = None
    namespaced: bool = False
    actions: set[str] = field(default_factory=set)
    is_watched: bool = False
    subresources: dict[str, dict[str, Kind]] = field(default_factory=dict)


def resources(paths: Mapping[str, Any]) -> dict[Kind, Resource]:
    """The resources, by their kinds."""
    found: dict[tuple[str, str, str], Resource] = {}
    for path, item in paths.items():
        match = _PATH.fullmatch(path)
        if match is None:
            continue
        group, version, plural = match["group"] or "", match["version"], match["plural"]
        resource = found.setdefault((group, version, plural), Resource(plural))
        resource.namespaced |= match["namespace"] is not None
        if match["watch"]:
            resource.is_watched = True
            continue
        for method in _METHODS:
            operation = item.get(method)
            if isinstance(operation, dict):
                _add(operation, match["subresource"], resource)
    return {each.kind: each for _, each in sorted(found.items()) if each.kind is not None}


def _add(operation: Mapping[str, Any], subresource: str | None, resource: Resource) -> None:
    action, body = operation.get(_ACTION), operation.get(GVK)
    if not isinstance(action, str) or not isinstance(body, dict):
        return
    kind = Kind(body.get("group", ""), body.get("version", ""), body.get("kind", ""))
    if subresource is None:
        resource.kind = kind
        resource.actions.add(action)
    else:
        resource.subresources.setdefault(subresource, {})[action] = kind


# --- as tags --------------------------------------------------------------------------------------

# Method names that upstream's clients have, where verb and subresource would make another one.
_METHOD_NAMES = {
    "binding": "Bind",
    "ephemeralcontainers": "UpdateEphemeralContainers",
    "eviction": "Evict",
    "finalize": "Finalize",
}
_STATUS = "kube.api.meta.v1.Status"
# Their documents name the body as the response; the server answers with a Status.
_ANSWERED_WITH_STATUS = frozenset({"binding", "eviction"})


def client_tags(resource: Resource, *, has_status: bool) -> Iterator[Tag]:
    """The tags for a client that does what the server does."""
    yield genclient.Genclient()
    if not resource.namespaced:
        yield genclient.NonNamespaced()
    verbs = {verb for action in resource.actions for verb in _VERBS.get(action, ())}
    if resource.is_watched and Verb.LIST in verbs:
        verbs.add(Verb.WATCH)
    of_status = resource.subresources.get("status", {})
    verbs |= {_STATUS_VERBS[action] for action in of_status if action in _STATUS_VERBS}
    wanted = set(Verb)
    status_verbs = set(_STATUS_VERBS.values())
    if not has_status:
        wanted -= status_verbs
    elif not verbs & status_verbs:
        wanted -= status_verbs
        yield genclient.NoStatus()
    missing = tuple(verb for verb in Verb if verb in wanted - verbs)
    present = tuple(verb for verb in Verb if verb in wanted & verbs)
    if missing and len(missing) < len(present):
        yield genclient.SkipVerbs(value=missing)
    elif missing and present:
        yield genclient.OnlyVerbs(value=present)
    elif missing:
        yield genclient.NoVerbs()


def method_tags(resource: Resource, paths: Mapping[Kind, str]) -> Iterator[Tag]:
    """The tags for what the subresources can do; `paths` has the dotted path of each kind's class.

    What streams (exec, log, proxy) has no typed body, and no tag.
    """
    for name, actions in sorted(resource.subresources.items()):
        if name == "status":
            continue
        writes = [action for action in ("post", "put") if action in actions]
        for action in ("get", *writes, "patch"):
            body = actions.get(action)
            if body is None or body not in paths or not writes:
                continue
            is_own = body == resource.kind
            if is_own and action in ("get", "patch"):
                continue  # the same as the object's own
            verb = Verb.APPLY if action == "patch" else _VERBS[action][0]
            method = f"{verb.value.capitalize()}{naming.pascal_case(name)}"
            result = _STATUS if name in _ANSWERED_WITH_STATUS else paths[body]
            yield genclient.Method(
                value=_METHOD_NAMES.get(name, method),
                verb=verb,
                subresource=name,
                input=None if is_own or action == "get" else paths[body],
                result=None if is_own else result,
            )
