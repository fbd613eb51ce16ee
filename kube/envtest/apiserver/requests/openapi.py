"""OpenAPI v3 documents, one for each group and version, as `kubectl explain` and apply read them.

They contain what clients look for: the schema of each kind, and the paths with the query parameters
that the server takes. OpenAPI v2 is served as a bare list of definitions.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kube.client.transport import Request, Response
from kube.envtest.apiserver import status
from kube.envtest.apiserver.requests import wire
from kube.envtest.apiserver.requests.parameters import PARAMETERS
from kube.envtest.apiserver.resources import Registry, ServerResource
from kube.envtest.apiserver.schemas import documents
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import encode
from kube.runtime.trees import Tree

_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2"
_V3_REFERENCE, _V2_REFERENCE = b"#/components/schemas/", b"#/definitions/"
# A document of one field, `swagger: "2.0"`: kubectl asks for it when v3 does not have a kind, and
# only needs to see that v2 does not either.
_EMPTY_V2 = b"\x0a\x032.0"
_INFO = {"title": "Kubernetes", "version": "v1.36.0+embedded"}
_TYPE_META: Tree = {
    "apiVersion": {
        "description": "APIVersion defines the versioned schema of this representation of an "
        "object. Servers should convert recognized schemas to the latest internal value, and may "
        "reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/"
        "sig-architecture/api-conventions.md#resources",
        "type": "string",
    },
    "kind": {
        "description": "Kind is a string value representing the REST resource this object "
        "represents. Servers may infer this from the endpoint the client submits requests to. "
        "Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/"
        "devel/sig-architecture/api-conventions.md#types-kinds",
        "type": "string",
    },
}


def respond(state: State, request: Request) -> Response | None:
    """The answer where the path is one of OpenAPI's, else None."""
    path = request.path.rstrip("/")
    if path == "/openapi/v2":
        for media, _ in wire.clauses(request.headers.get("accept", "")):
            if media.startswith(_V2_PROTOBUF):
                return wire.response(200, f"{_V2_PROTOBUF}.v1.0+protobuf", _EMPTY_V2)
        with state.lock:
            return _json(_version_2(state.registry))
    if path == "/openapi/v3":
        with state.lock:
            return _json({"paths": _index(state.registry)})
    if path.startswith("/openapi/v3/"):
        with state.lock:
            group, version = _group_version(path.removeprefix("/openapi/v3/"))
            if version not in state.registry.groups().get(group, ()):
                raise status.PageNotFound
            body = content(state.registry, group, version)
            return wire.response(200, wire.JSON, body)
    return None


def _json(body: object) -> Response:
    return wire.response(200, wire.JSON, encode(body))


def _group_version(path: str) -> tuple[str, str]:
    parts = path.split("/")
    if parts[0] == "api" and len(parts) == 2:
        return "", parts[1]
    if parts[0] == "apis" and len(parts) == 3:
        return parts[1], parts[2]
    raise status.PageNotFound


def _root(group: str, version: str) -> str:
    return f"apis/{group}/{version}" if group else f"api/{version}"


def _index(registry: Registry) -> Tree:
    import hashlib  # with which OpenSSL comes

    index: Tree = {}
    for group, versions in registry.groups().items():
        for version in versions:
            root = _root(group, version)
            # What differs, differs without descriptions too: nobody pays for them here.
            stored = _content(registry, group, version, documents.content)
            digest = hashlib.sha256(stored).hexdigest()
            url = f"/openapi/v3/{root}?hash={digest[:32].upper()}"
            index[root] = {"serverRelativeURL": url}
    return index


def _version_2(registry: Registry) -> Tree:
    definitions: Tree = {}
    for group, versions in registry.groups().items():
        for version in versions:
            body = content(registry, group, version).replace(_V3_REFERENCE, _V2_REFERENCE)
            definitions |= msgspec.json.decode(body)["components"]["schemas"]
    return {"swagger": "2.0", "info": _INFO, "paths": {}, "definitions": definitions}


def content(registry: Registry, group: str, version: str) -> bytes:
    """The OpenAPI v3 document of one group and version: Kubernetes' own, or what CRDs make."""
    from kube.envtest.apiserver.requests.descriptions import described

    return _content(registry, group, version, described)


def _content(
    registry: Registry, group: str, version: str, read: Callable[[str, str], bytes]
) -> bytes:
    """`read` gives the document of one of Kubernetes' own groups."""
    if not documents.has(group, version):
        return encode(document(registry, group, version))
    own = read(group, version)
    added = [resource for resource in registry.of(group, version) if not resource.listed]
    if not added:
        return own
    whole = msgspec.json.decode(own)
    more = _document(added)
    whole["paths"] |= more["paths"]
    whole["components"]["schemas"] = {
        **more["components"]["schemas"],
        **whole["components"]["schemas"],
    }
    return encode(whole)


def document(registry: Registry, group: str, version: str) -> Tree:
    """The OpenAPI v3 document of one group and version, made of its resources."""
    return _document(registry.of(group, version))


def _document(resources: list[ServerResource]) -> Tree:
    schemas: Tree = {f"{_META}.ObjectMeta": _OBJECT_META, f"{_META}.ListMeta": _LIST_META}
    paths: Tree = {}
    for resource in resources:
        name = schema_name(resource)
        schemas[name] = _kind_schema(resource)
        if resource.review is None:
            schemas[f"{name}List"] = _list_schema(resource, name)
        paths |= _paths(resource, name)
    return {
        "openapi": "3.0.0",
        "info": _INFO,
        "paths": paths,
        "components": {"schemas": schemas},
    }


def schema_name(resource: ServerResource) -> str:
    """`io.rke.clusterprovisioner.v1alpha1.Cluster`."""
    group = resource.group or "core.api.k8s.io"
    return ".".join([*reversed(group.split(".")), resource.version, resource.kind])


def _ref(name: str) -> Tree:
    return {"$ref": f"#/components/schemas/{name}"}


def _gvk(resource: ServerResource, kind: str) -> Tree:
    return {"group": resource.group, "kind": kind, "version": resource.version}


def _kind_schema(resource: ServerResource) -> Tree:
    source: Tree = resource.schema.source if resource.schema is not None else {"type": "object"}
    metadata: Tree = {
        "description": "Standard object's metadata. More info: https://git.k8s.io/community/"
        "contributors/devel/sig-architecture/api-conventions.md#metadata",
        "allOf": [_ref(f"{_META}.ObjectMeta")],
    }
    own = source.get("properties") or {}
    properties = {**own, **_TYPE_META, "metadata": metadata}
    schema = {
        **source,
        "properties": properties,
        "x-kubernetes-group-version-kind": [_gvk(resource, resource.kind)],
    }
    if resource.schema is None:
        schema["x-kubernetes-preserve-unknown-fields"] = True
    return schema


def _list_schema(resource: ServerResource, name: str) -> Tree:
    properties = {
        **_TYPE_META,
        "metadata": {"allOf": [_ref(f"{_META}.ListMeta")]},
        "items": {"type": "array", "items": {"allOf": [_ref(name)]}},
    }
    return {
        "description": f"{resource.list_kind} is a list of {resource.kind}",
        "type": "object",
        "required": ["items"],
        "properties": properties,
        "x-kubernetes-group-version-kind": [_gvk(resource, resource.list_kind)],
    }


_PATCH_TYPES = (
    "application/apply-patch+yaml", "application/json-patch+json",
    "application/merge-patch+json",
)  # fmt: skip


def _paths(resource: ServerResource, name: str) -> Tree:
    base = "/" + _root(resource.group, resource.version)
    place = f"{base}/namespaces/{{namespace}}" if resource.namespaced else base
    if resource.review is not None:
        operation = _operation(resource, "post", name, body=True)
        return {f"{place}/{resource.plural}": {"post": operation}}
    operations: Tree = {
        f"{place}/{resource.plural}": {
            "get": _operation(resource, "list", f"{name}List"),
            "post": _operation(resource, "post", name, body=True),
            "delete": _operation(resource, "deletecollection", name),
        },
        f"{place}/{resource.plural}/{{name}}": _item(resource, name),
    }
    if resource.namespaced:
        operation = _operation(resource, "list", f"{name}List")
        operations[f"{base}/{resource.plural}"] = {"get": operation}
    for sub in sorted(resource.subresources - {"scale"}):
        item = _item(resource, name)
        del item["delete"]
        operations[f"{place}/{resource.plural}/{{name}}/{sub}"] = item
    return operations


def _item(resource: ServerResource, name: str) -> Tree:
    return {
        "get": _operation(resource, "get", name),
        "put": _operation(resource, "put", name, body=True),
        "patch": _operation(resource, "patch", name),
        "delete": _operation(resource, "delete", name),
    }


def _operation(resource: ServerResource, action: str, schema: str, *, body: bool = False) -> Tree:
    content = {"application/json": {"schema": _ref(schema)}}
    operation: Tree = {
        "parameters": PARAMETERS.get(action, []),
        "responses": {"200": {"description": "OK", "content": content}},
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": _gvk(resource, resource.kind),
    }
    if body:
        operation["requestBody"] = {"required": True, "content": content}
    if action == "patch":
        anything = {"schema": {"type": "object"}}
        operation["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(_PATCH_TYPES, anything),
        }
    return operation


def _text(description: str, **more: object) -> Tree:
    return {"description": description, "type": "string", **more}


def _map(description: str) -> Tree:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": {"type": "string", "default": ""},
    }


_TIME = {"format": "date-time"}
_OBJECT_META: Tree = {
    "description": "ObjectMeta is metadata that all persisted resources must have, which includes "
    "all objects users must create.",
    "type": "object",
    "properties": {
        "annotations": _map("Unstructured key value map that tools store beside the object."),
        "creationTimestamp": _text("The server time when this object was created.", **_TIME),
        "deletionGracePeriodSeconds": {
            "description": "Seconds allowed for this object to gracefully terminate.",
            "type": "integer",
            "format": "int64",
        },
        "deletionTimestamp": _text("The time at which this object will be deleted.", **_TIME),
        "finalizers": {
            "description": "Must be empty before the object is deleted from the registry.",
            "type": "array",
            "items": {"type": "string", "default": ""},
            "x-kubernetes-list-type": "set",
        },
        "generateName": _text("A prefix from which the server makes a unique name."),
        "generation": {
            "description": "A sequence number of the desired state.",
            "type": "integer",
            "format": "int64",
        },
        "labels": _map("Keys and values by which objects are organised and selected."),
        "managedFields": {
            "description": "Which workflow manages which fields of the object.",
            "type": "array",
            "items": {"type": "object"},
        },
        "name": _text("Unique within a namespace; cannot be updated."),
        "namespace": _text("The space within which each name must be unique."),
        "ownerReferences": {
            "description": "Objects depended by this object; when all are gone, it is collected.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["apiVersion", "kind", "name", "uid"],
                "properties": {
                    "apiVersion": _text("API version of the owner."),
                    "blockOwnerDeletion": {
                        "description": "Whether the owner waits for this object's deletion.",
                        "type": "boolean",
                    },
                    "controller": {
                        "description": "Whether this owner is the managing controller.",
                        "type": "boolean",
                    },
                    "kind": _text("Kind of the owner."),
                    "name": _text("Name of the owner."),
                    "uid": _text("UID of the owner."),
                },
            },
            "x-kubernetes-list-map-keys": ["uid"],
            "x-kubernetes-list-type": "map",
            "x-kubernetes-patch-merge-key": "uid",
            "x-kubernetes-patch-strategy": "merge",
        },
        "resourceVersion": _text("An opaque value that says when the object last changed."),
        "selfLink": _text("Deprecated: no longer filled in."),
        "uid": _text("Unique in time and space; set by the server."),
    },
}
_LIST_META: Tree = {
    "description": "ListMeta describes metadata that lists must have.",
    "type": "object",
    "properties": {
        "continue": _text("Where the next page begins; empty on the last one."),
        "remainingItemCount": {
            "description": "How many items come after this page.",
            "type": "integer",
            "format": "int64",
        },
        "resourceVersion": _text("The version of the store at which the list is true."),
    },
}
