"""The resources of Kubernetes' own groups: what the documents say, and what is written by hand."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator
from typing import Any

from kube.envtest.apiserver.kinds.builtin import Kind
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.schemas import documents
from kube.envtest.apiserver.schemas.go_schema import GoSchema

_MODULES = {
    "": "core",
    "admissionregistration.k8s.io": "webhooks",
    "apiextensions.k8s.io": "definitions",
    "apps": "apps",
    "authentication.k8s.io": "reviews",
    "authorization.k8s.io": "reviews",
    "autoscaling": "autoscaling",
    "batch": "batch",
    "certificates.k8s.io": "certificates",
    "coordination.k8s.io": "leases",
    "discovery.k8s.io": "endpoint_slices",
    "events.k8s.io": "event_versions",
    "networking.k8s.io": "networking",
    "flowcontrol.apiserver.k8s.io": "flow_control",
    "node.k8s.io": "runtime_classes",
    "policy": "disruption",
    "rbac.authorization.k8s.io": "roles",
    "scheduling.k8s.io": "scheduling",
    "storage.k8s.io": "storage_classes",
}
"""Where the rules of a group are; a group that is not here has those of its documents alone."""

_PLAIN = Kind()


@functools.cache
def load(group: str, version: str) -> tuple[ServerResource, ...]:
    """The resources of a group and version that Kubernetes itself serves: one for all servers."""
    return tuple(_resources(group, version))


def _resources(group: str, version: str) -> Iterator[ServerResource]:
    rules = _rules(group)
    entries = documents.discovery()[f"{group}/{version}" if group else version]
    for entry in entries:
        plural = entry["name"]
        if "/" in plural:
            continue
        inside = [e for e in entries if e["name"].startswith(f"{plural}/")]
        yield _resource(group, version, rules, entry, inside)


_DEPRECATIONS = {
    ("", "v1", "componentstatuses"): "v1 ComponentStatus is deprecated in v1.19+",
    ("", "v1", "endpoints"): (
        "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    ),
}


def _rules(group: str) -> Any:
    name = _MODULES.get(group)
    return importlib.import_module(f"kube.envtest.apiserver.kinds.{name}") if name else None


def _resource(
    group: str, version: str, rules: Any, entry: dict[str, Any], inside: list[dict[str, Any]]
) -> ServerResource:
    plural, kind = entry["name"], entry["kind"]
    kinds = getattr(rules, "KINDS", {})
    own: Kind = kinds.get((version, plural)) or kinds.get(plural) or _PLAIN
    schema = getattr(rules, "SCHEMAS", {}).get(plural) or GoSchema(
        group, version, kind, getattr(rules, "DEFAULTS", None), getattr(rules, "CHECKS", None)
    )
    names = [e["name"].partition("/")[2] for e in inside]
    return ServerResource(
        group=group,
        version=version,
        kind=kind,
        plural=plural,
        namespaced=entry["namespaced"],
        singular=entry["singularName"],
        short_names=tuple(entry.get("shortNames") or ()),
        categories=tuple(entry.get("categories") or ()),
        subresources=frozenset(names),
        creatable=frozenset(
            n for n, e in zip(names, inside, strict=True) if "create" in e["verbs"]
        ),
        verbs=tuple(entry["verbs"]),
        listed=(entry, *inside),
        schema=schema,
        strategy=own.strategy,
        generation=own.generation,
        selectable=own.selectable,
        names=own.names,
        scale=own.scale,
        storage=own.storage,
        to_version=own.to_version,
        from_version=own.from_version,
        review=own.review,
        reset=own.reset,
        requester=own.requester,
        deprecation=_DEPRECATIONS.get((group, version, plural), ""),
    )
