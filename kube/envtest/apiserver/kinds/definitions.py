"""The rules for CustomResourceDefinitions: fields, defaults and validation.

All of it is about the definition as an object; what it makes the server serve is decided in
`controllers/definitions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds.builtin import Kind
from kube.envtest.apiserver.kinds.names import CLEANUP
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.schemas.reading import Empties
from kube.envtest.apiserver.schemas.schema import PRESERVE, Schema, pruned
from kube.envtest.apiserver.schemas.structural import validate_schema
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata as meta
from kube.envtest.apiserver.storage.strategies import Strategy
from kube.runtime import jsonpath
from kube.runtime.trees import Tree


def _object(**members: Tree) -> Tree:
    return {"properties": members}


def _names(text: str, **members: Tree) -> Tree:
    return {"properties": {**{name: {} for name in text.split()}, **members}}


_ANY: Tree = {PRESERVE: True}
_RULES = _names("rule message messageExpression reason fieldPath optionalOldSelf")
# JSONSchemaProps contains itself, so this tree does too; only pruning walks it, along an object.
_PROPS: Tree = _names(
    "id $schema $ref description type format title maximum exclusiveMaximum minimum "
    "exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems multipleOf "
    "maxProperties minProperties required nullable "
    "x-kubernetes-preserve-unknown-fields x-kubernetes-embedded-resource "
    "x-kubernetes-int-or-string x-kubernetes-list-map-keys x-kubernetes-list-type "
    "x-kubernetes-map-type",
    default=_ANY,
    example=_ANY,
    enum={"items": _ANY},
    externalDocs=_names("description url"),
)
_PROPS["properties"] |= {
    "items": _PROPS,
    "additionalProperties": _PROPS,
    "additionalItems": _PROPS,
    "not": _PROPS,
    **{word: {"items": _PROPS} for word in ("allOf", "oneOf", "anyOf")},
    **{
        word: {"additionalProperties": _PROPS}
        for word in ("properties", "patternProperties", "definitions", "dependencies")
    },
    "x-kubernetes-validations": {"items": _RULES},
}
_FIELDS = _object(
    spec=_names(
        "group scope preserveUnknownFields",
        names=_names("plural singular kind listKind shortNames categories"),
        conversion=_names("strategy", webhook=_ANY),
        versions={
            "items": _names(
                "name served storage deprecated deprecationWarning",
                schema=_object(openAPIV3Schema=_PROPS),
                subresources=_object(
                    status={},
                    scale=_names("specReplicasPath statusReplicasPath labelSelectorPath"),
                ),
                additionalPrinterColumns={
                    "items": _names("name type format description priority jsonPath")
                },
                selectableFields={"items": _names("jsonPath")},
            )
        },
    ),
    status=_ANY,
)


class DefinitionSchema(Schema):
    """The fields of a CustomResourceDefinition, for pruning; `validate` below does the rest."""

    def __init__(self) -> None:
        super().__init__({"type": "object"})

    def prune(self, tree: Tree) -> list[str]:
        return pruned(_FIELDS, tree)


class CustomResourceDefinitionStrategy(Strategy):
    def prepare_create(self, resource: ServerResource, new: Tree) -> None:
        _default(new)
        versions = _versions(new)
        stored = [v.get("name") for v in versions if v.get("storage")]
        new["status"] = {
            "acceptedNames": {"plural": "", "kind": ""},
            "conditions": None,
            "storedVersions": stored,
        }

    def prepare_update(self, resource: ServerResource, new: Tree, old: Tree) -> None:
        _default(new)
        new["status"] = dict(old["status"])
        stored = list(new["status"].get("storedVersions") or [])
        for version in _versions(new):
            if version.get("storage") and version.get("name") not in stored:
                stored.append(version.get("name"))
        new["status"]["storedVersions"] = stored

    def validate(
        self,
        resource: ServerResource,
        new: Tree,
        old: Tree | None,
        empties: Empties | None = None,
    ) -> list[Cause]:
        return validate(new, old)

    def validate_status(self, resource: ServerResource, new: Tree, old: Tree) -> list[Cause]:
        return []

    def prevents_deletion(self, tree: Tree) -> bool:
        """A CRD is deleted after the objects of its kind."""
        return "deletionTimestamp" not in tree["metadata"]

    def mark_deleted(self, new: Tree) -> None:
        metadata = new["metadata"]
        finalizers = metadata.get("finalizers") or []
        if CLEANUP not in finalizers:
            metadata["finalizers"] = [*finalizers, CLEANUP]
        conditions = new["status"].get("conditions") or []
        if any(condition["type"] == "Terminating" for condition in conditions):
            return
        marked = {
            "type": "Terminating",
            "status": "True",
            "lastTransitionTime": new["metadata"]["deletionTimestamp"],
            "reason": "InstanceDeletionPending",
            "message": "CustomResourceDefinition marked for deletion; CustomResource deletion "
            "will begin soon",
        }
        new["status"] = {**new["status"], "conditions": [*conditions, marked]}


def _versions(tree: Tree) -> list[Tree]:
    spec = tree.get("spec")
    versions = spec.get("versions") if isinstance(spec, dict) else None
    return [v for v in versions if isinstance(v, dict)] if isinstance(versions, list) else []


def _default(tree: Tree) -> None:
    spec = tree.get("spec")
    if not isinstance(spec, dict) or not isinstance(spec.get("names"), dict):
        return
    names = spec["names"]
    kind = str(names.get("kind", ""))
    if kind:
        names["singular"] = names.get("singular") or kind.lower()
        names["listKind"] = names.get("listKind") or f"{kind}List"
    spec["conversion"] = spec.get("conversion") or {"strategy": "None"}
    if spec.get("preserveUnknownFields") is False:
        del spec["preserveUnknownFields"]


def validate(tree: Tree, old: Tree | None) -> list[Cause]:
    """All that is wrong with a CustomResourceDefinition."""
    spec = tree.get("spec")
    if not isinstance(spec, dict):
        return [status.required("spec")]
    given = spec.get("names")
    names: Tree = given if isinstance(given, dict) else {}
    group, plural = spec.get("group", ""), names.get("plural", "")
    name, expected = tree["metadata"].get("name", ""), f"{plural}.{group}"
    causes: list[Cause] = []
    if name != expected:
        why = 'must be spec.names.plural+"."+spec.group'
        causes.append(status.invalid_value("metadata.name", name, why))
    if not group:
        causes.append(status.required("spec.group"))
    elif "." not in group:
        why = "should be a domain with at least one dot"
        causes.append(status.invalid_value("spec.group", group, why))
    scope = spec.get("scope", "")
    if not scope:
        causes.append(status.required("spec.scope"))
    elif scope not in ("Cluster", "Namespaced"):
        causes.append(status.not_supported("spec.scope", scope, ("Cluster", "Namespaced")))
    for field in ("plural", "singular", "kind", "listKind"):
        if not names.get(field):
            causes.append(status.required(f"spec.names.{field}"))
    if names.get("kind") and names.get("kind") == names.get("listKind"):
        why = "kind and listKind may not be the same"
        causes.append(status.invalid_value("spec.names.listKind", names["listKind"], why))
    if spec.get("preserveUnknownFields"):
        why = (
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
            "spec.versions[*].schema instead"
        )
        causes.append(status.invalid_value("spec.preserveUnknownFields", True, why))
    causes += _validate_versions(_versions(tree))
    if old is not None:
        causes += _validate_immutable(spec, old["spec"])
    return causes


def _validate_immutable(spec: Tree, old: Tree) -> list[Cause]:
    pairs = [
        ("spec.group", spec.get("group"), old["group"]),
        ("spec.scope", spec.get("scope"), old["scope"]),
        ("spec.names.plural", (spec.get("names") or {}).get("plural"), old["names"]["plural"]),
        ("spec.names.kind", (spec.get("names") or {}).get("kind"), old["names"]["kind"]),
    ]
    return [
        status.invalid_value(field, new, "field is immutable")
        for field, new, had in pairs
        if new != had
    ]


def _validate_versions(versions: list[Tree]) -> list[Cause]:
    if not versions:
        return [status.required("spec.versions", "must have at least one version")]
    causes: list[Cause] = []
    if sum(1 for version in versions if version.get("storage")) != 1:
        why = "must have exactly one version marked as storage version"
        causes.append(
            Cause(
                "FieldValueInvalid",
                "spec.versions",
                f"Invalid value: {status.render(versions)}: {why}",
            )
        )
    if not any(version.get("storage") for version in versions):
        why = "must have at least one stored version"
        causes.append(status.invalid_value("status.storedVersions", None, why))
    earlier: set[str] = set()
    schemas: list[tuple[Tree, str]] = []
    for index, version in enumerate(versions):
        path = f"spec.versions[{index}]"
        name = str(version.get("name", ""))
        if not name:
            causes.append(status.required(f"{path}.name"))
        elif not meta.LABEL.fullmatch(name):
            why = (
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
                "start with an alphabetic character, and end with an alphanumeric character "
                "(e.g. 'my-name',  or 'abc-123', regex used for validation is "
                "'[a-z]([-a-z0-9]*[a-z0-9])?')"
            )
            causes.append(status.invalid_value(f"{path}.name", name, why))
        if name in earlier:
            causes.append(status.invalid_value(f"{path}.name", name, "must be unique"))
        earlier.add(name)
        for field in ("served", "storage"):
            if not isinstance(version.get(field), bool):
                causes.append(status.required(f"{path}.{field}"))
        schema = (version.get("schema") or {}).get("openAPIV3Schema")
        if not isinstance(schema, dict):
            causes.append(status.required(f"{path}.schema.openAPIV3Schema", "schemas are required"))
        else:
            schemas.append((schema, f"{path}.schema.openAPIV3Schema"))
    # As in apiserver, parts that are equal in all versions count as one part for all of them.
    for word, check in _PARTS.items():
        parts = [version.get(word) for version in versions]
        where = [f"spec.versions[{index}].{word}" for index in range(len(versions))]
        if all(part == parts[0] for part in parts):
            parts, where = parts[:1], [f"spec.{word}"]
        for part, path in zip(parts, where, strict=True):
            causes += check(part or {}, path)
    if schemas and len(schemas) == len(versions) and all(s == schemas[0][0] for s, _ in schemas):
        schemas = [(schemas[0][0], "spec.validation.openAPIV3Schema")]
    for schema, path in schemas:
        causes += validate_schema(schema, path)
    return causes


def _validate_columns(columns: list[Tree], path: str) -> list[Cause]:
    causes = []
    for index, column in enumerate(columns):
        where = f"{path}[{index}]"
        for field in ("name", "type", "jsonPath"):
            if not column.get(field):
                causes.append(status.required(f"{where}.{field}"))
        kind = column.get("type")
        kinds = ("boolean", "date", "integer", "number", "string")
        if kind and kind not in kinds:
            why = f"must be one of {','.join(kinds)}"
            causes.append(status.invalid_value(f"{where}.type", kind, why))
        text = str(column.get("jsonPath") or "")
        if text:
            try:
                jsonpath.compiled(text)
            except jsonpath.PathError as error:
                causes.append(status.invalid_value(f"{where}.jsonPath", text, str(error)))
    return causes


_SIMPLE_PATH = re.compile(r"(\.[A-Za-z_][A-Za-z0-9_-]*)+")


def _validate_subresources(subresources: Tree, path: str) -> list[Cause]:
    scale = subresources.get("scale")
    if scale is None:
        return []
    causes = []
    for field, root, needed in (
        ("specReplicasPath", ".spec", True),
        ("statusReplicasPath", ".status", True),
        ("labelSelectorPath", "", False),
    ):
        where, json_path = f"{path}.scale.{field}", scale.get(field)
        if not json_path:
            if needed:
                causes.append(status.required(where))
        elif not _SIMPLE_PATH.fullmatch(json_path):
            why = "must be a simple json path starting with ."
            causes.append(status.invalid_value(where, json_path, why))
        elif root and not json_path.startswith(f"{root}."):
            why = f"should be a json path under {root}"
            causes.append(status.invalid_value(where, json_path, why))
    return causes


_PARTS: dict[str, Callable[[Any, str], list[Cause]]] = {
    "subresources": _validate_subresources,
    "additionalPrinterColumns": _validate_columns,
}


SCHEMAS = {"customresourcedefinitions": DefinitionSchema()}
KINDS = {
    "customresourcedefinitions": Kind(strategy=CustomResourceDefinitionStrategy(), generation=True)
}
