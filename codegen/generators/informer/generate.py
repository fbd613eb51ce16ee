"""Informers: a factory that leads by group and version to each kind's informer and lister.

    <informers>/<name>/factory.py                       SharedInformerFactory
    <informers>/<name>/<group>/__init__.py              the versions of a group
    <informers>/<name>/<group>/<version>/__init__.py    the kinds of a version
    <informers>/<name>/<group>/<version>/<kind>.py      informer and lister, bound to the kind
    <informers>/<name>/generic.py                       all resources, for `for_resource`

Groups and versions are imported when a program first asks the factory for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from codegen import formatting
from codegen.generators import Artifact, Context
from codegen.generators.api import ClientGroup, ClientKind, ClientVersion, groups
from codegen.generators.clientset.generate import CACHED, CHECKING
from codegen.generators.imports import Imports
from codegen.generators.informer import Options
from codegen.generators.lister.generate import CACHE, lister_class
from codegen.generators.register.resources import resource_modules, resources_module
from codegen.generators.render import call, render, subscript

FACTORY = "SharedInformerFactory"
LAZY_RESOURCES = ("kube.runtime.resource", "LazyResources")

# What a group cannot be called in a factory: its own modules, and what the runtime's class has.
RESERVED = frozenset(
    {
        "check_not_in_handler",
        "clients",
        "factory",
        "for_resource",
        "generic",
        "handlers_in_threads",
        "informer_for",
        "lister_watcher_for",
        "metadata_informer_for",
        "resources",
        "run_in_thread",
        "shutdown",
        "start",
        "wait_for_cache_sync",
    }
)


def generate(context: Context) -> Iterator[Artifact]:
    yield from _Informers(context).artifacts()


def _with_informers(group: ClientGroup) -> ClientGroup:
    folder = f"{group.folder}_" if group.folder in RESERVED else group.folder
    return replace(group.only(lambda kind: kind.has_informer), folder=folder)


class _Informers:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.options = context.settings.of(Options)
        self.folder = self.options.package_folder
        self.groups = [g for g in map(_with_informers, groups(context)) if g.versions]

    def artifacts(self) -> Iterator[Artifact]:
        if not self.groups:
            return
        if not self.options.single_directory:
            path = f"{self.options.output_dir}/__init__.py"
            yield render(self.context.settings, "informer", path)
        yield self.render("__init__", "package")
        yield self.factory()
        yield self.generic()
        versions = [version for group in self.groups for version in group.versions]
        yield from resource_modules(self.context, [version.package for version in versions])
        for group in self.groups:
            yield self.group(group)
            for version in group.versions:
                yield self.version(group, version)
                for kind in version.kinds:
                    yield self.kind(group, version, kind)

    def render(self, path: str, template: str, **values: object) -> Artifact:
        file = f"{self.folder}/{path}.py"
        return render(self.context.settings, "informer", file, template, **values)

    def factory(self) -> Artifact:
        imports = Imports([FACTORY])
        names = {
            "base": imports.name(CACHE, FACTORY, f"Cache{FACTORY}"),
            "resources": imports.name(*LAZY_RESOURCES),
            "cached": imports.name(*CACHED),
            "checking": imports.name(*CHECKING),
        }
        lazy = imports.deferred()
        children = [
            {
                "accessor": group.folder,
                "cls": lazy.name(f".{group.folder}", f"{group.prefix}Informers"),
                "statement": lazy.statement(f".{group.folder}", f"{group.prefix}Informers", 8),
                "about": f"Informers of {group.name or 'the core group'}.",
            }
            for group in self.groups
        ]
        return self.render(
            "factory", "factory", children=children, lazy=lazy.text(4), imports=imports, **names
        )

    def generic(self) -> Artifact:
        imports = Imports(["RESOURCES"])
        resources = imports.name(*LAZY_RESOURCES)
        additions = []
        for version in (version for group in self.groups for version in group.versions):
            module = resources_module(version.package)
            texts = [f'"{text}"' for text in (version.group, version.version, module)]
            constants = [f'"{kind.constant}"' for kind in version.kinds]
            names = formatting.Brackets("", "[", "]", constants)
            additions.append(call("RESOURCES.add", [*texts, names]))
        return self.render(
            "generic", "generic", resources=resources, additions=additions, imports=imports
        )

    def group(self, group: ClientGroup) -> Artifact:
        name = f"{group.prefix}Informers"
        imports = Imports([name])
        factory = imports.name(CACHE, FACTORY)
        cached, checking = imports.name(*CACHED), imports.name(*CHECKING)
        lazy = imports.deferred()
        children = [
            {
                "accessor": version.folder,
                "cls": lazy.name(f".{version.folder}", f"{version.prefix}Informers"),
                "statement": lazy.statement(f".{version.folder}", f"{version.prefix}Informers", 8),
                "about": f"Informers of {version.api_version}.",
            }
            for version in group.versions
        ]
        return self.render(
            f"{group.folder}/__init__",
            "group",
            name=name,
            group=group,
            factory=factory,
            cached=cached,
            checking=checking,
            children=children,
            lazy=lazy.text(4),
            imports=imports,
        )

    def version(self, group: ClientGroup, version: ClientVersion) -> Artifact:
        name = f"{version.prefix}Informers"
        imports = Imports([name])
        factory, checking = imports.name(CACHE, FACTORY), imports.name(*CHECKING)
        lazy = imports.deferred()
        children = []
        for kind in version.kinds:
            informer = f".{kind.file}", f"{kind.name}Informer"
            cls, statement = lazy.name(*informer), lazy.statement(*informer, 8)
            children.append({"kind": kind, "cls": cls, "statement": statement})
        return self.render(
            f"{group.folder}/{version.folder}/__init__",
            "version",
            name=name,
            version=version,
            factory=factory,
            checking=checking,
            children=children,
            lazy=lazy.text(4),
            imports=imports,
        )

    def kind(self, group: ClientGroup, version: ClientVersion, kind: ClientKind) -> Artifact:
        name = f"{kind.name}Informer"
        imports = Imports([name])
        cls = imports.type(kind.type)
        lister = lister_class(self.context, version, kind, imports)
        base = imports.name(CACHE, "InformerFor")
        return self.render(
            f"{group.folder}/{version.folder}/{kind.file}",
            "kind",
            name=name,
            kind=kind,
            version=version,
            base=subscript(base, [cls, lister], 4),
            lister=lister,
            resource=imports.name(resources_module(version.package), kind.constant),
            imports=imports,
        )
