"""The clientset: typed clients by group and version, sync and async, a Scheme and a fake.

    <clientset>/clientset.py, async_clientset.py     what users import, by way of __init__
    <clientset>/scheme/                              all groups in one Scheme
    <clientset>/fake/                                the same clients over an in-memory API server
    <clientset>/typed/<group>/<version>/             for sync and async each
        <kind>.py, <group>_client.py                 the clients of the kinds, and of the group

Sync and async stand in files of their own, and a group's clients are imported when a clientset is
first asked for them: a program pays for what it uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen import formatting
from codegen.formatting import Brackets, Prefixed
from codegen.generators import Artifact, Context
from codegen.generators.api import (
    ClientGroup,
    ClientKind,
    ClientVersion,
    groups,
    has_expansion,
    report_idle_expansions,
)
from codegen.generators.applyconfiguration.homes import Homes
from codegen.generators.applyconfiguration.reach import can_apply
from codegen.generators.client_classes import MIXINS, RESOURCE_CLIENT
from codegen.generators.clientset import Options
from codegen.generators.clientset.flavours import ASYNC, SYNC, Flavour
from codegen.generators.clientset.methods import methods
from codegen.generators.clientset.twin_names import TwinNames
from codegen.generators.imports import Imports
from codegen.generators.register.generate import register_module
from codegen.generators.register.resources import resource_modules, resources_module
from codegen.generators.render import call, render, subscript
from codegen.tags.declared.genclient import Method, Verb
from codegen.tags.facts import APPLY_VERBS, STATUS_VERBS

CLIENT = "kube.client"
CACHED = ("functools", "cached_property")
CHECKING = ("typing", "TYPE_CHECKING")


def generate(context: Context) -> Iterator[Artifact]:
    # The fake serves what has an informer, even where there is no client.
    with_kinds = [
        g.only(lambda kind: kind.has_client or kind.has_informer) for g in groups(context)
    ]
    clientset = _Clientset(context, [g for g in with_kinds if g.versions])
    if clientset.groups:
        yield from clientset.artifacts()
    report_idle_expansions(context, clientset.folder, clientset.expansions)


class _Clientset:
    def __init__(self, context: Context, client_groups: list[ClientGroup]) -> None:
        self.context = context
        self.options = context.settings.of(Options)
        self.groups = client_groups
        self.versions = sorted(
            (v for g in client_groups for v in g.versions), key=lambda v: v.accessor
        )
        self.expansions: set[str] = set()
        self.folder = self.options.folder

    def artifacts(self) -> Iterator[Artifact]:
        path = f"{self.options.output_dir}/__init__.py"
        yield render(self.context.settings, "clientset", path)
        yield self.render("__init__", "package")
        for flavour in (SYNC, ASYNC):
            yield self.clientset(flavour)
        yield self.scheme()
        yield self.fake()
        yield from resource_modules(self.context, [v.package for v in self.versions])
        yield self.render("typed/__init__")
        for group in self.groups:
            with_clients = group.only(lambda kind: kind.has_client)
            if with_clients.versions:
                yield self.render(f"typed/{group.folder}/__init__")
            for version in with_clients.versions:
                yield from self.version(version)

    def render(self, path: str, template: str = "", **values: object) -> Artifact:
        file = f"{self.folder}/{path}.py"
        return render(self.context.settings, "clientset", file, template, **values)

    # --- the whole

    def clientset(self, flavour: Flavour) -> Artifact:
        name = f"{flavour.prefix}Clientset"
        imports = Imports([name])
        base = imports.name(CLIENT, f"{flavour.prefix}ClientsetBase")
        versions = [v for v in self.versions if any(kind.has_client for kind in v.kinds)]
        cached = imports.name(*CACHED) if versions else ""
        checking = imports.name(*CHECKING) if versions else ""
        lazy = imports.deferred()
        clients = [
            {
                "accessor": v.accessor,
                "cls": lazy.name(*(client := self.group_client(v, flavour))),
                "statement": lazy.statement(*client, indent=8),
                "about": f"The clients of {v.api_version}.",
            }
            for v in versions
        ]
        return self.render(
            f"{flavour.file_prefix}clientset",
            "clientset",
            name=name,
            base=base,
            cached=cached,
            clients=clients,
            flavour=flavour,
            lazy=lazy.text(indent=4),
            checking=checking,
            imports=imports,
        )

    def scheme(self) -> Artifact:
        imports = Imports(["scheme", "add_to_scheme"])
        scheme = imports.name("kube.runtime", "Scheme")
        registrations = []
        for version in self.versions:
            module = register_module(version.package, self.context.settings)
            if module is not None:
                name = imports.name("kube.runtime", "GroupVersion")
                of_version = [f'"{version.group}"', f'"{version.version}"']
                group_version = formatting.call(name, of_version)
                add = call("scheme.add_lazily", [group_version, f'"{module}"'], indent=4)
                registrations.append(add)
        return self.render(
            "scheme/__init__",
            "scheme",
            scheme=scheme,
            registrations=registrations,
            imports=imports,
        )

    def fake(self) -> Artifact:
        imports = Imports(["FakeAsyncClientset", "FakeClientset", "KINDS"])
        names = {
            name: imports.name(module, name)
            for module, name in (
                ("..clientset", "Clientset"),
                ("..async_clientset", "AsyncClientset"),
                (CLIENT, "AsyncRESTClient"),
                (CLIENT, "RESTClient"),
                ("kube.envtest", "AsyncMemoryTransport"),
                ("kube.envtest", "ManifestPaths"),
                ("kube.envtest", "MemoryTransport"),
                ("kube.envtest", "Server"),
                ("kube.envtest.fake", "FakeKinds"),
                ("kube.envtest.fake", "fake_server"),
                ("kube.runtime", "Object"),
            )
        }
        additions = []
        for version in self.versions:
            module = resources_module(version.package)
            texts = [f'"{text}"' for text in (version.group, version.version, module)]
            kinds = [
                Prefixed(f'"{kind.constant}": ', Brackets("", "[", "]", _subresources(kind)))
                for kind in version.kinds
            ]
            additions.append(call("KINDS.add", [*texts, Brackets("", "{", "}", kinds)]))
        arguments = ["KINDS", "objects", "server", "crds"]
        if any(can_apply(kind.struct, v.package) for v in self.versions for kind in v.kinds):
            arguments.append(f'"{Homes(self.context).tree.package}"')
        server = call(names["fake_server"], arguments, 8, "self.server = ")
        return self.render(
            "fake/__init__", "fake", additions=additions, server=server, imports=imports, **names
        )

    # --- one version

    def version(self, version: ClientVersion) -> Iterator[Artifact]:
        path = f"typed/{version.group_folder}/{version.folder}"
        yield self.render(f"{path}/__init__")
        for flavour in (SYNC, ASYNC):
            yield self.group(version, version.kinds, flavour, path)
            for kind in version.kinds:
                yield self.kind(version, kind, flavour, path)

    def group_client(self, version: ClientVersion, flavour: Flavour) -> tuple[str, str]:
        """Where a clientset imports a group's client from, and its name."""
        module = f".typed.{version.group_folder}.{version.folder}"
        return (
            f"{module}.{flavour.file_prefix}{version.client_file}",
            f"{flavour.prefix}{version.prefix}Client",
        )

    def group(
        self, version: ClientVersion, kinds: Iterable[ClientKind], flavour: Flavour, path: str
    ) -> Artifact:
        _, name = self.group_client(version, flavour)
        imports = Imports([name])
        base = imports.name(CLIENT, f"{flavour.prefix}GroupVersionClient")
        checking = imports.name(*CHECKING)
        lazy = imports.deferred()
        clients = []
        for kind in kinds:
            client = f".{flavour.file_prefix}{kind.file}", f"{flavour.prefix}{kind.name}Client"
            cls, statement = lazy.name(*client), lazy.statement(*client, indent=8)
            clients.append({"kind": kind, "cls": cls, "statement": statement})
        return self.render(
            f"{path}/{flavour.file_prefix}{version.client_file}",
            "group",
            name=name,
            version=version,
            base=base,
            clients=clients,
            checking=checking,
            lazy=lazy.text(4),
            imports=imports,
        )

    def kind(
        self, version: ClientVersion, kind: ClientKind, flavour: Flavour, path: str
    ) -> Artifact:
        name = f"{flavour.prefix}{kind.name}Client"
        file = f"{flavour.file_prefix}{kind.file}"
        imports = Imports([name])
        cls = imports.type(kind.type)
        twins = TwinNames(self.context, imports)
        bases = self.bases(version, kind, flavour, path, imports, twins, cls)
        own_methods = methods(self.context, kind, flavour, imports, twins)
        stand_ins = twins.stand_ins()
        return self.render(
            f"{path}/{file}",
            "kind",
            name=name,
            kind=kind,
            version=version,
            resource=imports.name(resources_module(version.package), kind.constant),
            bases=bases,
            methods=own_methods,
            twins=twins.imports.text(indent=4),
            stand_ins=stand_ins,
            checking=imports.name("typing", "TYPE_CHECKING") if stand_ins else "",
            imports=imports,
        )

    def twin(
        self, kind: ClientKind, version: ClientVersion, imports: Imports, twins: TwinNames
    ) -> str:
        """The apply configuration that a client takes; Never where the tags turn it off."""
        if not can_apply(kind.struct, version.package):
            return imports.name("typing", "Never")
        return twins.of(kind.type) or imports.name("typing", "Never")

    def bases(
        self,
        version: ClientVersion,
        kind: ClientKind,
        flavour: Flavour,
        path: str,
        imports: Imports,
        twins: TwinNames,
        cls: str,
    ) -> list[str]:
        """The classes a client is made of: a hand-written expansion first, then its verbs."""
        classes = []
        module = f"{flavour.file_prefix}{kind.file}_expansion"
        file = f"{self.folder}/{path}/{module}.py"
        expansion = f"{flavour.prefix}{kind.name}Expansion"
        if has_expansion(self.context, file, expansion):
            self.expansions.add(file)
            classes.append(imports.name(f".{module}", expansion))
        verbs = [(verb, name) for verb, name in MIXINS.items() if verb in kind.verbs]
        for verb, name in verbs:
            mixin = imports.name(CLIENT, f"{flavour.prefix}{name}")
            if verb is Verb.LIST and kind.list_type is not None:
                classes.append(subscript(mixin, [cls, imports.type(kind.list_type)], 4))
            elif verb in APPLY_VERBS:
                classes.append(subscript(mixin, [cls, self.twin(kind, version, imports, twins)], 4))
            else:
                classes.append(f"{mixin}[{cls}]")
        if not verbs:
            classes.append(f"{imports.name(CLIENT, f'{flavour.prefix}{RESOURCE_CLIENT}')}[{cls}]")
        return classes


def _subresources(kind: ClientKind) -> list[str]:
    """The subresources that the fake's server has for a kind: those that its client asks for."""
    names = {method.subresource for method in kind.tags.all(Method) if method.subresource}
    if kind.verbs & STATUS_VERBS:
        names.add("status")
    return [f'"{name}"' for name in sorted(names)]
