"""One CustomResourceDefinition of one kind in all its versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codegen import naming
from codegen.diagnostics import Diagnostics
from codegen.generators import Settings
from codegen.generators.crd import Options, paths
from codegen.generators.crd.descriptions import limited
from codegen.generators.crd.flatten import Schema
from codegen.generators.crd.schemas import Schemas
from codegen.model import Package, Struct, Tag
from codegen.tags import facts

_PREFIX = "kubebuilder:"
CRD_MARKERS = (
    "subresource:status",
    "subresource:scale",
    "printcolumn",
    "resource",
    "storageversion",
    "unservedversion",
    "deprecatedversion",
    "selectablefield",
)


@dataclass(frozen=True, slots=True)
class Version:
    """A kind in one version."""

    package: Package
    struct: Struct

    def first(self, name: str) -> Tag | None:
        return self.struct.tags.first(_PREFIX + name)

    def all(self, name: str) -> tuple[Tag, ...]:
        return self.struct.tags.all(_PREFIX + name)

    def has(self, name: str) -> bool:
        return _PREFIX + name in self.struct.tags


def is_marked(struct: Struct) -> bool:
    """Whether a class has a marker that only a CRD gives a meaning."""
    return any(_PREFIX + name in struct.tags for name in CRD_MARKERS)


def definition(
    versions: list[Version], schemas: Schemas, settings: Settings, diagnostics: Diagnostics
) -> dict[str, Any] | None:
    """The CRD of a kind; None where no version of it is left. Faults go to the diagnostics."""
    versions = sorted(versions, key=lambda v: v.package.version)
    kept = [v for v in versions if not v.has("skipversion")]
    if not kept:
        return None
    group = kept[0].package.group or ""
    _check_versions(kept, group, diagnostics)
    names = _names(kept, settings, diagnostics)
    found: dict[str, Any] = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{names['plural']}.{group}", **_metadata(kept, diagnostics)},
        "spec": {
            "group": group,
            "names": names,
            "scope": _scope(kept, diagnostics),
            "versions": [
                _version(v, schemas, settings, diagnostics, alone=len(kept) == 1) for v in kept
            ],
        },
    }
    conversion = settings.of(Options).conversion_webhook
    if conversion and len(kept) > 1:
        found["spec"]["conversion"] = _conversion(conversion)
    return found


def _conversion(service: str) -> Schema:
    """A webhook that converts, at the path where controller-runtime serves it."""
    namespace, _, name = service.rpartition("/")
    client = {"service": {"namespace": namespace, "name": name, "path": "/convert"}}
    webhook = {"clientConfig": client, "conversionReviewVersions": ["v1"]}
    return {"strategy": "Webhook", "webhook": webhook}


# --- the whole ----------------------------------------------------------------------------------


def _names(versions: list[Version], settings: Settings, diagnostics: Diagnostics) -> Schema:
    kind = versions[0].struct.name.name
    made = [(v, _names_of(v, settings)) for v in versions]
    # As upstream, a version without the marker does not speak of names.
    speaking = [(v, names) for v, names in made if v.has("resource") or len(made) == 1] or made
    first, names = speaking[0]
    for other, different in made:
        if different["plural"] != names["plural"]:
            diagnostics.error(
                other.struct.position,
                f"the plural of {kind} is {different['plural']} in {other.package.version} and "
                f"{names['plural']} in {first.package.version}",
                code="contradiction",
                hint="all versions of a kind have one plural",
            )
    for other, different in speaking[1:]:
        for word in ("singular", "shortNames", "categories"):
            if different.get(word) != names.get(word):
                tag = other.first("resource")
                diagnostics.error(
                    tag.position if tag else other.struct.position,
                    f"{kind} has other {word} in {other.package.version} than in "
                    f"{first.package.version}",
                    code="contradiction",
                    hint="say the same in each version, or say it in one alone",
                )
    return names


def _names_of(version: Version, settings: Settings) -> Schema:
    struct = version.struct
    kind = struct.name.name
    given = facts.resource(struct.tags)
    names: Schema = {
        "kind": kind,
        "listKind": f"{kind}List",
        "plural": naming.resource(kind, struct.tags, settings.plural_exceptions),
        "singular": naming.singular(kind, struct.tags),
    }
    for argument, word in (("shortName", "shortNames"), ("categories", "categories")):
        if given.get(argument):
            names[word] = given[argument]
    return names


def _scope(versions: list[Version], diagnostics: Diagnostics) -> str:
    speaking = [
        v for v in versions if v.has("resource") or "genclient:nonNamespaced" in v.struct.tags
    ] or versions
    first = speaking[0]
    for other in speaking[1:]:
        if _scope_of(other) != _scope_of(first):
            diagnostics.error(
                other.struct.position,
                f"{other.struct.name.name} is {_scope_of(other)} in {other.package.version} and "
                f"{_scope_of(first)} in {first.package.version}",
                code="contradiction",
                hint="the scope is one for all versions",
            )
    return _scope_of(first)


def _scope_of(version: Version) -> str:
    return "Namespaced" if facts.is_namespaced(version.struct.tags) else "Cluster"


def _metadata(versions: list[Version], diagnostics: Diagnostics) -> Schema:
    found: Schema = {}
    for tag in (tag for version in versions for tag in version.all("metadata")):
        for word in ("annotations", "labels"):
            pairs = tag.arguments.get(word)
            for pair in pairs if isinstance(pairs, list) else ():
                key, separator, value = str(pair).partition("=")
                if not separator or not key:
                    diagnostics.error(
                        tag.at(word),
                        f"{pair!r} is no key=value",
                        code="bad-value",
                        hint='write such as labels="tier=backend"',
                    )
                found.setdefault(word, {})[key] = value
    return found


def _check_versions(versions: list[Version], group: str, diagnostics: Diagnostics) -> None:
    kind = versions[0].struct.name.name
    storing = [v for v in versions if v.has("storageversion")]
    if not storing and len(versions) > 1:
        listed = ", ".join(v.package.version for v in versions)
        diagnostics.error(
            versions[-1].struct.position,
            f"{kind}.{group} has the versions {listed}, and none is stored",
            code="no-storage-version",
            hint="put +kubebuilder:storageversion above one of them",
        )
    for second in storing[1:]:
        tag = second.first("storageversion")
        diagnostics.error(
            tag.position if tag else second.struct.position,
            f"{kind}.{group} is stored in {storing[0].package.version} already",
            code="two-storage-versions",
            hint="keep +kubebuilder:storageversion above one version",
        )
    if all(v.has("unservedversion") for v in versions):
        tag = versions[0].first("unservedversion")
        diagnostics.error(
            tag.position if tag else versions[0].struct.position,
            f"{kind}.{group} has no version that is served",
            code="no-served-version",
            hint="take +kubebuilder:unservedversion from one of them",
        )


# --- one version --------------------------------------------------------------------------------


def _version(
    version: Version,
    schemas: Schemas,
    settings: Settings,
    diagnostics: Diagnostics,
    *,
    alone: bool,
) -> Schema:
    schema = schemas.kind(version.struct)
    columns = list(_columns(version, schema, diagnostics))
    found: Schema = {
        "name": version.package.version,
        "schema": {
            "openAPIV3Schema": limited(
                schema,
                settings.of(Options).max_desc_len,
                settings.of(Options).desc_lens,
            )
        },
        "served": not version.has("unservedversion"),
        "storage": alone or version.has("storageversion"),
    }
    if columns:
        found["additionalPrinterColumns"] = columns
    subresources = _subresources(version, schema, diagnostics)
    if subresources or columns:
        found["subresources"] = subresources
    selectable = [_selectable(tag, schema, diagnostics) for tag in version.all("selectablefield")]
    if selectable:
        found["selectableFields"] = selectable
    deprecated = version.first("deprecatedversion")
    if deprecated is not None:
        found["deprecated"] = True
        if "warning" in deprecated.arguments:
            found["deprecationWarning"] = deprecated.arguments["warning"]
    return found


def _columns(version: Version, schema: Schema, diagnostics: Diagnostics) -> Iterator[Schema]:
    for tag in version.all("printcolumn"):
        given = tag.arguments
        path = str(given["JSONPath"])
        column: Schema = {"name": given["name"], "type": given["type"], "jsonPath": path}
        for word in ("description", "format", "priority"):
            if given.get(word):
                column[word] = given[word]
        paths.check_column(tag, path, str(given["type"]), schema, diagnostics)
        yield column


def _subresources(version: Version, schema: Schema, diagnostics: Diagnostics) -> Schema:
    found: Schema = {}
    if version.has("subresource:status"):
        found["status"] = {}
        paths.check_status(version.first("subresource:status"), schema, diagnostics)
    tag = version.first("subresource:scale")
    if tag is not None:
        found["scale"] = {
            word: tag.arguments[argument]
            for argument, word in (
                ("specpath", "specReplicasPath"),
                ("statuspath", "statusReplicasPath"),
                ("selectorpath", "labelSelectorPath"),
            )
            if argument in tag.arguments
        }
        paths.check_scale(tag, schema, diagnostics)
    return found


def _selectable(tag: Tag, schema: Schema, diagnostics: Diagnostics) -> Schema:
    path = str(tag.arguments["JSONPath"])
    paths.check_selectable(tag, path, schema, diagnostics)
    return {"jsonPath": path}
