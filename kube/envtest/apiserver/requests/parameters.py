"""The query parameters of operations, as OpenAPI documents tell clients of them.

kubectl validates an object itself where the server does not say that it takes `fieldValidation`.
"""

from __future__ import annotations

from typing import Any

from kube.runtime.trees import Tree


def _parameter(name: str, kind: str = "string") -> Tree:
    return {"name": name, "in": "query", "schema": {"type": kind, "uniqueItems": True}}


_DRY_RUN = _parameter("dryRun")
_READ = [
    _parameter("continue"), _parameter("fieldSelector"), _parameter("labelSelector"),
    _parameter("limit", "integer"), _parameter("resourceVersion"),
    _parameter("resourceVersionMatch"), _parameter("timeoutSeconds", "integer"),
    _parameter("watch", "boolean"), _parameter("allowWatchBookmarks", "boolean"),
    _parameter("sendInitialEvents", "boolean"),
]  # fmt: skip
_WRITE = [_DRY_RUN, _parameter("fieldManager"), _parameter("fieldValidation")]

PARAMETERS: dict[str, list[Any]] = {
    "list": _READ,
    "watch": _READ,
    "watchlist": _READ,
    "deletecollection": [*_READ, _DRY_RUN],
    "post": _WRITE,
    "put": _WRITE,
    "patch": [*_WRITE, _parameter("force", "boolean")],
    "delete": [_DRY_RUN],
}
"""By the operation's `x-kubernetes-action`."""
