"""The core group: the tables of its kinds. Pods and Services have modules of their own."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import claims, pods, services, values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.event_versions import CORE_EVENT
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.kinds.pod_checks import CHECKS as POD_CHECKS
from kube.envtest.apiserver.kinds.pod_checks import check_template
from kube.envtest.apiserver.kinds.pod_defaults import DEFAULTS as POD_DEFAULTS
from kube.envtest.apiserver.resources import Scale
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree


def _label_namespace(new: Tree) -> None:
    meta = new["metadata"]
    if meta.get("name"):
        labels = meta.get("labels") or {}
        meta["labels"] = {**labels, "kubernetes.io/metadata.name": meta["name"]}


def _create_namespace(new: Tree) -> None:
    finalizers = new["spec"].get("finalizers") or []
    if "kubernetes" not in finalizers:
        new["spec"]["finalizers"] = [*finalizers, "kubernetes"]
    new["status"] = {"phase": "Active"}
    _label_namespace(new)


def _update_namespace(new: Tree, old: Tree) -> None:
    new["spec"] = old["spec"]
    _label_namespace(new)


def _namespace_deleted(new: Tree) -> None:
    new["status"] = {**new["status"], "phase": "Terminating"}


_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    f"'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '{_KEY.pattern}')"
)
_IMMUTABLE = "field is immutable when `immutable` is set"


def _valid_keys(*members: str) -> Callable[[Tree, str, list[Cause]], None]:
    def check(new: Tree, path: str, causes: list[Cause]) -> None:
        for member in members:
            causes += [
                status.invalid_value(f"{member}[{key}]", key, _KEY_RULE)
                for key in new.get(member) or ()
                if not _KEY.fullmatch(key)
            ]
        for key in new.get("data") or ():
            if key in (new.get("binaryData") or ()):
                why = "duplicate of key present in binaryData"
                causes.append(status.invalid_value(f"data[{key}]", key, why))

    return check


def _immutable(*members: str) -> Callable[[Tree, Tree, list[Cause]], None]:
    def changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
        if not old.get("immutable"):
            return
        if not new.get("immutable"):
            causes.append(status.not_allowed("immutable", _IMMUTABLE))
        causes += [
            status.not_allowed(member, _IMMUTABLE)
            for member in members
            if new.get(member) != old.get(member)
        ]

    return changes


def _secret_defaults(secret: Tree) -> None:
    plain = secret.pop("stringData", None)
    if plain:
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in plain.items()}
        secret["data"] = {**(secret.get("data") or {}), **encoded}
    secret["type"] = secret.get("type") or "Opaque"


def _secret_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    if new["type"] != old["type"]:
        causes.append(status.invalid_value("type", new["type"], "field is immutable"))
    _immutable("data")(new, old, causes)


def _controller_defaults(controller: Tree) -> None:
    spec, meta = controller["spec"], controller["metadata"]
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if labels:
        if not spec.get("selector"):
            spec["selector"] = dict(labels)
        if not meta.get("labels"):
            meta["labels"] = dict(labels)


def _node_status(value: Tree) -> None:
    if "allocatable" not in value and "capacity" in value:
        value["allocatable"] = dict(value["capacity"])


def _limits(item: Tree) -> None:
    if item.get("type") != "Container":
        return
    default = item.setdefault("default", {})
    for name, amount in (item.get("max") or {}).items():
        default.setdefault(name, amount)
    request = item.setdefault("defaultRequest", {})
    for amounts in (default, item.get("min") or {}):
        for name, amount in amounts.items():
            request.setdefault(name, amount)
    for member in ("default", "defaultRequest"):
        if not item[member]:
            del item[member]


def _whole_claim(claim: Tree, path: str, causes: list[Cause]) -> None:
    claims.check_claim(claim["spec"], "spec", causes)


def _check_controller(controller: Tree, path: str, causes: list[Cause]) -> None:
    spec = controller["spec"]
    values.non_negative("spec.minReadySeconds", spec.get("minReadySeconds"), causes)
    values.non_negative("spec.replicas", spec.get("replicas"), causes)
    selector, template = spec.get("selector"), spec.get("template")
    if not selector:
        causes.append(status.required("spec.selector"))
    if template is None:
        causes.append(status.required("spec.template"))
        return
    wanted = {"matchLabels": selector} if selector else None
    check_template(template, "spec.template", wanted, causes, owner="ReplicationController")


def _protect(tree: Tree, finalizer: str) -> None:
    """What the admission plugin StorageObjectInUseProtection does."""
    finalizers = tree["metadata"].get("finalizers") or []
    if finalizer not in finalizers:
        tree["metadata"]["finalizers"] = [*finalizers, finalizer]


def _new_claim(claim: Tree) -> None:
    claim["status"] = {"phase": "Pending"}
    _protect(claim, "kubernetes.io/pvc-protection")


def _new_volume(volume: Tree) -> None:
    created = volume["metadata"]["creationTimestamp"]
    volume["status"] = {"phase": "Pending", "lastPhaseTransitionTime": created}
    _protect(volume, "kubernetes.io/pv-protection")


def _node_spec(spec: Tree) -> None:
    if spec.get("podCIDR"):
        spec.setdefault("podCIDRs", [spec["podCIDR"]])
    elif spec.get("podCIDRs"):
        spec["podCIDR"] = spec["podCIDRs"][0]


def _node_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    had = old["spec"].get("podCIDRs")
    if had and new["spec"].get("podCIDRs") != had:
        why = 'node updates may not change podCIDR except from "" to valid'
        causes.append(status.not_allowed("spec.podCIDRs", why))


_NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


def _new_node(node: Tree) -> None:
    """What the admission plugin TaintNodesByCondition does."""
    taints = node["spec"].get("taints") or []
    if _NOT_READY not in taints:
        node["spec"]["taints"] = [*taints, dict(_NOT_READY)]


def _check_event(event: Tree, path: str, causes: list[Cause]) -> None:
    namespace = event["metadata"].get("namespace", "")
    about = event["involvedObject"].get("namespace", "")
    if about != namespace and (about or namespace != "default"):
        why = "does not match event.namespace"
        causes.append(status.invalid_value("involvedObject.namespace", about, why))


_SECRET_KEYS = {
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
"""The keys that a secret of a type needs."""


def _check_secret(secret: Tree, path: str, causes: list[Cause]) -> None:
    data = secret.get("data") or {}
    for key in _SECRET_KEYS.get(secret.get("type", ""), ()):
        if key not in data:
            causes.append(status.required(f"data[{key}]"))


DEFAULTS: Defaults = {
    **POD_DEFAULTS,
    "core.v1.EndpointPort": (missing(protocol="TCP"),),
    "core.v1.LimitRangeItem": (_limits,),
    "core.v1.Namespace": (_label_namespace,),
    "core.v1.NamespaceStatus": (missing(phase="Active"),),
    "core.v1.NodeSpec": (_node_spec,),
    "core.v1.NodeStatus": (_node_status,),
    "core.v1.PersistentVolumeClaimStatus": (missing(phase="Pending"),),
    "core.v1.PersistentVolumeSpec": (
        missing(persistentVolumeReclaimPolicy="Retain", volumeMode="Filesystem"),
    ),
    "core.v1.PersistentVolumeStatus": (missing(phase="Pending"),),
    "core.v1.ReplicationController": (_controller_defaults,),
    "core.v1.ReplicationControllerSpec": (missing(replicas=1),),
    "core.v1.Secret": (_secret_defaults,),
    "core.v1.Service": (services.fill,),
}
CHECKS: Checks = {
    **POD_CHECKS,
    "core.v1.ConfigMap": (_valid_keys("data", "binaryData"),),
    "core.v1.Event": (_check_event,),
    "core.v1.PersistentVolumeClaim": (_whole_claim,),
    "core.v1.PersistentVolumeSpec": (claims.check_volume,),
    "core.v1.ReplicationController": (_check_controller,),
    "core.v1.Secret": (_valid_keys("data"), _check_secret),
    "core.v1.Service": (services.check,),
}
_SCALE = Scale(".spec.replicas", ".status.replicas", selector_from=".spec.selector")
KINDS = {
    "configmaps": Kind(strategy=Rules(changes=_immutable("data", "binaryData"))),
    "events": CORE_EVENT,
    "namespaces": Kind(
        strategy=Rules(
            create=_create_namespace,
            update=_update_namespace,
            holds=lambda tree: bool(tree["spec"].get("finalizers")),
            deleted=_namespace_deleted,
        ),
        selectable=("status.phase",),
        names=metadata.LABEL,
    ),
    "nodes": Kind(
        strategy=Rules(create=_new_node, changes=_node_changes), selectable=("spec.unschedulable",)
    ),
    "persistentvolumeclaims": Kind(
        strategy=Rules(create=_new_claim, changes=claims.claim_changes),
    ),
    "persistentvolumes": Kind(strategy=Rules(create=_new_volume, changes=claims.volume_changes)),
    "pods": pods.KIND,
    "podtemplates": Kind(generation=True),
    "replicationcontrollers": Kind(generation=True, scale=_SCALE, selectable=("status.replicas",)),
    "secrets": Kind(strategy=Rules(changes=_secret_changes), selectable=("type",)),
    "services": Kind(
        strategy=services.RULES,
        names=metadata.DNS_1035,
        selectable=("spec.clusterIP", "spec.type"),
    ),
}
