"""Paths to resources: `/apis/<group>/<version>/namespaces/<namespace>/<plural>/<name>/<sub>`."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.resources import Registry, ServerResource

_NUMBER = re.compile(r"[+-]?[0-9]+")


class Query:
    """The query of a request; the first value of a name counts."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def text(self, name: str) -> str:
        return self._values.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def flag(self, name: str) -> bool:
        """Whether it is set as Kubernetes reads it: present, and neither `false` nor `0`."""
        values = self._values.get(name)
        return values is not None and values[0].lower() not in ("false", "0")

    def number(self, name: str) -> int | None:
        """A whole number, None when absent; raises StatusError (400) when it is not a number."""
        text = self.text(name)
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise status.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
        number = int(text) if len(text) < 30 else 2**63
        if not -(2**63) <= number < 2**63:
            raise status.bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
        return number


class Route(msgspec.Struct, frozen=True):
    """What a request asks for: verb as RBAC names it, name '' for a whole collection."""

    verb: str
    resource: ServerResource
    namespace: str
    name: str
    subresource: str


_NAMED = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "POST": "create"}
_COLLECTION = {"GET": "list", "POST": "create", "DELETE": "deletecollection"}
_METHOD_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_NAMESPACE_SUBRESOURCES = ("status", "finalize")


def split(path: str) -> tuple[str, str, list[str]] | None:
    """(group, version, rest) of a resource path, None where the path is none."""
    parts = [part for part in path.split("/") if part]
    if len(parts) >= 3 and parts[0] == "api":
        return "", parts[1], parts[2:]
    if len(parts) >= 4 and parts[0] == "apis":
        return parts[1], parts[2], parts[3:]
    return None


def unwatched(rest: list[str]) -> list[str]:
    """The path of a deprecated watch, `watch/namespaces/a/pods`, without its first part."""
    return rest[1:] if rest[0] == "watch" and len(rest) > 1 else rest


def inside_namespace(rest: list[str]) -> list[str]:
    """What a path names in a namespace; the path itself where it is that of a namespace or of none.

    `rest` is the path after group and version.
    """
    if rest[0] == "namespaces" and len(rest) >= 3 and rest[2] not in _NAMESPACE_SUBRESOURCES:
        return rest[2:]
    return rest


def find(registry: Registry, method: str, path: str, query: Query) -> Route:
    """The route of a request; raises PageNotFound, or StatusError 404 and 405 as the real server.

    An unknown kind has no handler at all, so the answer is plain text; a known kind without the
    subresource answers with a Status.
    """
    parts = split(path)
    if parts is None:
        raise status.PageNotFound
    group, version, whole = parts
    rest = unwatched(whole)
    watches = rest is not whole
    inner = inside_namespace(rest)
    namespace, rest = (rest[1], inner) if inner is not rest else ("", rest)
    resource = registry.find(group, version, rest[0])
    if resource is None or len(rest) > 3:
        # Groups that are built into apiserver answer with a Status here, those of CRDs do not.
        if any(not other.custom for other in registry.of(group, version)):
            raise status.unknown_resource()
        raise status.PageNotFound
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    if name and resource.review is not None:
        raise status.unknown_resource()
    verb = _verb(resource, method, name, subresource, query)
    if watches:
        if method != "GET" or subresource or "watch" not in resource.verbs:
            raise status.method_not_allowed()
        verb = "watch"
    if resource.namespaced:
        if not namespace and verb not in ("list", "watch"):
            raise status.PageNotFound
    elif namespace:
        raise status.PageNotFound
    return Route(verb, resource, namespace, name, subresource)


_WITHOUT_NODES = frozenset({"attach", "exec", "log", "portforward", "proxy"})
"""Subresources that need a node, or a way to one."""


def check_subresource_verb(route: Route) -> None:
    """Raise StatusError 405 for a verb that a subresource does not have.

    Not a part of `find`: a reactor may answer for the methods that a clientset adds to a kind.
    """
    resource = route.resource
    if resource.listed and route.subresource in _WITHOUT_NODES:
        what = f"{resource.plural}/{route.subresource}"
        why = f"{what} is not available: the embedded API server runs no containers"
        raise status.StatusError(501, "NotImplemented", why, {})
    if not route.subresource or (
        route.verb == "create" and route.subresource in resource.creatable
    ):
        return
    if route.verb not in resource.subresource_verbs(route.subresource):
        raise status.method_not_supported(resource.group, resource.plural, route.verb)


def _verb(resource: ServerResource, method: str, name: str, subresource: str, query: Query) -> str:
    if subresource and subresource not in resource.subresources:
        if not resource.custom:
            raise status.unknown_resource()
        raise status.not_found(resource.group, resource.plural, name)
    if not resource.custom:
        changes_collection = not name and method in ("PUT", "PATCH")
        creates_inside = bool(name) and method == "POST" and subresource not in resource.creatable
        if changes_collection or creates_inside:
            raise status.method_not_allowed()
    if not name and method in ("PUT", "PATCH"):
        raise status.bad_request("name must be provided")
    verb = (_NAMED if name else _COLLECTION).get(method)
    if not resource.custom and not subresource and verb and verb not in resource.verbs:
        raise status.method_not_allowed()
    if verb is None:
        verb = _METHOD_VERBS.get(method, method.lower())
        raise status.method_not_supported(resource.group, resource.plural, verb)
    if verb in ("get", "list") and not subresource and query.flag("watch"):
        return "watch"
    return verb
