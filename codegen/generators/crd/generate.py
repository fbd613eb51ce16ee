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
from codegen.generators.crd.candidates import candidates
from codegen.generators.crd.definition import definition
from codegen.generators.crd.flatten import Flattener
from codegen.generators.crd.waivers import Waivers
from codegen.generators.manifest import manifest
from codegen.generators.schema.merging import Schema
from codegen.generators.schema.schemas import Schemas
from codegen.kinds import Kind
from codegen.model import Package

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
    flattener = Flattener(context.universe, schemas, context.diagnostics)
    waivers = Waivers()
    packages: dict[str, Package] = {}
    incomplete: set[str] = set()
    for kind in candidates(context):
        versions = [version for version in kind.versions if version.is_in_crd]
        packages |= {version.package.path: version.package for version in versions}
        if any(flattener.is_broken(version.struct.name) for version in versions):
            incomplete.update(version.package.path for version in versions)
            continue  # each is reported
        crd = definition(kind, flattener, settings, context.diagnostics, waivers)
        if crd is None:
            continue
        path = f"{options.output_dir}/{kind.group}_{kind.plural}.yaml"
        _weigh(kind, crd, context)
        yield manifest(settings, "crd", path, [crd])
    complete = [package for path, package in packages.items() if path not in incomplete]
    waivers.report_idle(complete, context.diagnostics)


def _weigh(kind: Kind, crd: Schema, context: Context) -> None:
    """Warn of a CRD that `kubectl apply` may not take: it keeps the JSON in an annotation."""
    size = len(json.dumps(crd, separators=(",", ":"), ensure_ascii=False).encode())
    if size >= _LARGE:
        context.diagnostics.warning(
            kind.versions[0].struct.position,
            f"the CRD of {kind.name} has {size // 1024} KiB; `kubectl apply` "
            f"takes {_LIMIT // 1024} KiB at most",
            code="large-crd",
            hint="set max-desc-len in [tool.codegen.crd], or use `kubectl apply --server-side`",
        )
