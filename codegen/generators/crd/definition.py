"""One CustomResourceDefinition of one kind in all its versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codegen.diagnostics import Diagnostics
from codegen.generators import Settings
from codegen.generators.crd import Options, paths
from codegen.generators.crd.descriptions import limited
from codegen.generators.crd.flatten import Schema
from codegen.generators.crd.schemas import Schemas
from codegen.kinds import Kind
from codegen.model import Package, Struct, Tag
from codegen.tags import facts

_PREFIX = "kubebuilder:"


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


def definition(
    kind: Kind, schemas: Schemas, settings: Settings, diagnostics: Diagnostics
) -> dict[str, Any] | None:
    """The CRD of a kind; None where no version of it is left. Faults go to the diagnostics."""
    kept = [Version(v.package, v.struct) for v in kind.versions if v.is_in_crd]
    if not kept:
        return None
    _check_versions(kept, kind.group, diagnostics)
    names = _names(kind, kept, diagnostics)
    found: dict[str, Any] = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.plural}.{kind.group}", **_metadata(kept, diagnostics)},
        "spec": {
            "group": kind.group,
            "names": names,
            "scope": "Namespaced" if kind.namespaced else "Cluster",
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


def _names(kind: Kind, versions: list[Version], diagnostics: Diagnostics) -> Schema:
    names: Schema = {
        "kind": kind.name,
        "listKind": f"{kind.name}List",
        "plural": kind.plural,
        "singular": kind.singular,
    }
    for argument, keyword in (("shortName", "shortNames"), ("categories", "categories")):
        stated = [(v, facts.resource(v.struct.tags).get(argument)) for v in versions]
        given = [(v, words) for v, words in stated if words]
        for other, different in given[1:]:
            first, expected = given[0]
            if different != expected:
                tag = other.first("resource")
                diagnostics.error(
                    tag.position if tag else other.struct.position,
                    f"the {keyword} of {kind.name} are {_listed(different)} in "
                    f"{other.package.version} and {_listed(expected)} in {first.package.version}",
                    code="contradiction",
                    hint="all versions of a kind share them: state them in one version, or the "
                    "same in each",
                )
        if given:
            names[keyword] = given[0][1]
    return names


def _listed(words: object) -> str:
    return ";".join(map(str, words)) if isinstance(words, list) else str(words)


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
        "served": facts.is_served(version.struct.tags),
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
