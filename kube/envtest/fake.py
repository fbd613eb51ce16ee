"""What generated fake clientsets stand on: a server that knows a clientset's kinds.

Give it the generated CRDs, and objects are validated, pruned and defaulted as a cluster would.
Kinds without a CRD have no schema and are stored as they are sent. Everything else is the embedded
server's: conflicts, watches, selectors, finalizers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kube.envtest.apiserver import Server, ServerResource
from kube.envtest.manifests import ManifestPaths, load_manifests
from kube.runtime import Object, Resource, codec


def fake_server(
    resources: Mapping[Resource, Collection[str]],
    objects: Iterable[Object],
    server: Server | None = None,
    crds: ManifestPaths = (),
) -> Server:
    """A server of these resources, each with its subresources, that begins with `objects`.

    `crds` are loaded first, so that objects of their kinds are validated. With `server` that one is
    used, and kinds that it does not serve yet are registered. Raises OSError and ValueError for
    manifests that cannot be read; StatusError for an object that is invalid or exists twice;
    ValueError for one of a class that is not a resource's, and for a namespaced one without a
    namespace; TypeError for what is not an object, such as a list of them.
    """
    if server is None:
        server = Server(require_namespaces=False)
    server.load(load_manifests(crds))
    for resource, subresources in resources.items():
        if server.state.registry.find(resource.group, resource.version, resource.plural) is None:
            server.register(_served(resource, frozenset(subresources)))
    by_type = {resource.type: resource for resource in resources}
    server.load([_document(obj, by_type.get(type(obj))) for obj in objects])
    return server


def _served(resource: Resource, subresources: frozenset[str]) -> ServerResource:
    return ServerResource(
        group=resource.group,
        version=resource.version,
        kind=resource.kind,
        plural=resource.plural,
        singular=resource.singular,
        list_kind=resource.list_kind,
        namespaced=resource.namespaced,
        subresources=subresources,
        creatable=subresources,
    )


def _document(obj: Object, resource: Resource | None) -> dict[str, Any]:
    if not isinstance(obj, Object):
        raise TypeError(
            f"a fake begins with objects, and a {type(obj).__name__} is not one: pass each object "
            "as an argument of its own, as in FakeClientset(*objects)"
        )
    tree: dict[str, Any] = codec.to_builtins(obj)
    if resource is not None:
        tree |= {"apiVersion": resource.api_version, "kind": resource.kind}
        if resource.namespaced and not obj.metadata.namespace:
            raise ValueError(f"the {resource.kind} {obj.metadata.name!r} needs metadata.namespace")
    elif not (tree.get("apiVersion") and tree.get("kind")):
        raise ValueError(f"{type(obj).__name__} is not a kind of this clientset")
    return tree
