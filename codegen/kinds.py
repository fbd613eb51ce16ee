"""Which kinds an API has: in which versions, under which names, in which scope, and served or not.

CRDs, clients, registration and the reader's checks all ask here, so that a client requests what the
CRD serves. A kind is one resource in all its versions, so what one version's tags set for the
resource (its plural, its scope) applies to the others as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from codegen import naming
from codegen.model import Package, Position, QualifiedName, Struct, Tags, Universe
from codegen.tags import facts


class KindVersion(msgspec.Struct, frozen=True):
    """A kind in one version."""

    package: Package
    struct: Struct

    @property
    def version(self) -> str:
        return self.package.version

    @property
    def tags(self) -> Tags:
        return self.struct.tags

    @property
    def is_in_crd(self) -> bool:
        """Whether the kind's CRD has this version."""
        return not (facts.is_skipped(self.package.tags) or facts.is_skipped_version(self.tags))

    @property
    def is_served(self) -> bool:
        """Whether a server that has the kind's CRD answers requests in this version."""
        return self.is_in_crd and facts.is_served(self.tags)

    @property
    def sets_names(self) -> bool:
        """Whether a marker sets the resource's names; without one, other versions decide."""
        return facts.has_resource(self.tags)

    @property
    def sets_scope(self) -> bool:
        return self.sets_names or not facts.is_namespaced(self.tags)


class Kind(msgspec.Struct, frozen=True):
    """A kind of one group. `versions` are in the order of their names, at least one.

    `plural` is the resource in paths and in the CRD's name.
    """

    group: str
    name: str
    versions: tuple[KindVersion, ...]
    plural: str
    singular: str
    namespaced: bool


def is_kind(struct: Struct) -> bool:
    """Whether a class is a kind: an Object that is neither generic nor only there to be inlined."""
    return (
        struct.kind == "object"
        and not struct.parameters
        and struct.generic_of is None
        and facts.is_root(struct.tags)
    )


def kinds(universe: Universe, plural_exceptions: Mapping[str, str]) -> tuple[Kind, ...]:
    """The kinds of all API packages (those with a group and a version), by group and name."""
    by_name: dict[tuple[str, str], list[KindVersion]] = {}
    for package in universe.packages:
        if package.group is None or package.internal:
            continue
        for struct in filter(is_kind, package.structs()):
            versions = by_name.setdefault((package.group, struct.name.name), [])
            if all(other.package is not package for other in versions):
                versions.append(KindVersion(package, struct))
    return tuple(
        _kind(group, name, versions, plural_exceptions)
        for (group, name), versions in sorted(by_name.items())
    )


def by_class(universe: Universe, plural_exceptions: Mapping[str, str]) -> dict[QualifiedName, Kind]:
    """The kind of each class that is one."""
    return {
        version.struct.name: kind
        for kind in kinds(universe, plural_exceptions)
        for version in kind.versions
    }


def _kind(
    group: str, name: str, versions: list[KindVersion], plural_exceptions: Mapping[str, str]
) -> Kind:
    versions.sort(key=lambda v: v.version)
    plurals = [p for v in versions if (p := facts.plural_override(v.tags)) is not None]
    singulars = [s for v in versions if (s := facts.singular_override(v.tags)) is not None]
    scopes = [facts.is_namespaced(v.tags) for v in versions if v.sets_scope]
    return Kind(
        group,
        name,
        tuple(versions),
        plurals[0] if plurals else naming.plural(name, plural_exceptions).lower(),
        singulars[0] if singulars else name.lower(),
        scopes[0] if scopes else True,
    )


class Contradiction(msgspec.Struct, frozen=True):
    """Two versions of a kind that disagree on what one resource has once."""

    position: Position
    message: str
    hint: str


def contradictions(kind: Kind) -> Iterator[Contradiction]:
    """Where versions of a kind disagree on the resource that they share."""
    for what, read, hint in _SHARED:
        said = [(v, value) for v in kind.versions if (value := read(v)) is not None]
        for version, value in said[1:]:
            first, expected = said[0]
            if value != expected:
                yield Contradiction(
                    version.struct.position,
                    f"the {what} of {kind.name} is {value} in {version.version} and "
                    f"{expected} in {first.version}",
                    hint,
                )


def _scope(version: KindVersion) -> str | None:
    if not version.sets_scope:
        return None
    return "Namespaced" if facts.is_namespaced(version.tags) else "Cluster"


_SHARED: tuple[tuple[str, Callable[[KindVersion], str | None], str], ...] = (
    (
        "plural",
        lambda v: facts.plural_override(v.tags),
        "all versions of a kind have one plural: state it in one version, or the same in each",
    ),
    (
        "singular",
        lambda v: facts.singular_override(v.tags),
        "all versions of a kind have one singular: state it in one version, or the same in each",
    ),
    ("scope", _scope, "all versions of a kind have one scope"),
)
