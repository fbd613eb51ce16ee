"""Columns of what a cluster's administrators write."""

from __future__ import annotations

from datetime import datetime

from kube.envtest.apiserver.kinds.tables.ages import human_duration
from kube.envtest.apiserver.kinds.tables.paths import (
    Cell,
    at,
    count,
    plain,
    selector,
    text_at,
    text_or,
)
from kube.runtime.trees import Tree


def _role(tree: Tree) -> str:
    return f"{tree['roleRef'].get('kind', '')}/{tree['roleRef'].get('name', '')}"


def _subjects(kind: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> str:
        chosen = [s for s in tree.get("subjects") or () if s.get("kind") == kind]
        if kind == "ServiceAccount":
            return ", ".join(f"{s.get('namespace', '')}/{s['name']}" for s in chosen)
        return ", ".join(s["name"] for s in chosen)

    return cell


_BINDING: dict[str, Cell] = {
    "Role": plain(_role),
    "Users": _subjects("User"),
    "Groups": _subjects("Group"),
    "ServiceAccounts": _subjects("ServiceAccount"),
}


def _param_kind(tree: Tree) -> str:
    kind = tree["spec"].get("paramKind")
    return f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind else "<unset>"


def _param_ref(tree: Tree) -> str:
    reference = tree["spec"].get("paramRef")
    if not reference:
        return "<unset>"
    namespace = reference.get("namespace")
    if reference.get("name"):
        return f"{namespace}/{reference['name']}" if namespace else str(reference["name"])
    return selector(reference.get("selector"))


def _csr_condition(tree: Tree) -> str:
    kinds = {c["type"] for c in tree["status"].get("conditions") or ()}
    word = "Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"
    if "Failed" in kinds:
        word += ",Failed"
    return f"{word},Issued" if tree["status"].get("certificate") else word


def _expiration(tree: Tree) -> str:
    seconds = tree["spec"].get("expirationSeconds")
    return "<none>" if seconds is None else human_duration(seconds)


def _claim_state(tree: Tree) -> str:
    status = tree.get("status") or {}
    words = []
    if "deletionTimestamp" in tree["metadata"]:
        words.append("deleted")
    if status.get("allocation") is None:
        if "deletionTimestamp" not in tree["metadata"]:
            words.append("pending")
    else:
        words.append("allocated")
        words.append("reserved" if status.get("reservedFor") else "")
    return ",".join(word for word in words if word)


def _queuing(member: str) -> Cell:
    path = f"spec.limited.limitResponse.queuing.{member}"
    return text_at(path, "<none>")


def _missing_level(tree: Tree) -> str:
    for condition in tree["status"].get("conditions") or ():
        if condition.get("type") == "Dangling":
            return str(condition.get("status", "?"))
    return "?"


def _service_reference(tree: Tree) -> str:
    service = tree["spec"].get("service")
    return f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"


def _available(tree: Tree) -> str:
    for condition in (tree.get("status") or {}).get("conditions") or ():
        if condition["type"] == "Available":
            reason = condition.get("reason", "")
            return "True" if condition["status"] == "True" else f"False ({reason})"
    return "Unknown"


CELLS: dict[str, dict[str, Cell]] = {
    "admissionregistration.k8s.io/mutatingadmissionpolicies": {
        "Mutations": count("spec.mutations"),
        "ParamKind": plain(_param_kind),
    },
    "admissionregistration.k8s.io/mutatingadmissionpolicybindings": {
        "PolicyName": at("spec.policyName"),
        "ParamRef": plain(_param_ref),
    },
    "admissionregistration.k8s.io/mutatingwebhookconfigurations": {"Webhooks": count("webhooks")},
    "admissionregistration.k8s.io/validatingadmissionpolicies": {
        "Validations": count("spec.validations"),
        "ParamKind": plain(_param_kind),
    },
    "admissionregistration.k8s.io/validatingadmissionpolicybindings": {
        "PolicyName": at("spec.policyName"),
        "ParamRef": plain(_param_ref),
    },
    "admissionregistration.k8s.io/validatingwebhookconfigurations": {"Webhooks": count("webhooks")},
    "apiregistration.k8s.io/apiservices": {
        "Service": plain(_service_reference),
        "Available": plain(_available),
    },
    "certificates.k8s.io/certificatesigningrequests": {
        "SignerName": text_or("spec.signerName", "<none>"),
        "Requestor": at("spec.username"),
        "RequestedDuration": plain(_expiration),
        "Condition": plain(_csr_condition),
    },
    "coordination.k8s.io/leases": {"Holder": at("spec.holderIdentity")},
    "flowcontrol.apiserver.k8s.io/flowschemas": {
        "PriorityLevel": at("spec.priorityLevelConfiguration.name"),
        "MatchingPrecedence": at("spec.matchingPrecedence", 0),
        "DistinguisherMethod": at("spec.distinguisherMethod.type", "<none>"),
        "MissingPL": plain(_missing_level),
    },
    "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations": {
        "Type": at("spec.type"),
        "NominalConcurrencyShares": at("spec.limited.nominalConcurrencyShares", "<none>"),
        "Queues": _queuing("queues"),
        "HandSize": _queuing("handSize"),
        "QueueLengthLimit": _queuing("queueLengthLimit"),
    },
    "node.k8s.io/runtimeclasses": {"Handler": at("handler")},
    "rbac.authorization.k8s.io/clusterrolebindings": _BINDING,
    "rbac.authorization.k8s.io/clusterroles": {},
    "rbac.authorization.k8s.io/rolebindings": _BINDING,
    "rbac.authorization.k8s.io/roles": {},
    "resource.k8s.io/resourceclaims": {"State": plain(_claim_state)},
    "resource.k8s.io/resourceslices": {
        "Node": at("spec.nodeName"),
        "Driver": at("spec.driver"),
        "Pool": at("spec.pool.name"),
    },
    "scheduling.k8s.io/priorityclasses": {
        "Value": at("value", 0),
        "Global-Default": at("globalDefault", False),
        "PreemptionPolicy": at("preemptionPolicy"),
    },
}
