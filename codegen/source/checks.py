"""What no single declaration can tell: names that collide, and types that do not fit each other.

Each check is a function from the universe to diagnostics; none knows of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from codegen import kinds, naming
from codegen.diagnostics import Diagnostics
from codegen.model import (
    Alias,
    Constrained,
    Default,
    DictOf,
    Enum,
    Field,
    ListOf,
    LiteralOf,
    Named,
    Opaque,
    Optional,
    Package,
    Position,
    QualifiedName,
    Scalar,
    Struct,
    TypeRef,
    UnionOf,
    Universe,
    bare,
    walk,
)
from codegen.source import known
from codegen.tags import facts
from codegen.tags.declared.crd import (
    DeprecatedVersion,
    Metadata,
    PrintColumn,
    Resource,
    ScaleSubresource,
    SelectableField,
    SkipVersion,
    StatusSubresource,
    StorageVersion,
    UnservedVersion,
)
from codegen.tags.declared.genclient import Genclient
from codegen.tags.declared.package import GroupName

_DNS_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_RESERVED = frozenset({"deep_copy", "deep_copy_into", "deep_copy_object"})


def check(
    universe: Universe, diagnostics: Diagnostics, plural_exceptions: Mapping[str, str]
) -> None:
    if _alias_circles(universe, diagnostics):
        return  # no check below would end
    _groups(universe, diagnostics)
    _classes_of_kinds(universe, diagnostics)
    _plurals(universe, diagnostics, plural_exceptions)
    for package in universe.packages:
        _asks_for_something(package, diagnostics)
        _clients(package, diagnostics)
        _kind_markers(package, diagnostics)
    for declared in universe.types.values():
        if isinstance(declared, Struct):
            _members(declared, universe, diagnostics)
            _layout(declared, universe, diagnostics)
    _empty_enums(universe, diagnostics)
    _values_within_themselves(universe, diagnostics)


def _asks_for_something(package: Package, diagnostics: Diagnostics) -> None:
    """A package without a tag is a mistake more often than a wish for nothing."""
    declared = (
        declaration.tags for declaration in package.types if not isinstance(declaration, Opaque)
    )
    asks = package.tags or package.loose_tags or any(declared)
    asks = asks or any(function.tags for function in package.functions)
    if asks or not package.complete:
        return
    diagnostics.warning(
        package.position,
        "no tag in this package asks for anything",
        hint="above the docstring of its __init__.py write # +k8s:deepcopy-gen=package and "
        "# +groupName=<the API group>",
        code="nothing-asked",
    )


def _alias_circles(universe: Universe, diagnostics: Diagnostics) -> bool:
    """Aliases that lead back to themselves without a type between."""
    found = False
    for declared in universe.types.values():
        seen: set[QualifiedName] = set()
        current: object = declared
        while isinstance(current, Alias) and current.name not in seen:
            seen.add(current.name)
            target = bare(current.target)
            current = universe.types.get(target.name) if isinstance(target, Named) else None
        if isinstance(current, Alias) and isinstance(declared, Alias):
            found = True
            diagnostics.error(
                declared.position,
                f"the alias {declared.name.name} stands for itself",
                code="circular-alias",
                hint="let one alias of the circle name a type",
            )
    return found


# --- groups and kinds ---------------------------------------------------------------------------


def _external(universe: Universe) -> Iterator[Package]:
    return (p for p in universe.packages if p.group is not None and not p.internal)


def _group_position(package: Package) -> Position:
    tag = package.tags.get(GroupName)
    return tag.position if tag else package.position


def _groups(universe: Universe, diagnostics: Diagnostics) -> None:
    accessors: dict[str, Package] = {}
    versions: dict[tuple[str | None, str], Package] = {}
    for package in _external(universe):
        first = accessors.setdefault(naming.group_accessor(package), package)
        if first.group != package.group:
            diagnostics.error(
                _group_position(package),
                f"the groups {first.group} and {package.group} would both be reached as "
                f"{naming.group_accessor(package)}",
                code="duplicate-group-accessor",
                hint="give one of them another name with the package tag +groupGoName=",
            )
        twin = versions.setdefault((package.group, package.version), package)
        if twin is not package:
            diagnostics.error(
                _group_position(package),
                f"{twin.path} is already {package.version} of the group {package.group}",
                code="duplicate-version",
                hint="put both packages' types in one, or give one another group or version",
            )


def _classes_of_kinds(universe: Universe, diagnostics: Diagnostics) -> None:
    """A kind, and its list, is one class of a package; another file may not have it too."""
    for package in _external(universe):
        declared: dict[str, Struct] = {}
        for struct in package.structs():
            if struct.kind == "struct" or not facts.is_root(struct.tags):
                continue
            first = declared.setdefault(struct.name.name, struct)
            if first is not struct:
                diagnostics.error(
                    struct.position,
                    f"{struct.name.name} is declared in {first.position.path} already",
                    code="duplicate-type",
                    hint="rename or remove one of the two classes",
                )


def _plurals(universe: Universe, diagnostics: Diagnostics, exceptions: Mapping[str, str]) -> None:
    resources: dict[tuple[str, str, str], Struct] = {}
    accessors: dict[tuple[str, str, str], Struct] = {}
    served = kinds.kinds(universe, exceptions)
    for contradiction in (c for kind in served for c in kinds.contradictions(kind)):
        diagnostics.error(
            contradiction.position,
            contradiction.message,
            code="contradiction",
            hint=contradiction.hint,
        )
    in_order = ((kind, version) for kind in served for version in kind.versions)
    for kind, version in sorted(in_order, key=lambda pair: pair[1].struct.position):
        struct = version.struct
        _label(struct, kind.plural, diagnostics)
        place = kind.group, version.version
        accessor = naming.accessor(kind.name, exceptions)
        first = resources.setdefault((*place, kind.plural), struct)
        same = accessors.setdefault((*place, accessor), struct)
        if first is not struct:
            diagnostics.error(
                struct.position,
                f"the kinds {first.name.name} and {kind.name} have one plural, {kind.plural}",
                code="duplicate-plural",
                hint="give one of them another with +resourceName=",
            )
        elif same is not struct:
            diagnostics.error(
                struct.position,
                f"the kinds {same.name.name} and {kind.name} would both be reached as {accessor}",
                code="duplicate-accessor",
                hint="rename one of them, or give it a plural with --plural-exceptions",
            )


def _label(kind: Struct, plural: str, diagnostics: Diagnostics) -> None:
    """A server takes the lower-cased kind and the plural only as DNS labels."""
    name = kind.name.name
    if not _DNS_LABEL.fullmatch(name.lower()):
        diagnostics.error(
            kind.position,
            f"{name} is no name that a kind can have",
            code="bad-kind",
            hint="rename the class: 63 letters of ASCII and digits at most, a letter first",
        )
    elif not _DNS_LABEL.fullmatch(plural):
        diagnostics.error(
            kind.position,
            f"{plural}, the plural of {name}, is no name that a resource can have",
            code="bad-kind",
            hint="give it another with +resourceName=: small letters, digits and -, 63 at most",
        )


def _clients(package: Package, diagnostics: Diagnostics) -> None:
    for declared in package.types:
        if isinstance(declared, Opaque):
            continue
        tag = declared.tags.get(Genclient)
        if tag is None:
            continue
        name = declared.name.name
        if not isinstance(declared, Struct) or declared.kind != "object":
            diagnostics.error(
                tag.position,
                f"{name} cannot have a client: it is not a kind",
                code="client-of-no-kind",
                hint=f"derive it from Object of {known.RUNTIME}, or remove +genclient",
            )
        elif not facts.is_root(declared.tags):
            diagnostics.error(
                tag.position,
                f"{name} cannot have a client: +kubebuilder:object:root=false says that it is not "
                "a kind",
                code="client-of-no-kind",
                hint="remove one of the two tags",
            )
        elif declared.parameters or "." in name:
            diagnostics.error(
                tag.position,
                f"{name} cannot have a client: a kind is a plain class at module level",
                code="client-of-no-kind",
                hint="declare the kind at module level, without type parameters",
            )
        elif package.group is None:
            diagnostics.error(
                tag.position,
                f"{name} has a client, but its package has no group",
                code="no-group",
                hint=f"add # +groupName=… above the docstring of {package.position.path}",
            )
        elif package.internal:
            # A folder called internal says that it is; any other may be a slip.
            report = diagnostics.note if package.version == "internal" else diagnostics.warning
            report(
                tag.position,
                f"{name} gets no client: {package.version} is not a version, so the package is "
                "internal",
                code="internal-package",
                hint="name the folder as v1 or v2beta1, or put +versionName=… above the docstring "
                f"of {package.position.path}",
            )


_KIND_MARKERS = (
    Resource,
    StatusSubresource,
    ScaleSubresource,
    PrintColumn,
    StorageVersion,
    UnservedVersion,
    SkipVersion,
    DeprecatedVersion,
    Metadata,
    SelectableField,
)


def _kind_markers(package: Package, diagnostics: Diagnostics) -> None:
    """Markers of a CRD on what is not a kind, of which no CRD is made."""
    for declared in package.types:
        if isinstance(declared, Opaque) or (
            isinstance(declared, Struct) and declared.kind == "object"
        ):
            continue
        marker = next((tag for tag in declared.tags if isinstance(tag, _KIND_MARKERS)), None)
        if marker is not None:
            diagnostics.error(
                marker.position,
                f"+{marker.tag_name} is for kinds, and {declared.name.name} does not derive from "
                "Object",
                code="not-a-kind",
                hint=f"derive it from Object of {known.RUNTIME}, or remove the marker",
            )


# --- fields -------------------------------------------------------------------------------------


def _members(struct: Struct, universe: Universe, diagnostics: Diagnostics) -> None:
    names: dict[str, Field] = {}
    for member in struct.fields:
        first = names.setdefault(member.json_name, member)
        position = struct.position if member.inlined_from else member.position
        if first is not member:
            origin = f", of {first.inlined_from.name}," if first.inlined_from else ""
            diagnostics.error(
                position,
                f"{first.name}{origin} and {member.name} have one JSON name, {member.json_name}",
                code="duplicate-json-name",
                hint='give one of them another with field(name="…")',
            )
        if member.inlined_from is None:
            _own_member(member, universe, diagnostics)
    metadata = struct.field("metadata")
    if struct.kind == "object" and metadata is not None and metadata.inlined_from is None:
        _metadata(metadata, diagnostics)
    if struct.kind == "list" and struct.item is not None and not struct.parameters:
        item = universe.resolve(struct.item) if _known(struct.item, universe) else None
        if isinstance(item, Struct) and item.kind != "object":
            diagnostics.error(
                struct.position,
                f"{struct.name.name} is a list of {item.name.name}, which is no kind",
                code="list-of-no-kind",
                hint=f"derive {item.name.name} from Object of {known.RUNTIME}",
            )


def _known(ref: TypeRef, universe: Universe) -> bool:
    return not isinstance(ref, Named) or ref.name in universe.types


def _metadata(member: Field, diagnostics: Diagnostics) -> None:
    kind = bare(member.type)
    if not isinstance(kind, Named) or kind.name != known.OBJECT_META:
        diagnostics.error(
            member.position,
            "metadata of a kind is an ObjectMeta",
            code="bad-metadata",
            hint="leave it out: Object has it",
        )


def _empty_enums(universe: Universe, diagnostics: Diagnostics) -> None:
    """Closed enums without members that fields have; others may only be there to derive from."""
    for declared in universe.types.values():
        for member in declared.fields if isinstance(declared, Struct) else ():
            for ref in walk(member.type):
                enum = universe.types.get(ref.name) if isinstance(ref, Named) else None
                if isinstance(enum, Enum) and not enum.open and not enum.members:
                    diagnostics.error(
                        enum.position,
                        f"the enum {enum.name.name} has no members, so no value fits the field "
                        f"{member.name}",
                        code="empty-enum",
                        hint='add a member, such as READY = "Ready"',
                    )


def _own_member(member: Field, universe: Universe, diagnostics: Diagnostics) -> None:
    if member.name in _RESERVED:
        diagnostics.error(
            member.position,
            f"the field {member.name} would hide the method of that name",
            code="reserved-name",
            hint=f'rename it: {member.name}_: … = field(name="{member.json_name}")',
        )
    for key in _keys(member.type):
        if not _is_text(key, universe):
            diagnostics.error(
                member.position,
                f"the keys of {member.name} are no strings",
                code="bad-key",
                hint="JSON has no other keys: write dict[str, …]",
            )
    default = member.default
    if default is not None and default.has_value and not _fits(default, member, universe):
        wanted = "X | None" if default.value is None else "the type's"
        diagnostics.error(
            member.position,
            f"the default {default.source} of {member.name} is not of its type",
            code="bad-default",
            hint=f"make the type {wanted}"
            if default.value is None
            else "correct the default or the type",
        )


def _keys(ref: TypeRef) -> Iterator[TypeRef]:
    return (part.key for part in walk(ref) if isinstance(part, DictOf))


def _is_text(ref: TypeRef, universe: Universe) -> bool:
    if isinstance(ref, Constrained):
        return _is_text(ref.inner, universe)
    if not _known(ref, universe):
        return True  # reported where it was read
    match universe.resolve(ref):
        case Scalar("str"):
            return True
        case LiteralOf(values):
            return all(isinstance(v, str) for v in values)
        case Enum(members=members):
            return all(isinstance(m.value, str) for m in members)
        case Constrained(inner):
            return _is_text(inner, universe)
    return False


_PYTHON = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,), "bytes": (bytes,)}


def _fits(default: Default, member: Field, universe: Universe) -> bool:
    return _accepts(member.type, default.value, universe)


def _accepts(ref: TypeRef, value: object, universe: Universe) -> bool:
    """Whether a literal is a value of a type, as far as literals go."""
    if not _known(ref, universe):
        return True
    match universe.resolve(ref):
        case Scalar("Any") | Opaque():
            return True
        case Scalar(name):
            is_bool = isinstance(value, bool)
            return isinstance(value, _PYTHON[name]) and (not is_bool or name == "bool")
        case Optional(inner):
            return value is None or _accepts(inner, value, universe)
        case Constrained(inner):
            return _accepts(inner, value, universe)
        case UnionOf(members):
            return any(_accepts(m, value, universe) for m in members)
        case LiteralOf(values):
            return value in values
        case ListOf(element):
            return isinstance(value, list) and all(_accepts(element, v, universe) for v in value)
        case DictOf(_, element):
            return isinstance(value, dict) and all(
                _accepts(element, v, universe) for v in value.values()
            )
        case Enum(members=members, open=is_open):
            return value in [m.value for m in members] or (is_open and isinstance(value, str))
    return False


def _layout(struct: Struct, universe: Universe, diagnostics: Diagnostics) -> None:
    """Python lays the fields of one base out after another's; it cannot join two such lines."""
    lines = [_line(base, universe) for base in struct.bases]
    longest = max(lines, key=len, default=())
    for base, line in zip(struct.bases, lines, strict=True):
        if line != longest[: len(line)]:
            other = struct.bases[lines.index(longest)]
            diagnostics.error(
                struct.position,
                f"Python cannot derive {struct.name.name} from both {other.name} and {base.name}: "
                "both have fields",
                code="base-conflict",
                hint=f"derive {base.name} from {other.name}, or make it the type of a field; what "
                "derives from Object and is no kind has # +kubebuilder:object:root=false",
            )


def _line(name: QualifiedName, universe: Universe) -> tuple[QualifiedName, ...]:
    """The bases that brought a class its fields, from the first one on, and itself if it did."""
    declared = universe.types.get(name)
    if not isinstance(declared, Struct):
        return ()
    before: tuple[QualifiedName, ...] = max(
        (_line(base, universe) for base in declared.bases), key=len, default=()
    )
    own = any(member.inlined_from is None for member in declared.fields)
    return (*before, name) if own else before


def _values_within_themselves(universe: Universe, diagnostics: Diagnostics) -> None:
    """Structs that hold themselves by value, so that none could ever be made."""
    held = {
        name: [inner for f in declared.fields if (inner := _held(f.type, universe))]
        for name, declared in universe.types.items()
        if isinstance(declared, Struct)
    }
    for name in held:
        waiting, seen = list(held[name]), set[QualifiedName]()
        while waiting:
            current = waiting.pop()
            if current == name:
                diagnostics.error(
                    universe.types[name].position,
                    f"{name.name} holds itself, without end",
                    code="endless-type",
                    hint="make one field of the circle optional: X | None = None",
                )
                break
            if current not in seen:
                seen.add(current)
                waiting += held.get(current, [])


def _held(ref: TypeRef, universe: Universe) -> QualifiedName | None:
    """The Struct that a field of this type always holds."""
    if isinstance(ref, Constrained):
        return _held(ref.inner, universe)
    if not _known(ref, universe):
        return None
    found = universe.resolve(ref)
    if isinstance(found, Struct):
        return found.name
    return _held(found.inner, universe) if isinstance(found, Constrained) else None
