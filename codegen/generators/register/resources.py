"""`zz_generated_resources.py`: the Resource of each kind of a package, beside its types.

`kube.runtime.resource_of` imports it when a class is first looked up; clientsets and informers
import its constants, so each of these generators writes it. A hand-written `register.py` does not
replace it, and a package that turns registration in a Scheme off has it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen import layout
from codegen.generators import Artifact, Context, Settings
from codegen.generators.api import ClientKind, described_kinds
from codegen.generators.imports import Imports
from codegen.generators.render import call, render
from codegen.kinds import by_class
from codegen.model import Package

_RUNTIME = "kube.runtime"


def resources_module(package: Package) -> str:
    """The module with the Resource of each of the package's kinds."""
    return layout.beside(package, layout.RESOURCES).name


def resource_modules(context: Context, packages: Iterable[Package]) -> Iterator[Artifact]:
    """The module of each package that has kinds."""
    known = by_class(context.universe, context.settings.plural_exceptions)
    for package in packages:
        kinds = described_kinds(context, package, known)
        if kinds:
            yield _module(package, kinds, context.settings)


def _module(package: Package, kinds: tuple[ClientKind, ...], settings: Settings) -> Artifact:
    constants = [kind.constant for kind in kinds]
    imports = Imports(constants)
    resource = imports.name(_RUNTIME, "Resource")
    register = imports.name(_RUNTIME, "register_resources")
    rows = []
    for kind in kinds:
        cls = imports.type(kind.type)
        if kind.list_type is not None:
            list_cls = imports.type(kind.list_type)
        else:
            list_cls = f"{imports.name(_RUNTIME, 'ObjectList')}[{cls}]"
        rows.append({"kind": kind, "cls": cls, "list_cls": list_cls})
    return render(
        settings,
        "register",
        layout.beside(package, layout.RESOURCES).path,
        "resources",
        group=package.group,
        version=package.version,
        resource=resource,
        rows=rows,
        registration=call(register, constants, indent=0),
        imports=imports,
    )
