"""What a cluster serves: its CRDs, and its OpenAPI documents.

This is the only module of the toolchain that uses `kube.client`, and only a command that reads a
cluster imports it. What goes wrong on the way is a `ClusterError` of one line.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from codegen.diagnostics import closest
from codegen.importer.documents import Tree
from codegen.importer.sources import ClusterError, FromCluster
from kube.client import (
    Config,
    ConfigError,
    CredentialsError,
    DiscoveryClient,
    RESTClient,
    ServedResource,
    TransportError,
)
from kube.runtime import errors
from kube.runtime.codec import DecodeError

_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_OPENAPI = "/openapi/v3"
_PAGE = 100
_TIMEOUT = 60
_CORE = "core"
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def crds(wanted: FromCluster) -> list[Tree]:
    """The CRDs of these groups and kinds as their authors wrote them, in the order of their names.

    Raises ClusterError.
    """
    with _connected(wanted) as rest:
        # A list that is read anew has some items twice.
        by_name = {str((item.get("metadata") or {}).get("name")): item for item in _items(rest)}
    every = [_as_written(item) for item in by_name.values()]
    groups = {crd["spec"]["group"] for crd in every}
    _check("group", wanted.groups, groups)
    every = [crd for crd in every if not wanted.groups or crd["spec"]["group"] in wanted.groups]
    names = {name for crd in every for name in _names(crd["spec"]["names"])}
    _check("kind", wanted.kinds, names)
    kept = {kind.lower() for kind in wanted.kinds}
    chosen = [crd for crd in every if not kept or kept & {*_lower(_names(crd["spec"]["names"]))}]
    return sorted(chosen, key=lambda crd: str(crd["metadata"]["name"]))


def openapi(wanted: FromCluster) -> list[tuple[str, bytes]]:
    """The OpenAPI documents (version 3) of the groups and versions that are wanted, by path.

    A kind selects those that serve it. Raises ClusterError.
    """
    with _connected(wanted) as rest:
        index = _tree(rest, _OPENAPI).get("paths")
        if not isinstance(index, dict):
            raise ClusterError(f"the answer of {_OPENAPI} has no paths: this is not an API server")
        served = DiscoveryClient(rest).served().resources
        by_path = {path: _group_of(path) for path in index if _group_of(path) is not None}
        groups = [group for group in by_path.values() if group is not None]
        _check("group", wanted.groups, groups)
        paths = [p for p, group in by_path.items() if not wanted.groups or group in wanted.groups]
        if wanted.kinds:
            serving = [each for each in served if _path_of(each) in paths]
            _check("kind", wanted.kinds, [n for each in serving for n in _served_names(each)])
            kinds = {kind.lower() for kind in wanted.kinds}
            chosen = {_path_of(e) for e in serving if kinds & {*_lower(_served_names(e))}}
            paths = [path for path in paths if path in chosen]
        return [(path, rest.request("GET", f"{_OPENAPI}/{path}").body) for path in sorted(paths)]


@contextlib.contextmanager
def _connected(wanted: FromCluster) -> Iterator[RESTClient]:
    """A client; what fails is told in one line."""
    server = "the cluster"
    try:
        config = Config.load(wanted.kubeconfig, wanted.context, qps=-1, timeout=_TIMEOUT)
        server = config.server
        with RESTClient.for_config(config) as rest:
            yield rest
    except (ConfigError, CredentialsError) as error:
        raise ClusterError(str(error)) from error
    except TransportError as error:
        raise ClusterError(f"{server} cannot be reached: {error}") from error
    except errors.UnauthorizedError as error:
        raise ClusterError(f"{server} does not know this user: {error}") from error
    except errors.ForbiddenError as error:
        raise ClusterError(f"{server} does not permit this: {error}") from error
    except (errors.APIError, DecodeError, ValueError) as error:
        raise ClusterError(f"{server} answers otherwise than an API server: {error}") from error


def _items(rest: RESTClient) -> Iterator[Tree]:
    """All CRDs, a page at a time: a list of all may have 100 MB."""
    token = ""
    while True:
        query = [("limit", str(_PAGE)), *([("continue", token)] if token else [])]
        try:
            page = _tree(rest, _CRDS, query)
        except errors.GoneError:  # the list has grown too old: the rest of it, as it is now
            page = _tree(rest, _CRDS)
        items = page.get("items")
        if not isinstance(items, list):
            raise ClusterError(f"the answer of {_CRDS} is not a list of CRDs")
        yield from (item for item in items if isinstance(item, dict))
        token = str((page.get("metadata") or {}).get("continue") or "")
        if not token:
            return


def _tree(rest: RESTClient, path: str, query: Sequence[tuple[str, str]] = ()) -> Tree:
    tree = json.loads(rest.request("GET", path, query=query).body)
    if not isinstance(tree, dict):
        raise ClusterError(f"the answer of {path} is not a JSON object")
    return tree


def _as_written(item: Tree) -> Tree:
    """A CRD without what the server adds where its author wrote nothing."""
    metadata = dict(item.get("metadata") or {})
    kept = {k: v for k, v in (metadata.get("annotations") or {}).items() if k != _LAST_APPLIED}
    metadata["annotations"] = kept
    spec = dict(item.get("spec") or {})
    if spec.get("conversion") == {"strategy": "None"}:
        del spec["conversion"]
    # In a list, items do not repeat what they are.
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": metadata, "spec": spec,
    }  # fmt: skip


def _names(names: dict[str, Any]) -> list[str]:
    """What a kind may be called in a selection, as kubectl takes it."""
    own = [names.get("kind"), names.get("plural"), names.get("singular")]
    return [str(name) for name in (*own, *(names.get("shortNames") or ())) if name]


def _served_names(resource: ServedResource) -> list[str]:
    own = (resource.kind, resource.plural, resource.singular, *resource.short_names)
    return [name for name in own if name]


def _lower(names: Iterable[str]) -> Iterator[str]:
    return (name.lower() for name in names)


def _group_of(path: str) -> str | None:
    """The group of the path of a document; None where it is no group's version."""
    match path.split("/"):
        case ["api", _]:
            return _CORE
        case ["apis", group, _]:
            return group
    return None


def _path_of(resource: ServedResource) -> str:
    version = resource.version
    return f"apis/{resource.group}/{version}" if resource.group else f"api/{version}"


def _check(what: str, wanted: Iterable[str], known: Iterable[str]) -> None:
    """Raises ClusterError for what the cluster does not have."""
    by_lower = {name.lower(): name for name in known}
    for name in wanted:
        if name in by_lower.values() or (what == "kind" and name.lower() in by_lower):
            continue
        close = closest(name, [*by_lower.values()])
        hint = f": did you mean {close}?" if close else ""
        raise ClusterError(f"the cluster has no {what} {name}{hint}")
