"""The CRDs that come of printed packages: what an import is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from codegen import source
from codegen.diagnostics import Diagnostic, Diagnostics, Severity
from codegen.generators import Context, Settings
from codegen.generators.crd import Options
from codegen.generators.crd.candidates import candidates
from codegen.generators.crd.definition import definition
from codegen.generators.crd.flatten import Flattener
from codegen.generators.crd.waivers import Waivers
from codegen.generators.schema.schemas import Schemas
from codegen.importer.documents import Tree


def crds(
    files: Mapping[str, str], packages: Sequence[str]
) -> tuple[dict[str, Tree], list[Diagnostic]]:
    """The CRDs by name, and the errors, with the paths of `files`."""
    with TemporaryDirectory(prefix="codegen-import-") as folder:
        root = Path(folder).resolve()
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        diagnostics = Diagnostics()
        universe = source.read(root, packages, diagnostics)
    settings = Settings(options=(Options(allow_dangerous_types=True),))
    context = Context(universe, settings, diagnostics)
    schemas = Schemas(
        universe, diagnostics, allow_dangerous_types=True, generate_embedded_object_meta=False
    )
    flattener = Flattener(universe, schemas, diagnostics)
    waivers = Waivers()
    found: dict[str, Tree] = {}
    for kind in candidates(context):
        made = definition(kind, flattener, settings, diagnostics, waivers)
        if made is not None:
            found[made["metadata"]["name"]] = made
    return found, [d for d in diagnostics if d.severity is Severity.ERROR]
