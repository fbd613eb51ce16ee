"""`config/crd/bases/<group>_<plural>.yaml`: a CustomResourceDefinition for each kind.

The manifests are those of controller-gen 0.23 for the same API, down to the order of keys, so that
a project can change over without a diff; what it lets pass and the server refuses, or what
silently does nothing, is an error here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from codegen.generators import Artifact, Context
from codegen.generators.crd import Options
from codegen.generators.crd.definition import Version, definition, is_marked
from codegen.generators.crd.flatten import Schema
from codegen.generators.crd.schemas import Schemas
from codegen.generators.manifest import manifest
from codegen.model import Tag

_APPROVED = "api-approved.kubernetes.io"
# `kubectl apply` keeps the whole in an annotation, of which there may be 256 KiB in all.
_LARGE = 200 * 1024
_LIMIT = 256 * 1024


def generate(context: Context) -> Iterator[Artifact]:
    settings, options = context.settings, context.settings.of(Options)
    schemas = Schemas(
        context.universe,
        context.diagnostics,
        allow_dangerous_types=options.allow_dangerous_types,
        generate_embedded_object_meta=options.generate_embedded_object_meta,
    )
    for versions in kinds(context):
        broken = [v for v in versions if schemas.is_broken(v.struct.name)]
        made = None if broken else definition(versions, schemas, settings, context.diagnostics)
        if made is None:
            continue
        spec = made["spec"]
        path = f"{options.output_dir}/{spec['group']}_{spec['names']['plural']}.yaml"
        _weigh(versions[0], made, context)
        yield manifest(settings, "crd", path, [made])


def kinds(context: Context) -> list[list[Version]]:
    """The kinds that get a CRD, each with its versions, by group and name."""
    found: dict[tuple[str, str], list[Version]] = {}
    for package in context.universe.packages:
        for struct in package.structs():
            if struct.kind != "object" or struct.parameters or struct.generic_of:
                continue
            version = Version(package, struct)
            if _gets_crd(version, context):
                found.setdefault((package.group or "", struct.name.name), []).append(version)
    return [versions for _, versions in sorted(found.items())]


def _gets_crd(version: Version, context: Context) -> bool:
    package, struct = version.package, version.struct
    if "kubebuilder:skip" in package.tags or package.internal:
        return False
    root = struct.tags.first("kubebuilder:object:root")
    if root is not None and root.value is False:
        return False
    why = _group_fault(version)
    if why and is_marked(struct):
        tag = package.tags.first("groupName")
        context.diagnostics.error(
            package.position if tag is None else tag.at(),
            f"{struct.name.name} can have no CRD: {why[0]}",
            code="bad-group",
            hint=why[1],
        )
    return not why


def _group_fault(version: Version) -> tuple[str, str] | None:
    """Why the server takes no CRD of the kind's group, and what to do; built-in groups are so."""
    group = version.package.group
    if not group:
        return (
            "its package has no API group",
            "put +groupName=<group>.<domain> above the docstring of the package",
        )
    if "." not in group:
        return f"the group {group!r} has no domain", f"write such as {group}.example.com"
    if f".{group}".endswith((".k8s.io", ".kubernetes.io")):
        given = (a for tag in version.all("metadata") for a in _texts(tag, "annotations"))
        if not any(text.startswith(f"{_APPROVED}=") for text in given):
            return (
                f"the group {group} belongs to Kubernetes itself, and needs an approval",
                "name a group of your own, or add above the kind "
                f'+kubebuilder:metadata:annotations="{_APPROVED}=…"',
            )
    return None


def _texts(tag: Tag, argument: str) -> list[str]:
    given = tag.arguments.get(argument)
    return [str(text) for text in given] if isinstance(given, list) else []


def _weigh(version: Version, made: Schema, context: Context) -> None:
    """Warn of a CRD that `kubectl apply` may not take: it keeps the JSON in an annotation."""
    size = len(json.dumps(made, separators=(",", ":"), ensure_ascii=False).encode())
    if size >= _LARGE:
        context.diagnostics.warning(
            version.struct.position,
            f"the CRD of {version.struct.name.name} has {size // 1024} KiB; `kubectl apply` "
            f"takes {_LIMIT // 1024} KiB at most",
            code="large-crd",
            hint="set max-desc-len in [tool.codegen.crd], or use `kubectl apply --server-side`",
        )
