"""The core group: the tables of its kinds. Pods and Services have modules of their own."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import (
    claims,
    config_data,
    endpoints,
    events,
    limits,
    namespaces,
    nodes,
    persistent_volumes,
    pods,
    service_checks,
    services,
    statuses,
    values,
    volume_warnings,
)
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.event_versions import CORE_EVENT
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.kinds.pod_checks import (
    check_pod,
    check_running_template,
    check_template,
    template_at,
)
from kube.envtest.apiserver.kinds.pod_defaults import DEFAULTS as POD_DEFAULTS
from kube.envtest.apiserver.kinds.pod_warnings import of_workload, template_warnings
from kube.envtest.apiserver.resources import Scale
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree


def _controller_defaults(controller: Tree) -> None:
    spec, meta = controller["spec"], controller["metadata"]
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if labels:
        if not spec.get("selector"):
            spec["selector"] = dict(labels)
        if not meta.get("labels"):
            meta["labels"] = dict(labels)


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
    check_running_template(template, "spec.template", wanted, causes, owner="ReplicationController")


def _check_pod_template(template: Tree, path: str, causes: list[Cause]) -> None:
    check_template(template["template"], "template", causes)


def _warns_of_controller(new: Tree, old: Tree | None) -> list[str]:
    # Of an update the original looks at the old template.
    return _of_template(new if old is None else {**new, "spec": old["spec"]}, old)


_of_template = of_workload("spec.template")


def _warns_of_pod_template(new: Tree, old: Tree | None) -> list[str]:
    if old is not None and new["metadata"].get("generation") == old["metadata"].get("generation"):
        return []
    return template_warnings(new["template"], "template")


def _protect(tree: Tree, finalizer: str) -> None:
    """What the admission plugin StorageObjectInUseProtection does."""
    finalizers = tree["metadata"].get("finalizers") or []
    if finalizer not in finalizers:
        tree["metadata"]["finalizers"] = [*finalizers, finalizer]


def _new_account(account: Tree) -> None:
    """Of references to secrets only the names are kept."""
    if account.get("secrets"):
        names = [secret.get("name") for secret in account["secrets"]]
        account["secrets"] = [{"name": name} if name else {} for name in names]


def _changed_account(new: Tree, old: Tree) -> None:
    _new_account(new)


def _new_claim(claim: Tree) -> None:
    claim["status"] = {"phase": "Pending"}
    claims.complete_sources(claim["spec"], None)
    _protect(claim, "kubernetes.io/pvc-protection")


def _new_volume(volume: Tree) -> None:
    created = volume["metadata"]["creationTimestamp"]
    volume["status"] = {"phase": "Pending", "lastPhaseTransitionTime": created}
    _protect(volume, "kubernetes.io/pv-protection")


DEFAULTS: Defaults = {
    **POD_DEFAULTS,
    "core.v1.EndpointPort": (missing(protocol="TCP"),),
    "core.v1.LimitRangeItem": (limits.fill_item,),
    "core.v1.Namespace": (namespaces.label,),
    "core.v1.NamespaceStatus": (missing(phase="Active"),),
    "core.v1.NodeSpec": (nodes.fill_spec,),
    "core.v1.NodeStatus": (nodes.fill_status,),
    "core.v1.PersistentVolumeClaimStatus": (missing(phase="Pending"),),
    "core.v1.PersistentVolumeSpec": (
        missing(persistentVolumeReclaimPolicy="Retain", volumeMode="Filesystem"),
    ),
    "core.v1.PersistentVolumeStatus": (missing(phase="Pending"),),
    "core.v1.ReplicationController": (_controller_defaults,),
    "core.v1.ReplicationControllerSpec": (missing(replicas=1),),
    "core.v1.Secret": (config_data.fill_secret,),
    "core.v1.Service": (services.fill,),
}
CHECKS: Checks = {
    "core.v1.ConfigMap": (config_data.check_config_map,),
    "core.v1.Event": (events.check,),
    "core.v1.LimitRangeSpec": (limits.check_limits,),
    "core.v1.Node": (nodes.check,),
    "core.v1.PersistentVolumeClaim": (_whole_claim,),
    "core.v1.PersistentVolume": (persistent_volumes.check,),
    "core.v1.Pod": (check_pod,),
    "core.v1.PodTemplate": (_check_pod_template,),
    "core.v1.ReplicationController": (_check_controller,),
    "core.v1.ResourceQuotaSpec": (limits.check_quota,),
    "core.v1.Secret": (config_data.check_secret,),
    "core.v1.Service": (service_checks.check,),
}
_SCALE = Scale(".spec.replicas", ".status.replicas", selector_from=".spec.selector")
KINDS = {
    "configmaps": config_data.CONFIG_MAP,
    "endpoints": endpoints.KIND,
    "events": CORE_EVENT,
    "limitranges": limits.LIMIT_RANGE,
    "namespaces": namespaces.KIND,
    "nodes": nodes.KIND,
    "persistentvolumeclaims": Kind(
        strategy=Rules(
            create=_new_claim,
            update=claims.update_sources,
            changes=claims.claim_changes,
            own_metadata=(1, 1),
            warns=volume_warnings.of_claim,
            status_changes=claims.claim_status_changes,
        ),
    ),
    "persistentvolumes": Kind(
        strategy=Rules(
            create=_new_volume,
            changes=persistent_volumes.changes,
            checks=2,
            own_metadata=(3, 0),
            warns=volume_warnings.of_volume,
        )
    ),
    "pods": pods.KIND,
    "podtemplates": Kind(
        strategy=Rules(template=template_at("template"), warns=_warns_of_pod_template),
        generation=True,
    ),
    "serviceaccounts": Kind(
        strategy=Rules(create=_new_account, update=_changed_account, own_metadata=(1, 1))
    ),
    "replicationcontrollers": Kind(
        strategy=Rules(
            template=template_at("spec.template"),
            warns=_warns_of_controller,
            status_changes=statuses.check_replication_controller,
        ),
        generation=True,
        scale=_SCALE,
        selectable=("status.replicas",),
    ),
    "resourcequotas": limits.RESOURCE_QUOTA,
    "secrets": config_data.SECRET,
    "services": Kind(
        strategy=services.RULES,
        names=metadata.DNS_1035,
        selectable=("spec.clusterIP", "spec.type"),
    ),
}
