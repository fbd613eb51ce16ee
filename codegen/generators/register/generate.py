"""Registration: `zz_generated_register.py` and `zz_generated_resources.py`, beside the types.

The first adds a package's kinds to a Scheme. A package with a hand-written `register.py` gets
none: both have the same names, and what needs them asks `register_module` which one it is. The
second has the Resource of each kind (`register.resources`).
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen import layout
from codegen.generators import Artifact, Context, Settings
from codegen.generators.imports import Imports
from codegen.generators.register.resources import resource_modules
from codegen.generators.render import call, render
from codegen.model import Package, Struct
from codegen.tags import facts
from codegen.tags.declared.deepcopy import PackageDeepCopy

_RUNTIME = "kube.runtime"
_NAMES = (
    "GROUP_NAME",
    "SCHEME_GROUP_VERSION",
    "resource",
    "add_known_types",
    "scheme_builder",
    "add_to_scheme",
)


def generate(context: Context) -> Iterator[Artifact]:
    for package in context.universe.packages:
        tag = package.tags.get(PackageDeepCopy)
        if tag is not None and tag.value == "package,register" and package.group is None:
            context.diagnostics.error(
                tag.at(),
                "there is nothing to register without +groupName",
                hint="add +groupName=<the API group>, or remove `,register`",
                code="missing-tag",
            )
        if is_generated(package, context.settings):
            yield _artifact(package, context.settings)
    yield from resource_modules(context, context.universe.packages)


def is_generated(package: Package, settings: Settings) -> bool:
    wanted = facts.register_enabled(package.tags) and not package.internal
    return wanted and not _by_hand(package, settings) and bool(kinds(package))


def kinds(package: Package) -> list[Struct]:
    """What a Scheme has to know: the kinds and their lists, by name."""
    objects = (s for s in package.structs() if s.kind != "struct" and not s.parameters)
    roots = (s for s in objects if facts.is_root(s.tags))
    public = (s for s in roots if s.generic_of is None and not s.name.name.startswith("_"))
    return sorted(public, key=lambda s: s.name.name)


def register_module(package: Package, settings: Settings) -> str | None:
    """The module with the package's `add_to_scheme`; None where there is none."""
    if _by_hand(package, settings):
        return layout.beside(package, layout.REGISTER_BY_HAND).name
    if not is_generated(package, settings):
        return None
    return layout.beside(package, layout.REGISTER).name


def _by_hand(package: Package, settings: Settings) -> bool:
    return layout.beside(package, layout.REGISTER_BY_HAND).path in settings.hand_written


def _artifact(package: Package, settings: Settings) -> Artifact:
    imports = Imports(_NAMES)
    names = {
        name: imports.name(_RUNTIME, name)
        for name in ("GroupResource", "GroupVersion", "Scheme", "SchemeBuilder")
    }
    types = [imports.type(struct.name) for struct in kinds(package)]
    add = call("scheme.add_known_types", ["SCHEME_GROUP_VERSION", *types], indent=4)
    return render(
        settings,
        "register",
        layout.beside(package, layout.REGISTER).path,
        "register",
        package=package,
        add=add,
        imports=imports,
        **names,
    )
