"""Listers: typed reads from an informer's cache, a class a kind.

    <listers>/<group>/<version>/__init__.py     hands on the listers of the version
    <listers>/<group>/<version>/<kind>.py       its hand-written <kind>_expansion.py is mixed in

The reading itself is in `kube.cache`; a class here binds it to a kind and gives it a name.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen import formatting
from codegen.formatting import Brackets
from codegen.generators import Artifact, Context
from codegen.generators.api import (
    ClientKind,
    ClientVersion,
    groups,
    has_expansion,
    report_idle_expansions,
)
from codegen.generators.imports import Imports
from codegen.generators.lister import Options
from codegen.generators.render import call, collection, render

CACHE = "kube.cache"


def generate(context: Context) -> Iterator[Artifact]:
    used: set[str] = set()
    with_listers = [group.only(lambda kind: kind.has_lister) for group in groups(context)]
    if any(group.versions for group in with_listers):
        yield _package(context)
    for group in with_listers:
        if group.versions:
            yield _package(context, group.folder)
        for version in group.versions:
            folder = f"{group.folder}/{version.folder}"
            yield _version(context, version, folder)
            for kind in version.kinds:
                used.add(_expansion(context, kind, folder))
                yield _artifact(context, version, kind, folder)
    report_idle_expansions(context, context.settings.of(Options).output_dir, used)


def _expansion(context: Context, kind: ClientKind, folder: str) -> str:
    return context.settings.of(Options).tree.module(folder, kind.file).expansion.path


def _package(context: Context, folder: str = "") -> Artifact:
    path = "/".join(filter(None, (context.settings.of(Options).output_dir, folder, "__init__.py")))
    return render(context.settings, "lister", path)


def _version(context: Context, version: ClientVersion, folder: str) -> Artifact:
    path = f"{context.settings.of(Options).output_dir}/{folder}/__init__.py"
    lazy = Imports(["TYPE_CHECKING", "lazy_attributes"])
    modules = {lazy.name(f".{k.file}", f"{k.name}Lister"): f".{k.file}" for k in version.kinds}
    pairs = [Brackets("", "(", ")", [f'"{n}"', f'"{modules[n]}"']) for n in sorted(modules)]
    attributes = formatting.call("lazy_attributes", ["__name__", *pairs])
    return render(
        context.settings,
        "lister",
        path,
        "version",
        version=version,
        lazy=lazy.text(4),
        attributes=formatting.assigned("__getattr__ =", attributes, 4),
        exports=collection("__all__ = ", [f'"{name}"' for name in sorted(modules)]),
    )


def lister_class(
    context: Context, version: ClientVersion, kind: ClientKind, imports: Imports
) -> str:
    """What to write for a kind's lister where it is used; the runtime's own if it has none."""
    if kind.has_lister:
        tree = context.settings.of(Options).tree
        module = tree.module(version.group_folder, version.folder, kind.file)
        return imports.name(module.name, f"{kind.name}Lister")
    return f"{_base(kind, imports)}[{imports.type(kind.type)}]"


def _base(kind: ClientKind, imports: Imports) -> str:
    return imports.name(CACHE, "NamespacedLister" if kind.namespaced else "Lister")


def _artifact(context: Context, version: ClientVersion, kind: ClientKind, folder: str) -> Artifact:
    name, in_namespace = f"{kind.name}Lister", f"{kind.name}NamespaceLister"
    imports = Imports([name, in_namespace])
    base = _base(kind, imports)
    cls = imports.type(kind.type)
    bases = [f"{base}[{cls}]"]
    namespace_lister = None
    expansion = f"{kind.name}ListerExpansion"
    if has_expansion(context, _expansion(context, kind, folder), expansion):
        mixed_in = imports.name(f".{kind.file}_expansion", expansion)
        bases.insert(0, mixed_in)
        if kind.namespaced:
            namespace_lister = {
                "name": in_namespace,
                "bases": [mixed_in, f"{imports.name(CACHE, 'NamespaceLister')}[{cls}]"],
                "call": call("self._of_namespace", [in_namespace, "namespace"], 8, "return "),
            }
    return render(
        context.settings,
        "lister",
        f"{context.settings.of(Options).output_dir}/{folder}/{kind.file}.py",
        "lister",
        name=name,
        bases=bases,
        namespace_lister=namespace_lister,
        kind=kind,
        version=version,
        imports=imports,
    )
