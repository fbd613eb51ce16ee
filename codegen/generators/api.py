"""The API as clients, listers and informers see it: groups, their versions, their kinds.

Worked out here once, so that the generators agree on every name, and every fault that they share
is reported in one way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping

import msgspec
from msgspec.structs import replace

from codegen import kinds, naming
from codegen.diagnostics import Diagnostics
from codegen.generators import Context
from codegen.model import Named, Package, Position, QualifiedName, Struct, Tags
from codegen.tags import facts
from codegen.tags.declared.genclient import NoVerbs, Verb
from codegen.tags.declared.package import ClientGen, InformerGen, ListerGen, Switch


class ClientKind(msgspec.Struct, frozen=True):
    """A kind: with `+genclient` one of clients, listers and informers, without it of none.

    `plural` is the resource of paths, `plural_name` the kind's plural as prose has it. `accessor`
    is a method of clients and a property of informers; `file` the name of the kind's modules;
    `constant` that of its resource description. `list_type` is None where none was declared.
    """

    struct: Struct
    list_type: QualifiedName | None
    plural: str
    singular: str
    namespaced: bool
    verbs: frozenset[Verb]
    has_client: bool
    has_lister: bool
    has_informer: bool
    plural_name: str
    accessor: str
    file: str

    @property
    def name(self) -> str:
        return self.struct.name.name

    @property
    def type(self) -> QualifiedName:
        return self.struct.name

    @property
    def tags(self) -> Tags:
        return self.struct.tags

    @property
    def has_status(self) -> bool:
        """Whether the status is a subresource, so that writes to the object do not change it."""
        status = self.struct.field("status")
        return status is not None and facts.has_status(self.tags)

    @property
    def constant(self) -> str:
        return self.accessor.rstrip("_").upper()


class ClientVersion(msgspec.Struct, frozen=True):
    """One package with kinds. `accessor` is the clientset's property, `prefix` begins classes."""

    package: Package
    group: str
    version: str
    group_folder: str
    folder: str
    accessor: str
    prefix: str
    kinds: tuple[ClientKind, ...]

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def client_file(self) -> str:
        return f"{self.group_folder.rstrip('_')}_client"


class ClientGroup(msgspec.Struct, frozen=True):
    """`versions` are in the order of their names; `folder` is the accessor of a factory too."""

    name: str
    folder: str
    prefix: str
    versions: tuple[ClientVersion, ...]

    def only(self, wanted: Callable[[ClientKind], bool]) -> ClientGroup:
        """The group with some of its kinds, and with the versions that have any of them."""
        versions = []
        for version in self.versions:
            chosen = tuple(kind for kind in version.kinds if wanted(kind))
            if chosen:
                versions.append(replace(version, kinds=chosen))
        return replace(self, versions=tuple(versions))


def groups(context: Context) -> tuple[ClientGroup, ...]:
    """The groups that have kinds with `+genclient` that want a client, a lister or an informer.

    What such a kind must be, and that names do not collide, the reader has checked.
    """
    by_folder: dict[str, list[ClientVersion]] = {}
    known = kinds.by_class(context.universe, context.settings.plural_exceptions)
    for package in context.universe.packages:
        version = _version(context, package, known)
        if version is not None:
            by_folder.setdefault(version.group_folder, []).append(version)
    client_groups: list[ClientGroup] = []
    for folder, versions in sorted(by_folder.items()):
        versions.sort(key=lambda v: v.version)
        first = versions[0]
        client_groups.append(
            ClientGroup(first.group, folder, naming.group_class(first.package), tuple(versions))
        )
    return tuple(client_groups)


def described_kinds(
    context: Context, package: Package, known: Mapping[QualifiedName, kinds.Kind]
) -> tuple[ClientKind, ...]:
    """All kinds of a package, each of which has a Resource, in the order of their names."""
    lists = _list_types(package)
    # What a client's kind is missing, the generators of clients report.
    quiet = dataclasses.replace(context, diagnostics=Diagnostics())
    described = [
        _kind(struct, package, known[struct.name], lists, quiet)
        for struct in package.structs()
        if struct.name in known
    ]
    return tuple(sorted(described, key=lambda kind: kind.name))


def _version(
    context: Context, package: Package, known: Mapping[QualifiedName, kinds.Kind]
) -> ClientVersion | None:
    if package.internal or package.group is None:
        return None
    lists = _list_types(package)
    asking = [
        _kind(struct, package, known[struct.name], lists, context)
        for struct in package.structs()
        if facts.has_client(struct.tags) and struct.name in known
    ]
    served = [kind for kind in asking if kind.has_client or kind.has_lister or kind.has_informer]
    if not served:
        return None
    return ClientVersion(
        package=package,
        group=package.group,
        version=package.version,
        group_folder=naming.group_accessor(package),
        folder=naming.version_accessor(package),
        accessor=naming.group_version_accessor(package),
        prefix=naming.group_version_class(package),
        kinds=_with_own_files(served, naming.group_accessor(package)),
    )


def _list_types(package: Package) -> Mapping[QualifiedName, QualifiedName]:
    """The list class of each kind; `<Kind>List` where there are several."""
    by_item: dict[QualifiedName, QualifiedName] = {}
    for struct in package.structs():
        if struct.kind != "list" or not isinstance(struct.item, Named) or struct.parameters:
            continue
        item = struct.item.name
        if item not in by_item or struct.name.name == f"{item.name}List":
            by_item[item] = struct.name
    return by_item


def _kind(
    struct: Struct,
    package: Package,
    resource: kinds.Kind,
    lists: Mapping[QualifiedName, QualifiedName],
    context: Context,
) -> ClientKind:
    def enabled(switch: type[Switch]) -> bool:
        return facts.has_client(struct.tags) and facts.generator_enabled(
            switch, struct.tags, package.tags
        )

    exceptions = context.settings.plural_exceptions
    name = struct.name.name
    verbs = facts.verbs(struct.tags)
    status = struct.field("status")
    if status is None or status.inlined_from is not None:  # as upstream, which counts members
        verbs -= facts.STATUS_VERBS
    list_type = lists.get(struct.name)
    if list_type is None and Verb.LIST in verbs:
        context.diagnostics.error(
            struct.position,
            f"{name} has no list type",
            hint=f"add to the module: class {name}List(ObjectList[{name}])",
            code="missing-list-type",
        )
    return ClientKind(
        struct=struct,
        list_type=list_type,
        plural=resource.plural,
        singular=resource.singular,
        namespaced=resource.namespaced,
        verbs=verbs,
        has_client=enabled(ClientGen),
        # As upstream: who can list can cache, and a kind without verbs may be cached by others.
        has_lister=enabled(ListerGen)
        and (NoVerbs in struct.tags or {Verb.GET, Verb.LIST} <= verbs),
        has_informer=enabled(InformerGen) and {Verb.LIST, Verb.WATCH} <= verbs,
        plural_name=naming.plural(name, exceptions),
        accessor=naming.accessor(name, exceptions),
        file=naming.module_name(name),
    )


def _with_own_files(kinds: list[ClientKind], group: str) -> tuple[ClientKind, ...]:
    """The kinds in the order of their names, each with files that no other module has."""
    taken = {f"{group}_client", f"async_{group}_client"}
    named = []
    for kind in sorted(kinds, key=lambda k: k.name):
        file = kind.file
        while not taken.isdisjoint((file, f"async_{file}")):
            file += "_"
        taken |= {file, f"async_{file}"}
        named.append(replace(kind, file=file))
    return tuple(named)


def has_expansion(context: Context, path: str, name: str) -> bool:
    """Whether there is a hand-written expansion; it must have the class that is mixed in."""
    names = context.settings.hand_written.get(path)
    if names is not None and name not in names:
        context.diagnostics.error(
            Position(path),
            f"this expansion does not define the class {name}",
            hint=f"name the class {name}",
            code="bad-expansion",
        )
    return names is not None


def report_idle_expansions(context: Context, folder: str, used: Collection[str]) -> None:
    """Warn of hand-written expansions below a folder that no generated class derives from."""
    for path in sorted(context.settings.hand_written):
        if path.startswith(f"{folder}/") and path.endswith("_expansion.py") and path not in used:
            file = path.rpartition("/")[2].removesuffix("_expansion.py")
            context.diagnostics.warning(
                Position(path),
                f"this expansion is not used: no {file}.py is generated beside it",
                hint="name it after the module of a kind, such as cluster_expansion.py",
                code="idle-expansion",
            )
