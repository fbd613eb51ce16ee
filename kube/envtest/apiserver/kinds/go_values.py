"""Values as a refusal prints them where it shows a whole struct: of Kubernetes' internal types.

An internal type has Go's names, all members, and some in other places than the API
(`facts/go_types.json`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds.values import in_go_order
from kube.envtest.apiserver.schemas import documents
from kube.envtest.apiserver.storage.metadata import OWNER_REFERENCE
from kube.runtime.trees import Tree

_ZEROS: dict[str, Any] = {
    "string": "",
    "bool": False,
    "int": 0,
    "int32": 0,
    "int64": 0,
    "resource.Quantity": "0",
    "intstr.IntOrString": 0,
}
_META = (
    "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation",
    "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations",
    "ownerReferences", "finalizers", "managedFields",
)  # fmt: skip
_OF_POD = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")
"""Members that the internal type has in the security context."""
_RENAMED = {
    ("core.RBDVolumeSource", "CephMonitors"): "monitors",
    ("core.RBDVolumeSource", "RBDPool"): "pool",
    ("core.RBDVolumeSource", "RBDImage"): "image",
    ("core.RBDVolumeSource", "RadosUser"): "user",
    ("core.GlusterfsVolumeSource", "EndpointsName"): "endpoints",
    ("core.AzureDiskVolumeSource", "DataDiskURI"): "diskURI",
    ("core.ISCSIVolumeSource", "DiscoveryCHAPAuth"): "chapAuthDiscovery",
    ("core.ISCSIVolumeSource", "SessionCHAPAuth"): "chapAuthSession",
    ("core.DownwardAPIProjection", "Items"): "items",
}


def _schema_or(name: str, kind: type) -> Callable[[Any], Tree]:
    return lambda value: {name if isinstance(value, kind) else "schema": value}


def _schema_or_bool(value: Any) -> Tree:
    return {"allows": value} if isinstance(value, bool) else {"allows": True, "schema": value}


_UNIONS: dict[str, Callable[[Any], Tree]] = {
    "apiextensions.JSONSchemaPropsOrArray": _schema_or("jsonschemas", list),
    "apiextensions.JSONSchemaPropsOrBool": _schema_or_bool,
    "apiextensions.JSONSchemaPropsOrStringArray": _schema_or("property", list),
}
"""What a type that is a schema or something else has as its members."""


def _plain(key: str) -> str:
    """A member's name as that of Go is compared with."""
    return key.lower().replace("x-kubernetes-", "x").replace("-", "").lstrip("$")


def go_value(go_type: str, value: Any) -> Any:
    """A value of the API, as its internal type would be encoded; `go_type` as `core.Pod`."""
    if go_type.startswith("*"):
        return None if value is None else go_value(go_type[1:], value)
    if go_type.startswith("[]"):
        return None if value is None else [go_value(go_type[2:], item) for item in value]
    if go_type.startswith("map["):
        inner = go_type.partition("]")[2]
        return None if value is None else {k: go_value(inner, value[k]) for k in sorted(value)}
    if go_type in _UNIONS:
        value = _UNIONS[go_type](value)
    known = documents.go_types().get(go_type)
    if isinstance(known, str):
        return go_value(known, value)
    if go_type == "metav1.LabelSelector":
        return in_go_order(value)
    if known is None:
        return _ZEROS.get(go_type) if value is None else status.by_key(value)
    shown: Tree = {}
    _add_members(shown, go_type, value if isinstance(value, dict) else {})
    return shown


def own_members(go_type: str, value: Tree) -> Tree:
    """The members of a value of the API by their names in Go, in Go's order."""
    by_name = {_plain(key): key for key in value}
    names = [member.partition("|")[0] for member in documents.go_types()[go_type]]
    return {name: value[by_name[name.lower()]] for name in names if name.lower() in by_name}


def _add_members(shown: Tree, go_type: str, value: Tree) -> None:
    if go_type == "core.PodSpec":
        moved = {key: value[key] for key in _OF_POD if key in value}
        value = {**value, "securityContext": {**(value.get("securityContext") or {}), **moved}}
    by_name = {_plain(key): key for key in value}
    for member in documents.go_types()[go_type]:
        name, _, kind = member.partition("|")
        if name:
            spelled = _RENAMED.get((go_type, name)) or by_name.get(name.lower(), "")
            shown[name] = go_value(kind, value.get(spelled))
        elif kind == "metav1.ObjectMeta":
            meta = value.get("metadata") or {}
            shown.update({key: _meta_value(key, meta[key]) for key in _META if meta.get(key)})
        elif kind.startswith(("core.", "apps.", "batch.")):
            _add_members(shown, kind, value)


def _meta_value(member: str, value: Any) -> Any:
    """A member of metadata, whose type is the API's own."""
    if isinstance(value, dict):
        return {key: value[key] for key in sorted(value)}
    if member == "ownerReferences":
        return [{key: each[key] for key in OWNER_REFERENCE if key in each} for each in value]
    return value
