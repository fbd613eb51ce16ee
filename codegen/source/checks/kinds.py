"""Groups, versions and kinds: names that collide, and kinds that cannot be served."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from codegen import kinds, naming
from codegen.diagnostics import Diagnostics
from codegen.model import (
    Opaque,
    Package,
    Position,
    Struct,
    Universe,
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


def check(
    universe: Universe, diagnostics: Diagnostics, plural_exceptions: Mapping[str, str]
) -> None:
    """Groups, versions and kinds of a run whose names collide, and kinds that cannot be."""
    _groups(universe, diagnostics)
    _classes_of_kinds(universe, diagnostics)
    _plurals(universe, diagnostics, plural_exceptions)
    for package in universe.packages:
        _clients(package, diagnostics)
        _kind_markers(package, diagnostics)


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
    """A server takes the lower-cased kind and the plural only as DNS labels.

    A plural that a tag gives is checked with the tag.
    """
    name = kind.name.name
    if not _DNS_LABEL.fullmatch(name.lower()):
        diagnostics.error(
            kind.position,
            f"{name} is not a valid name of a kind",
            code="bad-kind",
            hint="rename the class: at most 63 ASCII letters and digits, a letter first",
        )
    elif not _DNS_LABEL.fullmatch(plural) and facts.plural_override(kind.tags) is None:
        diagnostics.error(
            kind.position,
            f"{plural}, the plural of {name}, is not a valid name of a resource",
            code="bad-kind",
            hint="set another with +resourceName=: lower-case letters, digits and -, 63 at most",
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
