"""Tagged modules, read as text into the model.

`read` parses the packages asked for with `ast` and looks at their source lines for comments; names
that lead elsewhere are followed there, as text again. No module is ever imported or run, so one
that cannot be imported today (its generated half is missing) is read all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from codegen.diagnostics import Diagnostics, Severity
from codegen.model import Universe
from codegen.source import checks, packages
from codegen.source.declarations import Declarations
from codegen.source.modules import Loader

__all__ = ["read"]


def read(
    root: Path,
    folders: Sequence[str],
    diagnostics: Diagnostics,
    *,
    plural_exceptions: Mapping[str, str] | None = None,
) -> Universe:
    """The packages and every type that they reach.

    `folders` are relative to `root` (`apis/clusterprovisioner/v1alpha1`), or dotted. All faults go
    to `diagnostics`; what could be understood is in the universe nevertheless. Notes on files of
    other projects (`kube.api`, say) are left out: who reads them cannot change those.
    `plural_exceptions` maps kinds to plurals, for the check that no two kinds share one.
    """
    root = root.resolve()
    found = Diagnostics()
    loader = Loader(root, found)
    declarations = Declarations(loader, found)
    readable = []
    for folder in dict.fromkeys(packages.normalised(folder) for folder in folders):
        package = packages.read(folder, loader, declarations, found)
        if package is not None:
            readable.append(package)
    declarations.read_all()
    universe = Universe(
        tuple(sorted(readable, key=lambda package: package.module)),
        dict(sorted(declarations.types.items())),
        dict(sorted(loader.inputs.items())),
    )
    checks.check(universe, found, plural_exceptions or {})
    own = tuple(f"{packages.import_folder(package)}/" for package in readable)
    for diagnostic in found:
        if diagnostic.severity is not Severity.NOTE or diagnostic.position.path.startswith(own):
            diagnostics.add(diagnostic)
    return universe
