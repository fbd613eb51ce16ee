"""Object metadata: what the server fills in, what a client may not change, what names may be."""

from __future__ import annotations

import re
import secrets
from typing import Any

from kube.envtest import status
from kube.envtest.resources import Resource
from kube.envtest.status import Cause
from kube.envtest.store import Tree

SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    f"for validation is '{SUBDOMAIN.pattern}')"
)
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
    f"used for validation is '{LABEL.pattern}')"
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

FIELDS = frozenset(
    {
        "annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp",
        "finalizers", "generateName", "generation", "labels", "managedFields", "name",
        "namespace", "ownerReferences", "resourceVersion", "selfLink", "uid",
    }
)  # fmt: skip


def generate_name(base: str) -> str:
    suffix = "".join(secrets.choice(_SUFFIX) for _ in range(5))
    return base[:_LONGEST_GENERATED_BASE] + suffix


def of(tree: Tree) -> dict[str, Any]:
    """The metadata of an object from a client: made where absent, refused where not an object."""
    metadata = tree.get("metadata")
    if metadata is None:
        metadata = tree["metadata"] = {}
    if not isinstance(metadata, dict):
        raise status.bad_request(
            "json: cannot unmarshal non-object into Go struct field .metadata of type v1.ObjectMeta"
        )
    return metadata


def drop_absent(metadata: dict[str, Any]) -> None:
    """Take away nulls and empty values, which Go's types do not write either."""
    for key in [key for key, value in metadata.items() if value in (None, "", [], {}, 0)]:
        del metadata[key]


def validate(resource: Resource, metadata: dict[str, Any]) -> list[Cause]:
    causes: list[Cause] = []
    name = metadata.get("name")
    if not name:
        causes.append(status.required("metadata.name", "name or generateName is required"))
    elif resource.names is None or resource.names is not ANY_NAME:
        causes.extend(_name_faults(resource, str(name)))
    labels = metadata.get("labels")
    for key, value in (labels or {}).items():
        causes.extend(_key_faults("metadata.labels", key))
        if not isinstance(value, str) or len(value) > 63 or not _VALUE.fullmatch(value):
            causes.append(status.invalid_value("metadata.labels", value, _VALUE_RULE))
    for key in metadata.get("annotations") or {}:
        causes.extend(_key_faults("metadata.annotations", key.lower()))
    return causes


ANY_NAME = re.compile(r"[^/%]+")


def _name_faults(resource: Resource, name: str) -> list[Cause]:
    pattern = resource.names or SUBDOMAIN
    rule, most = (_LABEL_RULE, 63) if pattern is LABEL else (_SUBDOMAIN_RULE, 253)
    causes = []
    if len(name) > most:
        why = f"must be no more than {most} bytes"
        causes.append(status.invalid_value("metadata.name", name, why))
    if not pattern.fullmatch(name):
        causes.append(status.invalid_value("metadata.name", name, rule))
    return causes


def _key_faults(field: str, key: str) -> list[Cause]:
    prefix, slash, name = key.rpartition("/")
    causes = []
    if slash and (len(prefix) > 253 or not SUBDOMAIN.fullmatch(prefix)):
        causes.append(status.invalid_value(field, key, f"prefix part {_SUBDOMAIN_RULE}"))
    if not name:
        causes.append(status.invalid_value(field, key, "name part must be non-empty"))
    elif len(name) > 63:
        causes.append(status.invalid_value(field, key, "name part must be no more than 63 bytes"))
    if not _QUALIFIED.fullmatch(name):
        causes.append(status.invalid_value(field, key, _QUALIFIED_RULE))
    return causes


def validate_update(new: dict[str, Any], old: dict[str, Any]) -> list[Cause]:
    """What an update may not do to metadata. Fields that are the server's were restored before."""
    causes = []
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
    """Give back what only the server may change, whatever the client sent."""
    for field in (
        "uid", "creationTimestamp", "generation", "deletionTimestamp",
        "deletionGracePeriodSeconds", "selfLink", "namespace",
    ):  # fmt: skip
        if field in old:
            new[field] = old[field]
        else:
            new.pop(field, None)
