"""CRDs to packages of the model: one for each version of a group."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import msgspec

from codegen import naming
from codegen.importer import names, sharing
from codegen.importer.compare import normal_schema
from codegen.importer.declared import (
    Alias as DeclaredAlias,
)
from codegen.importer.declared import (
    Class,
    Declarations,
    Enumeration,
    Member,
    mapped,
    number_of,
    numbers,
    references,
)
from codegen.importer.documents import Document, Tree
from codegen.importer.names import Path
from codegen.importer.reuse import Reuse
from codegen.importer.schemas import OBJECT_META, Types
from codegen.importer.texts import documented
from codegen.model import (
    Alias,
    Default,
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
)
from codegen.model import Optional as OptionalRef
from codegen.source import known
from codegen.tags.declared import crd, exact, genclient, openapi
from codegen.tags.declared.crd import VersionName
from codegen.tags.declared.deepcopy import PackageDeepCopy
from codegen.tags.declared.package import GroupGoName, GroupName

_NOWHERE = Position("")
_ROOT = ("apiVersion", "kind", "metadata")
_PLAIN_VERSION = re.compile(r"v[1-9]\d*((alpha|beta)[1-9]\d*)?")
_COLUMN = ("name", "type", "jsonPath", "description", "format", "priority")


Resolve: TypeAlias = Callable[[TypeRef], TypeRef]
"""A type with the names of what it refers to."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What a tag cannot say of a CRD, and where."""

    crd: str
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A field whose name in Python is not its JSON name in snake case."""

    path: str
    owner: str
    json_name: str
    name: str


@dataclass(slots=True)
class _Kind:
    """One version of one CRD, until its types have names."""

    document: Document
    version: Tree
    tags: tuple[Tag, ...]
    members: tuple[Member, ...]
    doc: str

    @property
    def name(self) -> str:
        return str(self.document.crd["spec"]["names"]["kind"])


@dataclass(frozen=True, slots=True)
class Imported:
    packages: tuple[Package, ...]
    types: Mapping[QualifiedName, Type]
    unsaid: tuple[Unsaid, ...]
    renamed: tuple[Renamed, ...]


class Importer:
    """Makes the packages of CRDs, below a folder whose modules begin with its path.

    `accessors` has how clients reach the groups that are there already. `reuse` finds the classes
    that stand for schemas; without it all are made.
    """

    def __init__(
        self,
        folder: str,
        accessors: Mapping[str, str] | None = None,
        reuse: Reuse | None = None,
    ) -> None:
        self._folder = folder
        self._reuse = reuse
        self._accessors = accessors or {}
        self._go_names: Mapping[str, str] = {}
        self._lists: Mapping[str, str] = {}
        self._unsaid: list[Unsaid] = []
        self._renamed: list[Renamed] = []
        self._types: dict[QualifiedName, Type] = {}

    def imported(self, documents: Iterable[Document]) -> Imported:
        groups: dict[str, list[Document]] = {}
        for document in documents:
            groups.setdefault(str(document.crd["spec"]["group"]), []).append(document)
        self._go_names = names.go_names(groups, self._accessors)
        packages = [
            package
            for group in sorted(groups)
            for package in self._group(group, sorted(groups[group], key=lambda d: d.name))
        ]
        return Imported(
            tuple(packages),
            self._types,
            tuple(self._unsaid),
            tuple(dict.fromkeys(self._renamed)),
        )

    def _group(self, group: str, documents: list[Document]) -> Iterator[Package]:
        versions = sorted({str(v["name"]) for d in documents for v in d.crd["spec"]["versions"]})
        declarations = {version: Declarations() for version in versions}
        kinds: dict[str, list[_Kind]] = {version: [] for version in versions}
        for document in documents:
            for version in document.crd["spec"]["versions"]:
                name = str(version["name"])
                kinds[name].append(self._kind(document, version, declarations[name]))
        for version in versions:
            members: sharing.Kinds = {kind.name: kind.members for kind in kinds[version]}
            if self._reuse is not None:
                others = self._reuse.of(declarations[version], members)
                declarations[version], members = sharing.replaced(
                    declarations[version], members, others
                )
            declarations[version], shared = sharing.shared(declarations[version], members)
            for kind in kinds[version]:
                kind.members = shared[kind.name]
        paths: dict[names.Key, set[Path]] = {
            (version, number): own
            for version in versions
            for number, own in declarations[version].paths().items()
        }
        self._lists = names.lists(
            {
                d.crd["spec"]["names"]["kind"]: d.crd["spec"]["names"].get("listKind")
                for d in documents
            }
        )
        chosen = names.classes(paths, {*self._lists, *self._lists.values()})
        for version in versions:
            by_number = {number: name for (v, number), name in chosen.items() if v == version}
            yield self._package(group, version, kinds[version], declarations[version], by_number)

    # --- a kind -------------------------------------------------------------------------------

    def _kind(self, document: Document, version: Tree, declarations: Declarations) -> _Kind:
        spec = document.crd["spec"]
        name, start = str(spec["names"]["kind"]), str(version["name"])

        def report(path: str, why: str) -> None:
            self._unsaid.append(Unsaid(document.name, f"{start}:{path}", why))

        types = Types(declarations, report)
        schema = normal_schema(version["schema"]["openAPIV3Schema"])
        schema.pop("type", None)
        doc = schema.pop("description", "")
        properties = dict(schema.pop("properties", {}))
        required = [name for name in schema.pop("required", ()) if name not in _ROOT[:2]]
        own_metadata = properties.get("metadata", {})
        for word in _ROOT:
            properties.pop(word, None)
        if any(name != "metadata" and name not in properties for name in required):
            schema["required"] = required
        members = types.members(properties, required, "", (name,))
        members = tuple(self._by_value(member, declarations) for member in members)
        if "metadata" in required:
            members = (Member("metadata", OBJECT_META, tags=(openapi.Required(),)), *members)
        tags = (*_resource_tags(document.crd, version, report), *types.class_tags(schema, ""))
        if own_metadata.keys() - {"type", "description"}:
            tags = (*tags, exact.Metadata(value=own_metadata))
        return _Kind(document, version, tags, members, doc)

    @staticmethod
    def _by_value(member: Member, declarations: Declarations) -> Member:
        """`spec` and `status` are made where they are absent, if nothing in them is required."""
        number = number_of(member.type)
        if number is None or member.json_name not in ("spec", "status") or not member.optional:
            return member
        declared = declarations.get(number)
        is_class = isinstance(declared, Class) and all(m.optional for m in declared.members)
        has_default = any(tag.tag_name == "default" for tag in member.tags)
        return replace(member, factory=True) if is_class and not (
            member.nullable or has_default
        ) else member  # fmt: skip

    # --- a package ----------------------------------------------------------------------------

    def _package(
        self,
        group: str,
        version: str,
        kinds: list[_Kind],
        declarations: Declarations,
        own_names: Mapping[int, str],
    ) -> Package:
        folders = (names.folder(group), names.folder(version))
        path = "/".join((self._folder, *folders)).removeprefix("./")
        module = path.replace("/", ".")
        types_module = f"{module}.types"
        qualified = {n: QualifiedName(types_module, name) for n, name in own_names.items()}

        def resolved(ref: TypeRef) -> TypeRef:
            def own_name(part: TypeRef) -> TypeRef:
                number = number_of(part)
                return part if number is None else Named(qualified[number])

            return mapped(ref, own_name)

        bases = sharing.bases(declarations)
        types: list[Type] = []
        done: set[int] = set()

        def declare(number: int) -> None:
            if number in done:
                return
            done.add(number)
            declaration = declarations.get(number)
            base = bases.get(number)
            for inner in (*([] if base is None else [base]), *numbers(references(declaration))):
                declare(inner)
            name = qualified[number]
            match declaration:
                case Class():
                    inherited = None if base is None else declarations.get(base)
                    assert inherited is None or isinstance(inherited, Class)
                    parent = None if base is None else qualified[base]
                    types.append(self._class(declaration, name, resolved, inherited, parent))
                case DeclaredAlias(target, tags, text):
                    doc, extra = documented(text, 0)
                    all_tags = Tags((*tags, *extra))
                    types.append(Alias(name, _NOWHERE, resolved(target), doc, all_tags))
                case Enumeration(members):
                    values = tuple(EnumMember(own, value, _NOWHERE) for own, value in members)
                    types.append(Enum(name, _NOWHERE, values))

        for kind in sorted(kinds, key=lambda kind: kind.name):
            for number in numbers(member.type for member in kind.members):
                declare(number)
            types += self._kind_types(kind, types_module, resolved)
        for each in types:
            self._types[each.name] = each
        tags = [PackageDeepCopy(value="package,register"), GroupName(value=group)]
        if group in self._go_names:
            tags.append(GroupGoName(value=self._go_names[group]))
        if folders[1] != version or not _PLAIN_VERSION.fullmatch(version):
            tags.append(VersionName(value=version))
        return Package(
            module,
            path,
            _NOWHERE,
            group,
            version,
            internal=False,
            tags=Tags(tuple(tags)),
            doc=f"{version} is the {version} version of the API {group}.",
            types=tuple(types),
            files=(f"{path}/__init__.py", f"{path}/types.py"),
        )

    def _class(
        self,
        declared: Class,
        name: QualifiedName,
        resolved: Resolve,
        inherited: Class | None,
        parent: QualifiedName | None,
    ) -> Struct:
        """A class; a subclass says only what its parent does not."""
        doc, extra = documented(declared.doc, 4)
        fields = struct_fields(declared.members, resolved, name, self._renamed)
        if inherited is None or parent is None:
            return Struct(name, _NOWHERE, fields, doc=doc, tags=Tags((*declared.tags, *extra)))
        anew = {member.json_name for member in sharing.anew(declared, inherited)}
        fields = tuple(
            field
            if field.json_name in anew
            else msgspec.structs.replace(field, inlined_from=parent)
            for field in fields
        )
        return Struct(name, _NOWHERE, fields, bases=(parent,), doc=doc, tags=Tags(extra))

    def _kind_types(self, kind: _Kind, module: str, resolved: Resolve) -> Iterator[Type]:
        name = QualifiedName(module, kind.name)
        doc, extra = documented(kind.doc, 4)
        yield Struct(
            name,
            _NOWHERE,
            struct_fields(kind.members, resolved, name, self._renamed),
            bases=(known.OBJECT,),
            kind="object",
            doc=doc,
            tags=Tags((*kind.tags, *extra)),
        )
        yield Struct(
            QualifiedName(module, self._lists[kind.name]),
            _NOWHERE,
            bases=(known.OBJECT_LIST,),
            base_arguments={known.OBJECT_LIST: (Named(name),)},
            kind="list",
            item=Named(name),
            doc=f"A list of {kind.name}.",
        )


def struct_fields(
    members: Iterable[Member],
    resolved: Callable[[TypeRef], TypeRef],
    owner: QualifiedName,
    renamed: list[Renamed],
) -> tuple[Field, ...]:
    """The fields of a class; those whose names differ from their JSON names are added to
    `renamed`."""
    members = tuple(members)
    python = names.fields(member.json_name for member in members)
    fields = []
    for member in members:
        name = python[member.json_name]
        if names.is_renamed(member.json_name, name):
            path = f"{owner.module.replace('.', '/')}.py"
            renamed.append(Renamed(path, owner.name, member.json_name, name))
        ref = resolved(member.type)
        doc, extra = documented(member.doc, 4)
        default = None
        if member.factory:
            default = Default("", factory=ref)
        elif member.optional:
            ref = OptionalRef(ref)
            default = Default("None", has_value=True)
        tags = Tags((*member.tags, *extra))
        fields.append(Field(name, member.json_name, ref, _NOWHERE, default, doc, tags))
    return tuple(fields)


# --- what tags say of the resource ----------------------------------------------------------------


def _resource_tags(document: Tree, version: Tree, report: Any) -> Iterator[Tag]:
    spec = document["spec"]
    kept = len(spec["versions"])
    if version.get("served") is not False:
        yield genclient.Genclient()
    subresources = version.get("subresources") or {}
    properties = version["schema"]["openAPIV3Schema"].get("properties", {})
    if "status" in properties and "status" not in subresources:
        yield genclient.NoStatus()
    yield from _names(spec)
    if "status" in subresources:
        yield crd.StatusSubresource()
    scale = subresources.get("scale")
    if scale:
        yield crd.ScaleSubresource(
            specpath=scale.get("specReplicasPath", ""),
            statuspath=scale.get("statusReplicasPath", ""),
            selectorpath=scale.get("labelSelectorPath"),
        )
    if kept > 1 and version.get("storage"):
        yield crd.StorageVersion()
    if version.get("served") is False:
        yield crd.UnservedVersion()
    if version.get("deprecated"):
        yield crd.DeprecatedVersion(warning=version.get("deprecationWarning"))
    for column in version.get("additionalPrinterColumns") or ():
        for word in column.keys() - set(_COLUMN):
            report(f" additionalPrinterColumns {word}", "no tag says this")
        yield crd.PrintColumn(
            name=column.get("name", ""),
            type=column.get("type", ""),
            json_path=column.get("jsonPath", ""),
            description=column.get("description") or None,
            format=column.get("format") or None,
            priority=column.get("priority") or None,
        )
    for selectable in version.get("selectableFields") or ():
        yield crd.SelectableField(json_path=selectable["jsonPath"])
    if version.get("storage") or kept == 1:
        yield from _of_the_whole(document)


def _names(spec: Tree) -> Iterator[Tag]:
    own = spec["names"]
    kind, singular = str(own["kind"]), own.get("singular")
    resource = crd.Resource(
        path=own["plural"] if own["plural"] != naming.plural(kind).lower() else None,
        short_name=tuple(own.get("shortNames") or ()) or None,
        categories=tuple(own.get("categories") or ()) or None,
        singular=singular if singular and singular != kind.lower() else None,
        scope="Cluster" if spec.get("scope") == "Cluster" else None,
    )
    if resource != crd.Resource():
        yield resource
    if own.get("listKind") and own["listKind"] != f"{kind}List":
        yield exact.ListKind(value=own["listKind"])


def _of_the_whole(document: Tree) -> Iterator[Tag]:
    """What a CRD says once, which stands at the version that is stored."""
    for word in ("annotations", "labels"):
        for key, value in sorted((document["metadata"].get(word) or {}).items()):
            yield crd.Metadata(**{word: (f"{key}={value}",)})
    conversion = document["spec"].get("conversion")
    if conversion:
        yield exact.Conversion(value=conversion)
