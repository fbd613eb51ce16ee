"""One CustomResourceDefinition of one kind in all its versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.diagnostics import Diagnostics
from codegen.generators import Settings
from codegen.generators.crd import Options, paths
from codegen.generators.crd.descriptions import limited
from codegen.generators.crd.flatten import Flattener
from codegen.generators.crd.waivers import Waivers
from codegen.generators.schema.merging import Schema
from codegen.kinds import Kind, KindVersion
from codegen.tags import facts
from codegen.tags.declared import crd, exact


def definition(
    kind: Kind,
    flattener: Flattener,
    settings: Settings,
    diagnostics: Diagnostics,
    waivers: Waivers,
) -> dict[str, Any] | None:
    """The CRD of a kind; None where no version of it is left. Faults go to the diagnostics."""
    kept = [version for version in kind.versions if version.is_in_crd]
    if not kept:
        return None
    _check_versions(kept, kind.group, diagnostics)
    names = _names(kind, kept, diagnostics)
    crd_document: dict[str, Any] = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.plural}.{kind.group}", **_metadata(kept, diagnostics)},
        "spec": {
            "group": kind.group,
            "names": names,
            "scope": "Namespaced" if kind.namespaced else "Cluster",
            "versions": [
                _version(
                    v,
                    flattener,
                    settings,
                    waivers.over(v.package, diagnostics),
                    alone=len(kept) == 1,
                )
                for v in kept
            ],
        },
    }
    conversion = settings.of(Options).conversion_webhook
    own = next((v.tags.get(exact.Conversion) for v in kept if exact.Conversion in v.tags), None)
    if own is not None:
        crd_document["spec"]["conversion"] = own.value
    elif conversion and len(kept) > 1:
        crd_document["spec"]["conversion"] = _conversion(conversion)
    return crd_document


def _conversion(service: str) -> Schema:
    """A webhook that converts, at the path where controller-runtime serves it."""
    namespace, _, name = service.rpartition("/")
    client = {"service": {"namespace": namespace, "name": name, "path": "/convert"}}
    webhook = {"clientConfig": client, "conversionReviewVersions": ["v1"]}
    return {"strategy": "Webhook", "webhook": webhook}


# --- the whole ----------------------------------------------------------------------------------


def _names(kind: Kind, versions: list[KindVersion], diagnostics: Diagnostics) -> Schema:
    lists = next((v.tags.get(exact.ListKind) for v in versions if exact.ListKind in v.tags), None)
    names: Schema = {
        "kind": kind.name,
        "listKind": f"{kind.name}List" if lists is None else lists.value,
        "plural": kind.plural,
        "singular": kind.singular,
    }
    resources = [(v, tag) for v in versions for tag in v.tags.all(crd.Resource)]
    for keyword, stated in (
        ("shortNames", [(v, tag, tag.short_name) for v, tag in resources if tag.short_name]),
        ("categories", [(v, tag, tag.categories) for v, tag in resources if tag.categories]),
    ):
        for other, tag, different in stated[1:]:
            first, _, expected = stated[0]
            if different != expected:
                diagnostics.error(
                    tag.position,
                    f"the {keyword} of {kind.name} are {';'.join(different)} in "
                    f"{other.package.version} and {';'.join(expected)} in {first.package.version}",
                    code="contradiction",
                    hint="all versions of a kind share them: state them in one version, or the "
                    "same in each",
                )
        if stated:
            names[keyword] = list(stated[0][2])
    return names


def _metadata(versions: list[KindVersion], diagnostics: Diagnostics) -> Schema:
    metadata: Schema = {}
    for tag in (tag for version in versions for tag in version.tags.all(crd.Metadata)):
        for keyword, pairs in (("annotations", tag.annotations), ("labels", tag.labels)):
            for pair in pairs or ():
                key, separator, value = pair.partition("=")
                if not separator or not key:
                    diagnostics.error(
                        tag.at(keyword),
                        f"{pair!r} is not of the form key=value",
                        code="bad-value",
                        hint='write key=value, such as labels="tier=backend"',
                    )
                metadata.setdefault(keyword, {})[key] = value
    return metadata


def _check_versions(versions: list[KindVersion], group: str, diagnostics: Diagnostics) -> None:
    kind = versions[0].struct.name.name
    storing = [v for v in versions if crd.StorageVersion in v.tags]
    if not storing and len(versions) > 1:
        listed = ", ".join(v.package.version for v in versions)
        diagnostics.error(
            versions[-1].struct.position,
            f"{kind}.{group} has the versions {listed}, and no storage version",
            code="no-storage-version",
            hint="put +kubebuilder:storageversion above one of them",
        )
    for second in storing[1:]:
        tag = second.tags.get(crd.StorageVersion)
        diagnostics.error(
            tag.position if tag else second.struct.position,
            f"{kind}.{group} is stored in {storing[0].package.version} already",
            code="two-storage-versions",
            hint="keep +kubebuilder:storageversion above one version",
        )
    if all(crd.UnservedVersion in v.tags for v in versions):
        unserved = versions[0].tags.get(crd.UnservedVersion)
        diagnostics.error(
            unserved.position if unserved else versions[0].struct.position,
            f"{kind}.{group} has no served version",
            code="no-served-version",
            hint="remove +kubebuilder:unservedversion from one of them",
        )


# --- one version --------------------------------------------------------------------------------


def _version(
    version: KindVersion,
    flattener: Flattener,
    settings: Settings,
    diagnostics: Diagnostics,
    *,
    alone: bool,
) -> Schema:
    schema = flattener.kind(version.struct)
    found = _described(version, schema, diagnostics, settings)
    found["storage"] = alone or crd.StorageVersion in version.tags
    return found


def _described(
    version: KindVersion, schema: Schema, diagnostics: Diagnostics, settings: Settings
) -> Schema:
    columns = list(_columns(version, schema, diagnostics))
    entry: Schema = {
        "name": version.package.version,
        "schema": {
            "openAPIV3Schema": limited(
                schema,
                settings.of(Options).max_desc_len,
                settings.of(Options).desc_lens,
            )
        },
        "served": facts.is_served(version.struct.tags),
        "storage": False,
    }
    if columns:
        entry["additionalPrinterColumns"] = columns
    subresources = _subresources(version, schema, diagnostics)
    if subresources or columns:
        entry["subresources"] = subresources
    selectable = [
        _selectable(tag, schema, diagnostics) for tag in version.tags.all(crd.SelectableField)
    ]
    if selectable:
        entry["selectableFields"] = selectable
    deprecated = version.tags.get(crd.DeprecatedVersion)
    if deprecated is not None:
        entry["deprecated"] = True
        if deprecated.warning is not None:
            entry["deprecationWarning"] = deprecated.warning
    return entry


def _columns(version: KindVersion, schema: Schema, diagnostics: Diagnostics) -> Iterator[Schema]:
    for tag in version.tags.all(crd.PrintColumn):
        column: Schema = {"name": tag.name, "type": tag.type, "jsonPath": tag.json_path}
        for keyword, value in (
            ("description", tag.description),
            ("format", tag.format),
            ("priority", tag.priority),
        ):
            if value:  # as upstream, which leaves out what is empty or 0
                column[keyword] = value
        paths.check_column(tag, schema, diagnostics)
        yield column


def _subresources(version: KindVersion, schema: Schema, diagnostics: Diagnostics) -> Schema:
    subresources: Schema = {}
    status = version.tags.get(crd.StatusSubresource)
    if status is not None:
        subresources["status"] = {}
        paths.check_status(status, schema, diagnostics)
    tag = version.tags.get(crd.ScaleSubresource)
    if tag is not None:
        subresources["scale"] = {
            keyword: path
            for keyword, path in (
                ("specReplicasPath", tag.specpath),
                ("statusReplicasPath", tag.statuspath),
                ("labelSelectorPath", tag.selectorpath),
            )
            if path is not None
        }
        paths.check_scale(tag, schema, diagnostics)
    return subresources


def _selectable(tag: crd.SelectableField, schema: Schema, diagnostics: Diagnostics) -> Schema:
    paths.check_selectable(tag, schema, diagnostics)
    return {"jsonPath": tag.json_path}
