"""What a container learns about its Pod: fields, and resources of containers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.kinds.pod_checks.sources import MODE_RULE
from kube.envtest.apiserver.status import Cause, invalid_value, required
from kube.runtime.trees import Tree

ENV_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
    "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
_VOLUME_FIELDS = (
    "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace",
    "metadata.uid",
)  # fmt: skip
_KNOWN = frozenset(
    {*ENV_FIELDS, *_VOLUME_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase"}
)
_SUBSCRIPTED = ("metadata.annotations", "metadata.labels")
_SUBSCRIPT = re.compile(r"(.*?)\['(.*?)'\]")


def check_field(field: Tree, path: str, known: Sequence[str], causes: list[Cause]) -> None:
    """A field of the Pod; `known` are those that may be read here."""
    for member in ("apiVersion", "fieldPath"):
        if not field.get(member):
            causes.append(required(f"{path}.{member}"))
            return
    text, why = field["fieldPath"], ""
    subscript = _SUBSCRIPT.fullmatch(text)
    if field["apiVersion"] != "v1":
        why = f"unsupported pod version: {field['apiVersion']}"
    elif subscript and subscript[1] not in _SUBSCRIPTED:
        why = f"field label does not support subscript: {text}"
    elif not subscript and text not in _KNOWN and text != "spec.host":
        why = f"field label not supported: {text}"
    if why:
        why = f"error converting fieldPath: {why}"
        causes.append(invalid_value(f"{path}.fieldPath", text, why))
    elif subscript:
        key = subscript[2].lower() if "annotations" in subscript[1] else subscript[2]
        formats.qualified_name(path, key, causes)
    elif (name := "spec.nodeName" if text == "spec.host" else text) not in known:
        causes.append(status.not_supported(f"{path}.fieldPath", name, known))


_RESOURCES = (
    "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu",
    "requests.ephemeral-storage", "requests.memory",
)  # fmt: skip
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_SIZES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")


def check_resource(field: Tree, path: str, causes: list[Cause], *, in_volume: bool) -> None:
    """A limit or a request of a container."""
    name = field.get("resource", "")
    if in_volume and not field.get("containerName"):
        causes.append(required(f"{path}.containerName"))
    elif not name:
        causes.append(required(f"{path}.resource"))
    elif name not in _RESOURCES and not name.startswith(_HUGE_PAGES):
        causes.append(status.not_supported(f"{path}.resource", name, _RESOURCES))
    divisor = field.get("divisor", "0")
    if divisor == "0":
        return
    if name.endswith(".cpu") and name in _RESOURCES:
        allowed: tuple[str, ...] = ("1m", "1")
        shown = "1m and 1"
        what = "cpu"
    elif name in _RESOURCES or name.startswith(_HUGE_PAGES):
        allowed, shown = _SIZES, ", ".join(_SIZES)
        what = "memory" if name.endswith(".memory") else "hugepages"
        what = "local ephemeral storage" if name.endswith(".ephemeral-storage") else what
    else:
        return
    if divisor not in allowed:
        why = f"only divisor's values {shown} are supported with the {what} resource"
        causes.append(invalid_value(f"{path}.divisor", name, why))


def check_file(item: Tree, path: str, causes: list[Cause]) -> None:
    """A file of a volume of the downward API."""
    if not item.get("path"):
        causes.append(required(f"{path}.path"))
    formats.unreserved_path(f"{path}.path", item.get("path", ""), causes)
    field, resource = item.get("fieldRef"), item.get("resourceFieldRef")
    if field is not None:
        check_field(field, f"{path}.fieldRef", _VOLUME_FIELDS, causes)
        if resource is not None:
            why = "fieldRef and resourceFieldRef can not be specified simultaneously"
            causes.append(invalid_value(path, "resource", why))
    elif resource is not None:
        check_resource(resource, f"{path}.resourceFieldRef", causes, in_volume=True)
    else:
        causes.append(required(path, "one of fieldRef and resourceFieldRef is required"))
    mode = item.get("mode")
    if mode is not None and not 0 <= mode <= 0o777:
        causes.append(invalid_value(f"{path}.mode", mode, MODE_RULE))
