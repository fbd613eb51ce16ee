"""Object metadata: what the server fills in, what clients may change, and which names are valid."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypedDict

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    f"for validation is '{SUBDOMAIN.pattern}')"
)
LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
    f"used for validation is '{LABEL.pattern}')"
)
DNS_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_DNS_1035_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    f"regex used for validation is '{DNS_1035.pattern}')"
)
_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value', "
    f" or '12345', regex used for validation is '{_VALUE.pattern}')"
)
_QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_QUALIFIED_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    f"validation is '{_QUALIFIED.pattern}')"
)
# As in apiserver/pkg/storage/names: no vowels, no digits that look like letters.
_SUFFIX = "bcdfghjklmnpqrstvwxz2456789"
_LONGEST_GENERATED_BASE = 63 - 5


def generate_name(base: str) -> str:
    drawn, suffix = int.from_bytes(os.urandom(8)), ""
    for _ in range(5):
        drawn, place = divmod(drawn, len(_SUFFIX))
        suffix += _SUFFIX[place]
    return base[:_LONGEST_GENERATED_BASE] + suffix


def new_uid() -> str:
    """A random UUID. That of the standard library takes three times as long, and 4 ms to import."""
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


class _OwnerReference(TypedDict, total=False):
    apiVersion: str | None
    kind: str | None
    name: str | None
    uid: str | None
    controller: bool | None
    blockOwnerDeletion: bool | None


class _Shape(TypedDict, total=False):
    annotations: dict[str, str | None] | None
    creationTimestamp: str | None
    deletionGracePeriodSeconds: int | None
    deletionTimestamp: str | None
    finalizers: list[str | None] | None
    generateName: str | None
    generation: int | None
    labels: dict[str, str | None] | None
    managedFields: list[dict[str, Any]] | None
    name: str | None
    namespace: str | None
    ownerReferences: list[_OwnerReference | None] | None
    resourceVersion: str | None
    selfLink: str | None
    uid: str | None


# msgspec can crash where two threads first use a type at once: it is used here, once, before.
msgspec.convert({}, _Shape)

FIELDS = frozenset(_Shape.__annotations__)
OWNER_FIELDS = frozenset(_OwnerReference.__annotations__)
_MISMATCH = re.compile(r"Expected `(.*?)`, got `(.*?)`(?: - at `\$\.?(.*)`)?")
_GO_KINDS = {"int": "number", "float": "number", "str": "string"}
_GO_TYPES = {"str": "string", "bool": "bool", "int": "int64", "array": "[]string"}


def of(tree: Tree) -> dict[str, Any]:
    """The metadata of an object, added if absent; raises StatusError 400 for a wrong type."""
    metadata = tree.get("metadata")
    if metadata is None:
        metadata = tree["metadata"] = {}
    if type(metadata) is dict and _is_plain(metadata):
        return metadata
    try:
        msgspec.convert(_without_managed_fields(metadata), _Shape)
    except msgspec.ValidationError as error:
        raise status.bad_request(_mismatch(str(error))) from None
    typed: dict[str, Any] = metadata
    for member in _NUMBERS:
        if not -(2**63) <= (number := typed.get(member) or 0) < 2**63:
            raise status.bad_request(
                f"json: cannot unmarshal number {number} into Go struct field "
                f"ObjectMeta.{member} of type int64"
            )
    for member in ("labels", "annotations"):
        # Go reads null as the zero value of what a map holds.
        for key, value in (typed.get(member) or {}).items():
            if value is None:
                typed[member][key] = ""
    for member, zero in (("finalizers", str), ("ownerReferences", dict)):
        listed = typed.get(member)
        if listed and None in listed:
            typed[member] = [zero() if item is None else item for item in listed]
    return typed


_TEXTS = frozenset({"generateName", "name", "namespace", "resourceVersion", "uid"})
_MAPS = frozenset({"annotations", "labels"})


def _is_plain(metadata: dict[str, Any]) -> bool:
    """Whether it surely has the right types: what most clients send needs no closer look."""
    for key, value in metadata.items():
        if key in _TEXTS:
            if type(value) is not str:
                return False
        elif key not in _MAPS or type(value) is not dict:
            return False
        else:
            for text in value.values():
                if type(text) is not str:
                    return False
    return True


def _without_managed_fields(metadata: Any) -> Any:
    """Metadata without managed fields that have the right type: converting copies them, and they
    are most of it."""
    managed = metadata.get("managedFields") if isinstance(metadata, dict) else None
    if not isinstance(managed, list) or not all(isinstance(entry, dict) for entry in managed):
        return metadata
    return {key: value for key, value in metadata.items() if key != "managedFields"}


_NUMBERS = ("generation", "deletionGracePeriodSeconds")


def convert_numbers(tree: Tree) -> None:
    """Numbers too large for an int64 become the smallest one, as where Go converts an object."""
    metadata: Any = tree.get("metadata")
    for member in _NUMBERS if isinstance(metadata, dict) else ():
        number = metadata.get(member)
        if type(number) is int and not -(2**63) <= number < 2**63:
            metadata[member] = -(2**63)


def _mismatch(text: str) -> str:
    match = _MISMATCH.match(text)
    if match is None:
        return f"json: cannot unmarshal metadata: {text}"
    wanted, where = match[1].removesuffix(" | null"), match[3] or ""
    inner = _IN_OWNER.match(where)
    field = re.split(r"[.\[]", where)[0]
    if inner and inner[1]:
        place = f"OwnerReference.ownerReferences.{inner[1]}"
    else:
        place = f"ObjectMeta.{field}" if field else ".metadata"
    kind = _GO_TYPES.get(wanted, "map[string]string" if field else "v1.ObjectMeta")
    if inner and not inner[1]:
        kind = "v1.OwnerReference"
    elif where == "uid" or (inner and inner[1] == "uid"):
        kind = "types.UID"
    elif where in _LISTS:
        kind = _LISTS[where]
    return (
        f"json: cannot unmarshal {_GO_KINDS.get(match[2], match[2])} into Go struct field {place} "
        f"of type {kind}"
    )


_IN_OWNER = re.compile(r"ownerReferences\[[^\]]*\]\.?(\w*)")
_LISTS = {
    "ownerReferences": "[]v1.OwnerReference",
    "managedFields": "[]v1.ManagedFieldsEntry",
}


_EMPTY: tuple[object, ...] = ("", [], {})


def drop_absent(metadata: dict[str, Any]) -> None:
    """Remove nulls and empty values, which Go's types do not write either."""
    empty = [
        key for key, value in metadata.items() if not value and (value is None or value in _EMPTY)
    ]
    for key in empty:
        del metadata[key]
    if metadata.get("generation") == 0:
        del metadata["generation"]


def validate(resource: ServerResource, metadata: dict[str, Any]) -> list[Cause]:
    """The faults of the metadata of a new object."""
    causes: list[Cause] = []
    name = metadata.get("name")
    if not name:
        causes.append(_NAMELESS)
    elif resource.names is None or resource.names is not ANY_NAME:
        causes.extend(_name_faults(resource, str(name)))
    if metadata.get("generation", 0) < 0:
        why = "must be greater than or equal to 0"
        causes.append(status.invalid_value("metadata.generation", metadata["generation"], why))
    causes += _common(metadata)
    if metadata.get("finalizers"):
        causes += _finalizers(metadata) + _unqualified(resource, metadata)
    return causes


_NAMELESS = status.required("metadata.name", "name or generateName is required")


def generic(metadata: dict[str, Any]) -> list[Cause]:
    """The faults that the metadata of any kind may not have."""
    nameless = [] if metadata.get("name") else [_NAMELESS]
    return nameless + _common(metadata) + _finalizers(metadata)


def repeated(
    resource: ServerResource, metadata: dict[str, Any], as_new: int, as_changed: int
) -> list[Cause]:
    """The faults of the metadata in an update, each as often as the original names it.

    It checks the metadata of all kinds, as new and as changed, and then leaves it to the kind,
    which does it once more, or in both ways, or not at all.
    """
    unqualified = _unqualified(resource, metadata) * (as_new + as_changed)
    common = _common(metadata) * (2 + as_new + as_changed)
    return common + _finalizers(metadata) * (1 + as_new) + unqualified


def _common(metadata: dict[str, Any]) -> list[Cause]:
    causes: list[Cause] = []
    for key, value in (metadata.get("labels") or {}).items():
        causes += key_faults("metadata.labels", key)
        causes += value_faults("metadata.labels", value)
    check_annotations("metadata.annotations", metadata.get("annotations") or {}, causes)
    return causes + _owner_faults(metadata.get("ownerReferences") or [])


def _finalizers(metadata: dict[str, Any]) -> list[Cause]:
    finalizers = metadata.get("finalizers")
    if not finalizers:
        return []
    causes: list[Cause] = []
    for finalizer in finalizers:
        causes.extend(key_faults("metadata.finalizers", finalizer))
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        why = "finalizer orphan and foregroundDeletion cannot be both set"
        causes.append(status.invalid_value("metadata.finalizers", finalizers, why))
    return causes


def _unqualified(resource: ServerResource, metadata: dict[str, Any]) -> list[Cause]:
    finalizers = metadata.get("finalizers")
    if not finalizers or _only_warns(resource) or resource.group in _PLAIN_FINALIZERS:
        return []
    return [
        status.invalid_value(f"metadata.finalizers[{index}]", finalizer, UNQUALIFIED)
        for index, finalizer in enumerate(finalizers)
        if is_unqualified(finalizer)
    ]


def embedded_faults(metadata: dict[str, Any], path: str) -> list[Cause]:
    """The faults of metadata at `path`, inside another object: its names only fit into a path."""
    causes: list[Cause] = []
    for member in ("generateName", "name"):
        name = metadata.get(member) or ""
        texts = [f"may not contain '{part}'" for part in "/%" if part in name]
        if member == "name" and name in (".", ".."):
            texts = [f"may not be '{name}'"]
        causes += [status.invalid_value(f"metadata.{member}", name, why) for why in texts]
    namespace = metadata.get("namespace")
    if namespace and len(namespace) > 63:
        why = "must be no more than 63 characters"
        causes.append(status.invalid_value("metadata.namespace", namespace, why))
    if namespace and not LABEL.fullmatch(namespace):
        causes.append(status.invalid_value("metadata.namespace", namespace, LABEL_RULE))
    if (generation := metadata.get("generation") or 0) < 0:
        why = "must be greater than or equal to 0"
        causes.append(status.invalid_value("metadata.generation", generation, why))
    causes += _common(metadata) + _finalizers(metadata)
    return [replace(c, field=f"{path}{c.field.removeprefix('metadata')}") for c in causes]


def dns_1035_fault(text: str) -> str:
    """Why a text is not a label as DNS-1035 has it; '' if it is one."""
    faults = ["must be no more than 63 characters"] if len(text) > 63 else []
    return ",".join(faults if DNS_1035.fullmatch(text) else [*faults, _DNS_1035_RULE])


_MOST_ANNOTATIONS = 256 * 1024


def check_annotations(path: str, annotations: dict[str, str], causes: list[Cause]) -> None:
    size = 0
    for key, text in annotations.items():
        size += len(key) + len(text)
        for cause in key_faults(path, key.lower()):
            shown = cause.message.replace(status.render(key.lower()), status.render(key), 1)
            causes.append(Cause(cause.reason, path, shown))
    if size > _MOST_ANNOTATIONS:
        causes.append(status.too_long(path, _MOST_ANNOTATIONS))


OWNER_REFERENCE = ("apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion")
"""Its members, in the order in which Go writes them; the first four it always writes."""


def _owner_faults(owners: list[dict[str, Any]]) -> list[Cause]:
    causes: list[Cause] = []
    path = "metadata.ownerReferences"
    for owner in owners:
        version = owner.get("apiVersion") or ""
        # Of a text that is not a group and a version, Go makes an empty version.
        if version.count("/") > 1 or not version.rpartition("/")[2]:
            why = "version must not be empty"
            causes.append(status.invalid_value(f"{path}.apiVersion", version, why))
        for field, why in (
            ("kind", "must not be empty"),
            ("name", "must not be empty"),
            ("uid", "must not be empty"),
        ):
            if not owner.get(field):
                causes.append(status.invalid_value(f"{path}.{field}", "", why))
    controllers = [owner for owner in owners if owner.get("controller")]
    if len(controllers) > 1:
        names = [f"{owner.get('kind', '')}/{owner.get('name', '')}" for owner in controllers]
        why = (
            'Only one reference can have Controller set to true. Found "true" in references for '
            f"{names[0]} and {names[1]}"
        )
        empty = dict.fromkeys(OWNER_REFERENCE[:4], "")
        shown = [
            {**empty, **{key: each[key] for key in OWNER_REFERENCE if key in each}}
            for each in owners
        ]
        causes.append(status.invalid_value(path, shown, why))
    return causes


_PLAIN_FINALIZERS = (
    "admissionregistration.k8s.io", "coordination.k8s.io", "node.k8s.io", "policy",
)  # fmt: skip
"""Groups whose kinds may have finalizers that name no domain."""
UNQUALIFIED = "name is neither a standard finalizer name nor is it fully qualified"


def is_unqualified(finalizer: str) -> bool:
    return "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS


def _only_warns(resource: ServerResource) -> bool:
    """Custom resources, and their definitions, may have finalizers that name no domain."""
    return resource.custom or resource.group == "apiextensions.k8s.io"


def warnings(resource: ServerResource, metadata: dict[str, Any]) -> list[str]:
    """Warnings about metadata that is allowed but unwise."""
    if not _only_warns(resource):
        return []
    return [
        f'metadata.finalizers: "{finalizer}": prefer a domain-qualified finalizer name to avoid '
        "accidental conflicts with other finalizer writers"
        for finalizer in metadata.get("finalizers") or ()
        if is_unqualified(finalizer)
    ]


_STANDARD_FINALIZERS = frozenset({"orphan", "foregroundDeletion", "kubernetes"})
ANY_NAME = re.compile(r"[^/%]+")


_NAME_RULES = {LABEL: (LABEL_RULE, 63), DNS_1035: (_DNS_1035_RULE, 63)}


def _name_faults(resource: ServerResource, name: str) -> list[Cause]:
    pattern = resource.names or SUBDOMAIN
    rule, most = _NAME_RULES.get(pattern, (SUBDOMAIN_RULE, 253))
    causes = []
    if len(name) > most:
        unit = "characters" if most == 63 else "bytes"
        why = f"must be no more than {most} {unit}"
        causes.append(status.invalid_value("metadata.name", name, why))
    if not pattern.fullmatch(name):
        if pattern is LABEL and SUBDOMAIN.fullmatch(name):
            rule = "must not contain dots"
        causes.append(status.invalid_value("metadata.name", name, rule))
    return causes


def value_faults(field: str, value: str) -> list[Cause]:
    """The faults of a label's value."""
    causes = []
    if len(value) > 63:
        causes.append(status.invalid_value(field, value, "must be no more than 63 bytes"))
    if not _VALUE.fullmatch(value):
        causes.append(status.invalid_value(field, value, _VALUE_RULE))
    return causes


def key_faults(field: str, key: str) -> Sequence[Cause]:
    """The faults of a qualified name, such as a label's key."""
    return _key_faults(field, key) if len(key) < _LONG else _new_key_faults(field, key)


_LONG = 512
"""Characters of a key that is not worth remembering."""


def _new_key_faults(field: str, key: str) -> tuple[Cause, ...]:
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        why = (
            f"a valid label key must {_QUALIFIED_RULE.removeprefix('name part must ')} with an "
            "optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        )
        return (status.invalid_value(field, key, why),)
    causes = []
    if slash and (len(prefix) > 253 or not SUBDOMAIN.fullmatch(prefix)):
        causes.append(status.invalid_value(field, key, f"prefix part {SUBDOMAIN_RULE}"))
    if not name:
        causes.append(status.invalid_value(field, key, "name part must be non-empty"))
    elif len(name) > 63:
        causes.append(status.invalid_value(field, key, "name part must be no more than 63 bytes"))
    if not _QUALIFIED.fullmatch(name):
        causes.append(status.invalid_value(field, key, _QUALIFIED_RULE))
    return tuple(causes)


_key_faults = functools.lru_cache(maxsize=1024)(_new_key_faults)
"""Objects have the same few keys over and over."""


def validate_update(new: dict[str, Any], old: dict[str, Any]) -> list[Cause]:
    """The forbidden changes of metadata in an update, once the server's own fields are restored."""
    causes = [
        status.invalid_value(f"metadata.{field}", new[field], "field is immutable")
        for field in ("deletionTimestamp", "deletionGracePeriodSeconds")
        if field in new and new[field] != old.get(field)
    ]
    if "deletionTimestamp" in old:
        had = set(old.get("finalizers", ()))
        added = [f for f in new.get("finalizers", ()) if f not in had]
        if added:
            names = ", ".join(f'"{name}"' for name in added)
            why = (
                "no new finalizers can be added if the object is being deleted, found new "
                f"finalizers []string{{{names}}}"
            )
            causes.append(status.not_allowed("metadata.finalizers", why))
    return causes


def restore(new: dict[str, Any], old: dict[str, Any]) -> None:
    """Restore the fields that only the server may change."""
    for field in ("deletionTimestamp", "deletionGracePeriodSeconds"):
        # These may be left out; another value is refused (`validate_update`).
        if new.get(field) is None and field in old:
            new[field] = old[field]
    for field in ("uid", "creationTimestamp", "generation", "selfLink", "namespace"):
        if field in old:
            new[field] = old[field]
        else:
            new.pop(field, None)
