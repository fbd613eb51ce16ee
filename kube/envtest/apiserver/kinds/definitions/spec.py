"""What may stand in a CustomResourceDefinition (apiextensions' validation.go)."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values, webhook_clients
from kube.envtest.apiserver.kinds.definitions import schema as schemas
from kube.envtest.apiserver.kinds.definitions import structural
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.schemas import fieldpath
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree, same

_PARTS = ("schema", "subresources", "additionalPrinterColumns", "selectableFields")
_MOST_SELECTABLE = 8


@dataclass(frozen=True)
class _Internal:
    """A spec in its internal form: what all versions have alike stands beside them."""

    spec: Tree
    shared: Tree
    versions: list[Tree]

    def subresources(self, name: str) -> Tree:
        """The subresources of a version."""
        if not any(version.get("subresources") is not None for version in self.versions):
            return self.shared.get("subresources") or {}
        return next((v.get("subresources") or {} for v in self.versions if v["name"] == name), {})


def _internal(spec: Tree) -> _Internal:
    versions = [dict(version) for version in spec.get("versions") or ()]
    shared = {}
    for part in _PARTS:
        parts = [version.get(part) for version in versions]
        if parts and all(same(each, parts[0]) for each in parts):
            shared[part] = parts[0]
            for version in versions:
                version.pop(part, None)
    return _Internal(spec, shared, versions)


def faults(tree: Tree, old: Tree | None) -> list[Cause]:
    """All that is wrong with a definition; `old` is the one that it replaces."""
    spec = tree["spec"]
    causes: list[Cause] = []
    expected = f"{spec['names']['plural']}.{spec['group']}"
    name = tree["metadata"].get("name")
    if old is None and name and name != expected:
        why = 'must be spec.names.plural+"."+spec.group'
        causes.append(status.invalid_value("metadata.name", name, why))
    established = old is not None and is_established(old)
    _check_spec(_internal(spec), causes, old_spec=old["spec"] if established and old else None)
    causes += status_faults(tree)
    _check_stored_versions(tree, causes)
    _check_approval(tree, old, causes)
    if spec.get("preserveUnknownFields"):
        why = (
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
            "spec.versions[*].schema instead"
        )
        causes.append(status.invalid_value("spec.preserveUnknownFields", True, why))
    if old is not None:
        _check_immutable(spec, old["spec"], causes, names=established)
    return causes


def is_established(tree: Tree) -> bool:
    conditions = tree["status"].get("conditions") or []
    return any(c["type"] == "Established" and c["status"] == "True" for c in conditions)


def status_faults(tree: Tree) -> list[Cause]:
    causes: list[Cause] = []
    _check_names(tree["status"]["acceptedNames"], "status.acceptedNames", causes)
    return causes


def _check_immutable(spec: Tree, old: Tree, causes: list[Cause], *, names: bool) -> None:
    pairs = [
        ("spec.group", spec["group"], old["group"]),
        ("spec.names.plural", spec["names"]["plural"], old["names"]["plural"]),
    ]
    if names:
        pairs += [
            ("spec.scope", spec["scope"], old["scope"]),
            ("spec.names.kind", spec["names"]["kind"], old["names"]["kind"]),
        ]
    for field, new, had in pairs:
        if new != had:
            causes.append(status.invalid_value(field, new, values.IMMUTABLE))


def _check_stored_versions(tree: Tree, causes: list[Cause]) -> None:
    path, stored = "status.storedVersions", tree["status"].get("storedVersions")
    if not stored:
        causes.append(status.invalid_value(path, stored, "must have at least one stored version"))
        return
    missing = {name: index for index, name in enumerate(stored)}
    for version in tree["spec"].get("versions") or ():
        name = version["name"]
        if missing.pop(name, None) is None and version["storage"]:
            why = f"must have the storage version {name}"
            causes.append(status.invalid_value(path, stored, why))
    for name, index in missing.items():
        why = (
            f"missing from spec.versions; {name} was previously a storage version, and must "
            "remain in spec.versions until a storage migration ensures no data remains "
            f"persisted in {name} and removes {name} from status.storedVersions"
        )
        causes.append(status.invalid_value(f"{path}[{index}]", name, why))


APPROVAL = "api-approved.kubernetes.io"
_PULL = "see https://github.com/kubernetes/enhancements/pull/1111"


def approval(tree: Tree) -> tuple[str, str]:
    """Of a group that is Kubernetes' own: whether its API is approved, as a condition's reason has
    it, and why; ('', '') for other groups."""
    group = tree["spec"]["group"]
    if not f".{group}".endswith((".k8s.io", ".kubernetes.io")):
        return "", ""
    text = (tree["metadata"].get("annotations") or {}).get(APPROVAL, "")
    needed = f'protected groups must have approval annotation "{APPROVAL}"'
    if not text:
        return "MissingAnnotation", f"{needed}, {_PULL}"
    if text.startswith("unapproved"):
        return "UnapprovedAnnotation", f"not approved: {status.render(text)}"
    url = urlsplit(text)
    if url.scheme and url.netloc:
        return "ApprovedAnnotation", f"approved in {text}"
    how = 'with either a URL or a reason starting with "unapproved"'
    return "InvalidAnnotation", f"{needed} {how}, {_PULL}"


def _check_approval(tree: Tree, old: Tree | None, causes: list[Cause]) -> None:
    state, why = approval(tree)
    if old is not None and approval({**old, "spec": tree["spec"]})[0] == state:
        return
    path = f"metadata.annotations[{APPROVAL}]"
    if state == "MissingAnnotation":
        causes.append(status.required(path, why))
    elif state == "InvalidAnnotation":
        text = tree["metadata"]["annotations"][APPROVAL]
        causes.append(status.invalid_value(path, text, why))


def _joined(path: str, value: str, found: Iterable[str], causes: list[Cause]) -> None:
    if texts := list(found):
        causes.append(status.invalid_value(path, value, ",".join(texts)))


def _check_spec(internal: _Internal, causes: list[Cause], *, old_spec: Tree | None) -> None:
    spec, shared, versions = internal.spec, internal.shared, internal.versions
    group = spec["group"]
    if not group:
        causes.append(status.required("spec.group"))
    elif texts := list(formats.subdomain_faults(group)):
        _joined("spec.group", group, texts, causes)
    elif "." not in group:
        why = "should be a domain with at least one dot"
        causes.append(status.invalid_value("spec.group", group, why))
    values.required_one_of("spec.scope", spec["scope"], ("Cluster", "Namespaced"), causes)
    _check_defaults_allowed(spec, causes)
    if (shared.get("schema") or {}).get("openAPIV3Schema") is None:
        for index, version in enumerate(versions):
            if (version.get("schema") or {}).get("openAPIV3Schema") is None:
                path = f"spec.versions[{index}].schema.openAPIV3Schema"
                causes.append(status.required(path))
    for index, version in enumerate(versions):
        _check_version(version, f"spec.versions[{index}]", internal, causes)
    _check_all_versions(spec, versions, causes)
    for member in ("plural", "singular", "kind", "listKind"):
        if not spec["names"].get(member):
            causes.append(status.required(f"spec.names.{member}"))
    _check_names(spec["names"], "spec.names", causes)
    any_status = "status" in (shared.get("subresources") or {}) or any(
        "status" in (version.get("subresources") or {}) for version in versions
    )
    _check_parts(shared, "spec", "validation", causes, has_status=any_status)
    if shared.get("selectableFields"):
        _check_selectable(shared, "spec", _NO_VALIDATION, causes)
    _check_conversion(spec, old_spec, causes)


def _check_defaults_allowed(spec: Tree, causes: list[Cause]) -> None:
    if spec.get("preserveUnknownFields") and any(
        schemas.mentions_default((version.get("schema") or {}).get("openAPIV3Schema"))
        for version in spec.get("versions") or ()
    ):
        why = "must be false in order to use defaults in the schema"
        causes.append(status.invalid_value("spec.preserveUnknownFields", True, why))


def _check_version(version: Tree, path: str, internal: _Internal, causes: list[Cause]) -> None:
    name = version["name"]
    _joined(f"{path}.name", name, formats.dns_1035_faults(name), causes)
    warning = version.get("deprecationWarning")
    for why in _warning_faults(warning, deprecated=bool(version.get("deprecated"))):
        causes.append(status.invalid_value(f"{path}.deprecationWarning", warning, why))
    has_status = "status" in internal.subresources(name)
    _check_parts(version, path, "schema", causes, has_status=has_status)
    if version.get("selectableFields"):
        _check_selectable(version, path, _NO_SCHEMA, causes)


def _warning_faults(text: str | None, *, deprecated: bool) -> Iterator[str]:
    if text is None:
        return
    if not deprecated:
        yield "can only be set for deprecated versions"
        return
    if len(text.encode()) > 256:
        yield "must be <= 256 characters long"
    if not text:
        yield "must not be an empty string"
    for index, letter in enumerate(text):
        if not letter.isprintable():
            place = len(text[:index].encode())
            yield (
                "must only contain printable UTF-8 characters; non-printable character found at "
                f"index {place}"
            )
            return


def _check_all_versions(spec: Tree, versions: list[Tree], causes: list[Cause]) -> None:
    def refuse(why: str) -> None:
        shown = go_value(
            "[]apiextensions.CustomResourceDefinitionVersion", spec.get("versions") and versions
        )
        causes.append(status.invalid_value("spec.versions", shown, why))

    if len({version["name"] for version in versions}) < len(versions):
        refuse("must contain unique version names")
    if sum(1 for version in versions if version["storage"]) != 1:
        refuse("must have exactly one version marked as storage version")
    if versions and versions[0]["name"]:
        # The internal type has the first version's name in a place of its own, too.
        name = versions[0]["name"]
        _joined("spec.version", name, formats.dns_1035_faults(name), causes)


def _check_names(names: Tree, path: str, causes: list[Cause]) -> None:
    for member in ("plural", "singular"):
        if text := names.get(member):
            _joined(f"{path}.{member}", text, formats.dns_1035_faults(text), causes)
    for member in ("kind", "listKind"):
        text = names.get(member, "")
        found = ",".join(formats.dns_1035_faults(text.lower())) if text else ""
        if found:
            why = f"may have mixed case, but should otherwise match: {found}"
            causes.append(status.invalid_value(f"{path}.{member}", text, why))
    for member in ("shortNames", "categories"):
        for index, text in enumerate(names.get(member) or ()):
            where = f"{path}.{member}[{index}]"
            _joined(where, text, formats.dns_1035_faults(text), causes)
    if names.get("kind") and names["kind"] == names.get("listKind"):
        why = "kind and listKind may not be the same"
        causes.append(status.invalid_value(f"{path}.listKind", names["listKind"], why))


def _check_parts(
    version: Tree, path: str, name: str, causes: list[Cause], *, has_status: bool
) -> None:
    """What a version has of its own, or what all have alike."""
    if (validation := version.get("schema")) is not None:
        causes += schemas.faults(validation, f"{path}.{name}", has_status=has_status)
    scale = (version.get("subresources") or {}).get("scale")
    if scale is not None:
        _check_scale(scale, f"{path}.subresources.scale", causes)
    for index, column in enumerate(version.get("additionalPrinterColumns") or ()):
        _check_column(column, f"{path}.additionalPrinterColumns[{index}]", causes)


_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = (
    "byte", "date", "date-time", "double", "float", "int32", "int64", "password",
)  # fmt: skip


def _check_column(column: Tree, path: str, causes: list[Cause]) -> None:
    if not column["name"]:
        causes.append(status.required(f"{path}.name"))
    why = f"must be one of {','.join(_COLUMN_TYPES)}"
    if not column["type"]:
        causes.append(status.required(f"{path}.type", why))
    elif column["type"] not in _COLUMN_TYPES:
        causes.append(status.invalid_value(f"{path}.type", column["type"], why))
    form = column.get("format")
    if form and form not in _COLUMN_FORMATS:
        why = f"must be one of {','.join(_COLUMN_FORMATS)}"
        causes.append(status.invalid_value(f"{path}.format", form, why))
    if not column["jsonPath"]:
        causes.append(status.required(f"{path}.JSONPath"))
    else:
        _check_simple_path(f"{path}.JSONPath", column["jsonPath"], causes)


def _check_simple_path(path: str, text: str, causes: list[Cause]) -> bool:
    if text.startswith("."):
        return True
    why = "must be a simple json path starting with ."
    causes.append(status.invalid_value(path, text, why))
    return False


_SCALED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("specReplicasPath", (".spec.",), ".spec"),
    ("statusReplicasPath", (".status.",), ".status"),
    ("labelSelectorPath", (".spec.", ".status."), "either .spec or .status"),
)


def _check_scale(scale: Tree, path: str, causes: list[Cause]) -> None:
    for member, roots, shown in _SCALED:
        text = scale.get(member)
        if not text:
            if member != "labelSelectorPath":
                causes.append(status.required(f"{path}.{member}"))
        elif _check_simple_path(f"{path}.{member}", text, causes) and not text.startswith(roots):
            why = f"should be a json path under {shown}"
            causes.append(status.invalid_value(f"{path}.{member}", text, why))


_NO_SCHEMA = "may only be set when `version.schema.openAPIV3Schema` is not included"
_NO_VALIDATION = "may only be set when validations.schema is included"


def _check_selectable(version: Tree, path: str, missing: str, causes: list[Cause]) -> None:
    where, fields = f"{path}.selectableFields", version["selectableFields"]
    validation = version.get("schema")
    schema = (validation or {}).get("openAPIV3Schema")
    if schema is None and (missing == _NO_SCHEMA or validation is None):
        causes.append(status.invalid_value(where, "", missing))
        return
    schema = schema or {}
    if why := structural.unsupported(schema):
        causes.append(status.invalid_value(f"{path}.schema.openAPIV3Schema", "", why))
        return
    earlier: set[str] = set()
    for index, field in enumerate(fields):
        place, text = f"{where}[{index}].jsonPath", field["jsonPath"]
        if not text:
            causes.append(status.required(place))
            continue
        try:
            name, there = fieldpath.found(text, schema, with_keys=False)
        except ValueError as error:
            causes.append(status.invalid_value(place, text, f"is an invalid path: {error}"))
            continue
        if name.partition(".")[0] == "metadata":
            why = "must not point to fields in metadata"
            causes.append(status.invalid_value(place, text, why))
        if there is None or there.get("type") not in ("string", "boolean", "integer"):
            why = (
                "must point to a field of type string, boolean or integer. Enum string fields and "
                "strings with formats are allowed."
            )
            causes.append(status.invalid_value(place, text, why))
        if name in earlier:
            causes.append(status.duplicate(place, text))
        earlier.add(name)
    if len(earlier) > _MOST_SELECTABLE:
        causes.append(status.too_many(where, len(earlier), _MOST_SELECTABLE))


def _check_conversion(spec: Tree, old_spec: Tree | None, causes: list[Cause]) -> None:
    path, conversion = "spec.conversion", spec["conversion"]
    strategy, webhook = conversion["strategy"], conversion.get("webhook") or {}
    client, reviews = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    if strategy != "None" and spec.get("preserveUnknownFields"):
        why = "must be None if spec.preserveUnknownFields is true"
        causes.append(status.invalid_value(f"{path}.strategy", strategy, why))
    values.required_one_of(f"{path}.strategy", strategy, ("None", "Webhook"), causes)
    client_path, reviews_path = f"{path}.webhookClientConfig", f"{path}.conversionReviewVersions"
    if strategy != "Webhook":
        why = "should not be set when strategy is not set to Webhook"
        if client is not None:
            causes.append(status.not_allowed(client_path, why))
        if reviews:
            causes.append(status.not_allowed(reviews_path, why))
        return
    if client is None:
        why = "required when strategy is set to Webhook"
        causes.append(status.required(client_path, why))
    else:
        webhook_clients.check(client, client_path, causes)
        if old_spec is not None and not _ca_fault(_bundle(old_spec)):
            _check_bundle(client.get("caBundle"), f"{client_path}.caBundle", causes)
    webhook_clients.check_reviews(reviews, reviews_path, "", causes)


def _bundle(spec: Tree) -> str | None:
    webhook = spec["conversion"].get("webhook") or {}
    bundle: str | None = (webhook.get("clientConfig") or {}).get("caBundle")
    return bundle


def _check_bundle(bundle: str | None, path: str, causes: list[Cause]) -> None:
    if why := _ca_fault(bundle):
        causes.append(status.invalid_value(path, bundle, why))


@functools.lru_cache(maxsize=64)
def _ca_fault(bundle: str | None) -> str:
    """Why a bundle of certificates cannot be used, in the words of client-go."""
    if not bundle:
        return ""
    import ssl  # few definitions have a bundle

    try:
        text = base64.b64decode(bundle).decode("ascii")
        ssl.create_default_context(cadata=text)
    except (ValueError, ssl.SSLError):
        return "unable to load root certificates: unable to parse bytes as PEM block"
    return ""
