"""What the server says about itself: versions, groups, resources, health.

Both forms of discovery are served: the old documents, one for each group and version, and the
aggregated one (`apidiscovery.k8s.io/v2`) that clients ask for in their Accept header.
"""

from __future__ import annotations

import base64
from typing import Any

from kube.client.transport import Request, Response
from kube.envtest.apiserver import status
from kube.envtest.apiserver.requests import wire
from kube.envtest.apiserver.resources import Registry, ServerResource
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import encode
from kube.runtime.trees import Tree

VERSION = {
    "major": "1",
    "minor": "36",
    "gitVersion": "v1.36.0+embedded",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "",
    "compiler": "",
    "platform": "python",
}
_MOST_SLASHES = 3
"""Of a path of discovery: `/apis/<group>/<version>`."""
_HEALTH = ("/healthz", "/livez", "/readyz")


def respond(state: State, request: Request) -> Response | None:
    """The answer where the path is one of discovery, else None."""
    path = request.path.rstrip("/") or "/"
    if path.count("/") > _MOST_SLASHES and not path.startswith("//"):
        return None  # what nearly all requests are for
    if path in _HEALTH:
        return wire.response(200, "text/plain; charset=utf-8", b"ok")
    if path == "/version":
        return _json(VERSION)
    parts = path.strip("/").split("/")
    if parts[0] not in ("api", "apis") and path != "/":
        return None
    with state.lock:
        registry = state.registry
        if path == "/":
            return _json({"paths": paths(registry)})
        if path in ("/api", "/apis"):
            return _root(registry, parts[0], request)
        if parts[0] == "apis" and len(parts) == 2:
            return _group(registry, parts[1])
        if (parts[0], len(parts)) in (("api", 2), ("apis", 3)):
            group, version = ("", parts[1]) if parts[0] == "api" else (parts[1], parts[2])
            return _resources(registry, group, version)
    return None


def _json(body: object, media: str = wire.JSON) -> Response:
    return wire.response(200, media, encode(body) + b"\n")


def paths(registry: Registry) -> list[str]:
    served = ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3"]
    for group, versions in registry.groups().items():
        if group:
            served += [f"/apis/{group}", *(f"/apis/{group}/{version}" for version in versions)]
    return sorted([*served, "/readyz", "/version"])


def _root(registry: Registry, root: str, request: Request) -> Response:
    for media, parameters in wire.clauses(request.headers.get("accept", "")):
        wanted = parameters.get("as"), parameters.get("g"), parameters.get("v")
        if wanted[:2] == ("APIGroupDiscoveryList", "apidiscovery.k8s.io") and wanted[2] in (
            "v2",
            "v2beta1",
        ):
            version = str(wanted[2])
            kind = f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
            return _json(_aggregated(registry, root, version), kind)
        if media in (wire.JSON, "*/*", "") and not wanted[0]:
            break
    if root == "api":
        addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": request.headers.get("host", "")}]
        return _json(
            {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}
        )
    groups = [_group_body(g, versions) for g, versions in registry.groups().items() if g]
    return _json({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})


def _group_body(group: str, versions: list[str]) -> Tree:
    listed = [{"groupVersion": f"{group}/{v}", "version": v} for v in versions]
    return {"name": group, "versions": listed, "preferredVersion": listed[0]}


def _group(registry: Registry, group: str) -> Response:
    versions = registry.groups().get(group)
    if not versions:
        raise status.PageNotFound
    return _json({"kind": "APIGroup", "apiVersion": "v1", **_group_body(group, versions)})


def _resources(registry: Registry, group: str, version: str) -> Response:
    resources = registry.of(group, version)
    if not resources:
        raise status.PageNotFound
    listed: list[Tree] = []
    for resource in resources:
        if resource.listed:
            listed += resource.listed
            continue
        listed.append(_resource_body(resource))
        for name in sorted(resource.subresources):
            sub: Tree = {
                "name": f"{resource.plural}/{name}",
                "singularName": "",
                "namespaced": resource.namespaced,
                "kind": resource.kind,
                "verbs": list(resource.subresource_verbs(name)),
            }
            if name == "scale":
                sub |= {"group": "autoscaling", "version": "v1", "kind": "Scale"}
            listed.append(sub)
    group_version = f"{group}/{version}" if group else version
    return _json(
        {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": group_version,
            "resources": listed,
        }
    )


def _resource_body(resource: ServerResource) -> Tree:
    body: Tree = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        body["shortNames"] = list(resource.short_names)
    if resource.categories:
        body["categories"] = list(resource.categories)
    body["storageVersionHash"] = _storage_hash(resource)
    return body


def _storage_hash(resource: ServerResource) -> str:
    """Opaque; the same for all versions of a kind, and another after it was defined anew."""
    import hashlib

    digest = hashlib.sha256("/".join((*resource.storage, resource.kind)).encode()).digest()
    return base64.b64encode(digest[:8]).decode()


def _aggregated(registry: Registry, root: str, version: str) -> Tree:
    items = []
    for group, versions in registry.groups().items():
        if bool(group) != (root == "apis"):
            continue
        metadata: Tree = {"creationTimestamp": None}
        if group:
            metadata["name"] = group
        listed = [
            {
                "version": name,
                "resources": [_aggregated_resource(r) for r in registry.of(group, name)],
                "freshness": "Current",
            }
            for name in versions
        ]
        items.append({"metadata": metadata, "versions": listed})
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{version}",
        "metadata": {},
        "items": items,
    }


def _aggregated_resource(resource: ServerResource) -> Tree:
    def kind(group: str, version: str, name: str) -> dict[str, Any]:
        return {"group": group, "version": version, "kind": name}

    own = kind(resource.group, resource.version, resource.kind)
    body: Tree = {
        "resource": resource.plural,
        "responseKind": own,
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        body["shortNames"] = list(resource.short_names)
    if resource.categories:
        body["categories"] = list(resource.categories)
    if resource.listed:
        subresources = [_aggregated_subresource(e, own) for e in resource.listed[1:]]
        return {**body, "subresources": subresources} if subresources else body
    if resource.subresources:
        body["subresources"] = [
            {
                "subresource": name,
                "responseKind": kind("autoscaling", "v1", "Scale") if name == "scale" else own,
                "verbs": list(resource.subresource_verbs(name)),
            }
            for name in sorted(resource.subresources)
        ]
    return body


def _aggregated_subresource(entry: Tree, own: dict[str, Any]) -> Tree:
    kind = {
        "group": entry.get("group", own["group"]) if "version" in entry else own["group"],
        "version": entry.get("version", own["version"]),
        "kind": entry["kind"],
    }
    return {
        "subresource": entry["name"].partition("/")[2],
        "responseKind": kind,
        "verbs": entry["verbs"],
    }
