"""Custom resources in OpenAPI documents, as the CRDs that servers publish them from.

A server names the schema of a custom resource after its group (`com.example.v1.Backup` of
example.com), and puts the CRD's own schema there, without references. So it is imported as a CRD.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.importer.documents import Document
from codegen.importer.openapi.documents import GVK, Api, Tree, referred
from codegen.importer.openapi.served import Kind, Resource, resources
from codegen.importer.openapi.types import META
from codegen.importer.packages import Unsaid
from codegen.model import Position


def definitions(api: Api) -> tuple[list[Document], Api, list[Unsaid]]:
    """The CRDs of custom resources, what else the documents hold, and what they do not tell."""
    served = resources(api.paths)
    versions: dict[tuple[str, str], list[tuple[Kind, Tree, Position]]] = {}
    rest = Api(paths=api.paths)
    for name, schema in api.schemas.items():
        kind = _kind(name, schema)
        if kind is None:
            rest.schemas[name], rest.positions[name] = schema, api.positions[name]
        elif not _is_list(schema):
            own = versions.setdefault((kind.group, kind.name), [])
            own.append((kind, schema, api.positions[name]))
    unsaid: list[Unsaid] = []
    documents = []
    for _, own in sorted(versions.items()):
        resource = next((served[kind] for kind, _, _ in own if kind in served), None)
        if resource is None:
            kind = own[0][0]
            unsaid.append(Unsaid(kind.name, "", f"no path of {kind.group} leads to this kind"))
        else:
            documents.append(Document(_definition(own, resource, served, unsaid), own[0][2]))
    return documents, rest, unsaid


def _kind(name: str, schema: Tree) -> Kind | None:
    """The kind of a custom resource, or of a list of one, by how servers name their schemas."""
    for each in schema.get(GVK) or ():
        kind = Kind(each.get("group", ""), each.get("version", ""), each.get("kind", ""))
        words = [*reversed(kind.group.split(".")), kind.version, kind.name]
        if kind.group and name == ".".join(words):
            return kind
    return None


def _is_list(schema: Tree) -> bool:
    return referred((schema.get("properties") or {}).get("metadata")) == f"{META}ListMeta"


def _definition(
    versions: list[tuple[Kind, Tree, Position]],
    resource: Resource,
    served: dict[Kind, Resource],
    unsaid: list[Unsaid],
) -> Tree:
    first, _, _ = versions[0]
    name = f"{resource.plural}.{first.group}"
    ordered = sorted(versions, key=lambda version: _priority(version[0].version))
    if len(ordered) > 1:
        unsaid.append(
            Unsaid(
                name,
                "",
                f"no document says which version is stored: {ordered[-1][0].version} is assumed",
            )
        )
    made: list[Tree] = []
    for kind, schema, _ in ordered:
        own = served.get(kind, resource)
        version: Tree = {
            "name": kind.version,
            "served": True,
            "storage": kind is ordered[-1][0],
            "schema": {"openAPIV3Schema": _root(schema)},
        }
        if "status" in own.subresources:
            version["subresources"] = {"status": {}}
        if "scale" in own.subresources:
            why = "no document says of which members its subresource scale is made"
            unsaid.append(Unsaid(name, kind.version, why))
        made.append(version)
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": name},
        "spec": {
            "group": first.group,
            "names": {"kind": first.name, "plural": resource.plural},
            "scope": "Namespaced" if resource.namespaced else "Cluster",
            "versions": made,
        },
    }


def _priority(version: str) -> tuple[int, list[int]]:
    """As kubectl prefers versions: stable ones last here, then beta, then by number."""
    rank = 0 if "alpha" in version else 1 if "beta" in version else 2
    return rank, [int(digits) for digits in _numbers(version)]


def _numbers(version: str) -> Iterator[str]:
    digits = "".join(c if c.isdigit() else " " for c in version)
    return iter(digits.split())


def _root(schema: Tree) -> Tree:
    """The schema as the CRD has it: its metadata is an object of which nothing more is said."""
    properties: dict[str, Any] = dict(schema.get("properties") or {})
    if "metadata" in properties:
        properties["metadata"] = {"type": "object"}
    kept = {word: value for word, value in schema.items() if word != GVK}
    return {**kept, "type": "object", "properties": properties}
