"""What a request asks for in the words of authorization, by its path alone.

The path need not lead anywhere: who may not ask does not learn whether it does. As
`RequestInfoFactory` of Kubernetes' apiserver reads paths.
"""

from __future__ import annotations

from kube.client.transport import Request
from kube.envtest.apiserver.authorization import users
from kube.envtest.apiserver.authorization.rules import Attributes
from kube.envtest.apiserver.requests import routing
from kube.envtest.apiserver.requests.routing import Query
from kube.runtime.selectors import SelectorError, parse_fields

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


def of(request: Request, query: Query) -> Attributes:
    user = users.of(request.headers)
    parts = routing.split(request.path)
    if parts is None:
        return Attributes(user=user, verb=request.method.lower(), path=request.path)
    group, _, whole = parts
    rest = routing.unwatched(whole)
    is_watch = rest is not whole
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        rest = routing.inside_namespace(rest)
    name = rest[1] if len(rest) > 1 else ""
    verb = _VERBS.get(request.method, "get")
    if not name and verb in ("get", "delete"):
        if verb == "delete":
            verb = "deletecollection"
        else:
            verb = "watch" if query.flag("watch") else "list"
        name = _selected(query)
    if is_watch:
        verb = "watch"
    return Attributes(
        user=user,
        verb=verb,
        group=group,
        resource=rest[0],
        subresource=rest[2] if len(rest) > 2 else "",
        namespace=namespace,
        name=name,
    )


def _selected(query: Query) -> str:
    """The one name that a field selector asks for, as a role may allow it by that name."""
    try:
        return parse_fields(query.text("fieldSelector")).required("metadata.name") or ""
    except SelectorError:
        return ""
