"""The schemas of Go programs to packages of the model: one for each version of a group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from codegen import naming
from codegen.importer import names
from codegen.importer.declared import Member
from codegen.importer.openapi.builtin import BuiltIn
from codegen.importer.openapi.documents import GVK, Api, Tree, referred
from codegen.importer.openapi.served import Kind, Resource, client_tags, method_tags, resources
from codegen.importer.openapi.types import (
    META,
    OURS,
    PROPS,
    EnumKey,
    Types,
    enum_values,
    unions_of,
)
from codegen.importer.packages import Imported, Renamed, Unsaid, struct_fields
from codegen.importer.texts import documented
from codegen.model import (
    Enum,
    EnumMember,
    Field,
    Named,
    Package,
    Position,
    QualifiedName,
    Struct,
    Tag,
    Tags,
    Type,
    TypeRef,
    walk,
)
from codegen.source import known
from codegen.tags.declared import crd, genclient
from codegen.tags.declared.deepcopy import Interfaces, PackageDeepCopy
from codegen.tags.declared.package import GroupName
from codegen.tags.facts import GO_OBJECT

_NOWHERE = Position("")
_VERSION = re.compile(r"v[1-9]\d*((alpha|beta)[1-9]\d*)?")
_ROOT = ("apiVersion", "kind", "metadata")


@dataclass(slots=True)
class _Package:
    """The schemas of one Go package: those whose names differ in the last word."""

    prefix: str
    group: str
    version: str
    module: str
    path: str
    schemas: dict[str, Tree] = field(default_factory=dict)

    def name(self, schema: str) -> QualifiedName:
        return QualifiedName(f"{self.module}.types", schema.rpartition(".")[2])


class Importer:
    """Makes the packages of documents, below a folder whose modules begin with its path."""

    def __init__(self, api: Api, folder: str, builtin: BuiltIn) -> None:
        self._api = api
        self._folder = folder.removeprefix("./")
        self._unsaid: list[Unsaid] = []
        self._renamed: list[Renamed] = []
        self._types: dict[QualifiedName, Type] = dict(builtin.types)
        self._resources = resources(api.paths)
        self._packages = self._split(builtin)
        self._classes = self._named(builtin)
        self._enums: dict[EnumKey, TypeRef] = {}
        self._enum_types: dict[EnumKey, Enum] = {}

    def imported(self) -> Imported:
        by_group: dict[str, list[_Package]] = {}
        for package in self._packages:
            by_group.setdefault(package.path.rpartition("/")[0], []).append(package)
        for same in by_group.values():
            self._name_enums(same)
        packages = tuple(self._package(package) for package in self._packages)
        return Imported(
            packages, self._types, tuple(self._unsaid), tuple(dict.fromkeys(self._renamed))
        )

    # --- which packages there are -----------------------------------------------------------------

    def _split(self, builtin: BuiltIn) -> list[_Package]:
        found: dict[str, _Package] = {}
        for name, schema in sorted(self._api.schemas.items()):
            if name in OURS or name.startswith(META) or builtin.has(name):
                continue
            prefix, _, own = name.rpartition(".")
            segments = prefix.split(".")
            if not _VERSION.fullmatch(segments[-1]) or len(segments) < 2:
                self._unsaid.append(Unsaid(name, "", "its package is not a version of a group"))
                continue
            if prefix not in found:
                folders = names.folder(segments[-2]), segments[-1]
                path = "/".join((self._folder, *folders))
                module = path.replace("/", ".")
                found[prefix] = _Package(prefix, segments[-2], segments[-1], module, path)
            if own and not (name.startswith(PROPS) and name != PROPS):
                found[prefix].schemas[name] = schema
        for package in found.values():
            kinds = (kind for schema in package.schemas.values() for kind in _kinds(schema))
            package.group = next((k.group for k in kinds if k.version == package.version), "")
        return sorted(found.values(), key=lambda package: package.path)

    def _named(self, builtin: BuiltIn) -> dict[str, TypeRef]:
        """The class of each schema, by its name."""
        classes: dict[str, TypeRef] = {**OURS, **builtin.classes}
        for package in self._packages:
            for name in package.schemas:
                classes[name] = Named(package.name(name))
        return classes | (unions_of(classes[PROPS]) if PROPS in classes else {})

    # --- enums ------------------------------------------------------------------------------------

    def _name_enums(self, packages: Iterable[_Package]) -> None:
        """Names for the enums of one group, over all its versions."""
        uses: dict[EnumKey, set[tuple[str, ...]]] = {}
        modules = {package.prefix: package.module for package in packages}
        taken = {name.rpartition(".")[2] for p in packages for name in p.schemas}
        for package in packages:
            for name, schema in package.schemas.items():
                for member, each in (schema.get("properties") or {}).items():
                    path = (name.rpartition(".")[2], member)
                    for node, inside in _nodes(each):
                        values = enum_values(node)
                        if values is not None:
                            last = names.singular(member) if inside else member
                            uses.setdefault((package.prefix, values), set()).add((path[0], last))
        keys = list(uses)
        chosen = names.classes(
            {(key[0], number): uses[key] for number, key in enumerate(keys)}, taken
        )
        for (prefix, number), name in chosen.items():
            key = keys[number]
            qualified = QualifiedName(f"{modules[prefix]}.types", name)
            members = tuple(
                EnumMember(member, value, _NOWHERE)
                for value, member in names.constants(key[1]).items()
            )
            self._enums[key] = Named(qualified)
            self._enum_types[key] = Enum(qualified, _NOWHERE, members, open=True)
            self._types[qualified] = self._enum_types[key]

    # --- a package --------------------------------------------------------------------------------

    def _package(self, package: _Package) -> Package:
        def report(path: str, why: str) -> None:
            self._unsaid.append(Unsaid(package.prefix, path, why))

        types = Types(package.prefix, self._classes, self._enums, report)
        declared: dict[QualifiedName, Type] = {
            enum.name: enum for key, enum in self._enum_types.items() if key[0] == package.prefix
        }
        for name, schema in package.schemas.items():
            struct = self._struct(package, name, schema, types)
            declared[struct.name] = struct
        self._types.update(declared)
        tags: list[Tag] = [
            PackageDeepCopy(value="package,register"),
            GroupName(value=package.group),
        ]
        about = f"{package.group}/{package.version}" if package.group else package.version
        return Package(
            package.module,
            package.path,
            _NOWHERE,
            package.group,
            package.version,
            internal=False,
            tags=Tags((*tags, crd.Skip())),
            doc=f"The types of {about}.",
            types=tuple(_ordered(declared)),
            files=(f"{package.path}/__init__.py", f"{package.path}/types.py"),
        )

    def _struct(self, package: _Package, name: str, schema: Tree, types: Types) -> Struct:
        qualified = package.name(name)
        doc, extra = documented(schema.get("description", ""), 4)
        metadata = referred((schema.get("properties") or {}).get("metadata"))
        own = [kind for kind in _kinds(schema) if kind.version == package.version]
        if own and metadata == f"{META}ListMeta" and "items" in schema["properties"]:
            item = types.type(schema["properties"]["items"].get("items"), f"{qualified.name}.items")
            return Struct(
                qualified,
                _NOWHERE,
                bases=(known.OBJECT_LIST,),
                base_arguments={known.OBJECT_LIST: (item,)},
                kind="list",
                item=item,
                doc=doc or f"A list of {_last(item)}.",
                tags=Tags((Interfaces(value=(GO_OBJECT,)), *extra)),
            )
        tags = [*types.class_tags(schema, qualified.name), *extra]
        if own and metadata == f"{META}ObjectMeta":
            plain = {k: v for k, v in schema["properties"].items() if k not in _ROOT}
            members = types.members({**schema, "properties": plain}, qualified.name)
            return Struct(
                qualified,
                _NOWHERE,
                self._fields(members, qualified),
                bases=(known.OBJECT,),
                kind="object",
                doc=doc,
                tags=Tags((*self._kind_tags(own[0], members, qualified.module), *tags)),
            )
        members = types.members(schema, qualified.name)
        return Struct(
            qualified, _NOWHERE, self._fields(members, qualified), doc=doc, tags=Tags((*tags,))
        )

    def _fields(self, members: tuple[Member, ...], owner: QualifiedName) -> tuple[Field, ...]:
        return struct_fields(members, lambda ref: ref, owner, self._renamed)

    def _kind_tags(self, kind: Kind, members: Iterable[Member], module: str) -> Iterator[Tag]:
        resource = self._resources.get(kind)
        if resource is not None:
            has_status = any(member.json_name == "status" for member in members)
            yield from client_tags(resource, has_status=has_status)
            if naming.plural(kind.name).lower() != resource.plural:
                yield genclient.ResourceName(value=resource.plural)
            yield from method_tags(resource, self._paths(resource, module))
        yield Interfaces(value=(GO_OBJECT,))

    def _paths(self, resource: Resource, module: str) -> dict[Kind, str]:
        """The classes that a resource's subresources have as bodies, as tags of a module name
        them: others by their dotted paths."""
        bodies = {body for actions in resource.subresources.values() for body in actions.values()}
        found: dict[Kind, str] = {}
        for name, ref in self._classes.items():
            for kind in _kinds(self._api.schemas.get(name, {})):
                if kind in bodies and isinstance(ref, Named):
                    package = ref.name.module.removesuffix(".types")
                    is_here = ref.name.module == module
                    found[kind] = ref.name.name if is_here else f"{package}.{ref.name.name}"
        return found


def _kinds(schema: Tree) -> Iterator[Kind]:
    for each in schema.get(GVK) or ():
        yield Kind(each.get("group", ""), each.get("version", ""), each.get("kind", ""))


def _nodes(schema: object, *, inside: bool = False) -> Iterator[tuple[object, bool]]:
    """A schema, and those of its elements and values; those are inside."""
    yield schema, inside
    if isinstance(schema, dict):
        for word in ("items", "additionalProperties"):
            if isinstance(schema.get(word), dict):
                yield from _nodes(schema[word], inside=True)


def _last(ref: TypeRef) -> str:
    return ref.name.name if isinstance(ref, Named) else "anything"


def _ordered(declared: Mapping[QualifiedName, Type]) -> Iterator[Type]:
    """Each kind after what it refers to and before its list; then what no kind refers to."""
    done: set[QualifiedName] = set()

    def declare(name: QualifiedName) -> Iterator[Type]:
        if name in done or name not in declared:
            return
        done.add(name)
        own = declared[name]
        if isinstance(own, Struct):
            refs = [each.type for each in own.fields]
            if own.item is not None:
                refs.append(own.item)
            for ref in refs:
                for part in walk(ref):
                    if isinstance(part, Named):
                        yield from declare(part.name)
        yield own

    def rank(name: QualifiedName) -> tuple[bool, str]:
        own = declared[name]
        return not (isinstance(own, Struct) and own.kind != "struct"), name.name

    for name in sorted(declared, key=rank):
        yield from declare(name)
