"""What generated fake clientsets stand on: a server that knows a clientset's kinds.

Give it the generated CRDs, and objects are validated, pruned and defaulted as a cluster would.
Kinds without a CRD have no schema and are stored as they are sent; how server-side apply merges
their lists, the server learns from their apply configurations. Everything else is the embedded
server's: conflicts, watches, selectors, finalizers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import Any

from kube.envtest.apiserver import Server, ServerResource
from kube.envtest.manifests import ManifestPaths, load_manifests
from kube.runtime import (
    GroupVersion,
    NotRegisteredError,
    Object,
    Resource,
    codec,
    resource_of,
)
from kube.runtime.topology import structure
from kube.runtime.trees import Tree


class FakeKinds:
    """The kinds of a clientset, each with its subresources, by version.

    A version's are imported when a server needs them: not those that every server has.
    """

    def __init__(self, resources: Mapping[Resource, Collection[str]] | None = None) -> None:
        self._modules: dict[GroupVersion, tuple[str, Mapping[str, Collection[str]]]] = {}
        self._resources = dict(resources or {})

    def add(
        self, group: str, version: str, module: str, kinds: Mapping[str, Collection[str]]
    ) -> None:
        """Add a version, whose Resources are constants of a module."""
        self._modules[GroupVersion(group, version)] = (module, kinds)

    def unknown_to(self, server: Server) -> Iterator[tuple[Resource, Collection[str]]]:
        """Those that a server does not serve."""
        registry = server.state.registry
        resources = dict(self._resources)
        for group_version, (name, kinds) in self._modules.items():
            if not registry.is_built_in(*group_version):
                module = import_module(name)
                resources |= {getattr(module, constant): kinds[constant] for constant in kinds}
        for resource, subresources in resources.items():
            if registry.find(resource.group, resource.version, resource.plural) is None:
                yield resource, subresources


def fake_server(
    kinds: FakeKinds,
    objects: Iterable[Object],
    server: Server | None = None,
    crds: ManifestPaths = (),
    configurations: str = "",
) -> Server:
    """A server of these kinds, and of Kubernetes' own, that begins with `objects`.

    `configurations` is the generated package with their apply configurations, imported when an
    object is first written; where it was not generated, lists merge as a whole.

    `crds` are loaded first, so that objects of their kinds are validated. With `server` that one is
    used, and kinds that it does not serve yet are registered. Raises OSError and ValueError for
    manifests that cannot be read; StatusError for an object that is invalid or exists twice;
    ValueError for one of a class that the server does not serve, and for a namespaced one without
    a namespace; TypeError for what is not an object, such as a list of them.
    """
    if server is None:
        server = Server(require_namespaces=False)
    server.load(load_manifests(crds))
    for resource, subresources in kinds.unknown_to(server):
        merging = partial(_structure, resource, configurations)
        server.register(_served(resource, frozenset(subresources), merging))
    server.load([_document(obj, server) for obj in objects])
    return server


def _served(
    resource: Resource, subresources: frozenset[str], merging: Callable[[], Tree]
) -> ServerResource:
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
        structure=merging,
    )


def _structure(resource: Resource, package: str) -> Tree:
    """How the fields of a kind merge, by its apply configuration; nothing where it has none."""
    try:
        configurations = import_module(package) if package else None
    except ModuleNotFoundError as missing:
        if missing.name is None or not f"{package}.".startswith(f"{missing.name}."):
            raise
        configurations = None
    if configurations is None:
        return {}
    try:
        found = configurations.apply_configuration_for(resource.gvk)
    except NotRegisteredError:
        return {}
    return structure(found)


def _document(obj: Object, server: Server) -> dict[str, Any]:
    if not isinstance(obj, Object):
        raise TypeError(
            f"a fake begins with objects, and a {type(obj).__name__} is not one: pass each object "
            "as an argument of its own, as in FakeClientset(*objects)"
        )
    tree: dict[str, Any] = codec.to_builtins(obj)
    resource = _resource_served(type(obj), server)
    if resource is not None:
        tree |= {"apiVersion": resource.api_version, "kind": resource.kind}
        if resource.namespaced and not obj.metadata.namespace:
            raise ValueError(f"the {resource.kind} {obj.metadata.name!r} needs metadata.namespace")
    elif not (tree.get("apiVersion") and tree.get("kind")):
        raise ValueError(f"{type(obj).__name__} is not a kind of this clientset")
    return tree


def _resource_served(cls: type[Object], server: Server) -> Resource | None:
    """The Resource of a class, if the server serves it."""
    try:
        resource = resource_of(cls)
    except NotRegisteredError:
        return None
    registry = server.state.registry
    served = registry.find(resource.group, resource.version, resource.plural) is not None
    return resource if served else None
