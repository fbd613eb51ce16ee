"""Subresources to which a document of another kind is posted: binding, eviction, token.

They follow kube-apiserver's pod/storage and serviceaccount/storage, where no scheduler, kubelet or
signer is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.authorization.tokens import ISSUER
from kube.envtest.apiserver.labels import selector_of
from kube.envtest.apiserver.requests import admission
from kube.envtest.apiserver.storage import metadata as meta
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.requests.verbs import Call

SUCCESS: Tree = {
    "kind": "Status",
    "apiVersion": "v1",
    "metadata": {},
    "status": "Success",
    "code": 201,
}
_BUDGETS = ("policy", "poddisruptionbudgets")


def bind(call: Call, binding: Tree) -> Tree:
    """Assign a Pod to a node, as the scheduler does."""
    _check_name(call, binding, "Binding")
    name, target = call.route.name, binding.get("target") or {}
    causes = []
    if target.get("kind") not in (None, "", "Node"):
        causes.append(status.not_supported("target.kind", target["kind"], ("Node", "<empty>")))
    if not target.get("name"):
        causes.append(status.required("target.name"))
    if causes:  # kube-apiserver makes no Status of these faults
        faults = ", ".join(f"{cause.field}: {cause.message}" for cause in causes)
        raise status.internal(f"[{faults}]" if len(causes) > 1 else faults)
    pod = call.target.get(name).tree
    why = ""
    if "deletionTimestamp" in pod["metadata"]:
        why = f"pod {name} is being deleted, cannot be assigned to a host"
    elif pod["spec"].get("nodeName"):
        why = f'pod {name} is already assigned to node "{pod["spec"]["nodeName"]}"'
    if why:
        raise status.conflict("", "pods/binding", name, why)
    annotations = {
        **(pod["metadata"].get("annotations") or {}),
        **(meta.of(binding).get("annotations") or {}),
    }
    conditions = [c for c in pod["status"].get("conditions") or () if c["type"] != "PodScheduled"]
    scheduled = {
        "type": "PodScheduled",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": call.state.timestamp(),
    }
    new = {
        **pod,
        "metadata": {**pod["metadata"], **({"annotations": annotations} if annotations else {})},
        "spec": {**pod["spec"], "nodeName": target["name"]},
        "status": {**pod["status"], "conditions": [*conditions, scheduled]},
    }
    writes.replace(call.target, name, new, call.options())
    return SUCCESS


def evict(call: Call, eviction: Tree) -> Tree:
    """Delete a Pod, if its PodDisruptionBudget allows that."""
    _check_name(call, eviction, "Eviction")
    name = call.route.name
    pod = call.target.get(name)
    asked, sent = call.query.all("dryRun"), (eviction.get("deleteOptions") or {}).get("dryRun")
    if asked and sent and asked != sent:
        shown = f"[{' '.join(asked)}] and [{' '.join(sent)}]"
        why = f"Non-matching dry-run options in request and content: {shown}"
        raise status.internal(why)
    options = admission.read_delete_options(
        eviction.get("deleteOptions") or {}, call.query, call.state.now()
    )
    budget = _budget_to_ask(call, pod)
    if budget is not None:
        _take_from_budget(call, budget, name, options)
    version = options.resource_version
    if not options.dry_run and version in (None, pod.tree["metadata"]["resourceVersion"]):
        _mark_evicted(call, pod)
        options = msgspec.structs.replace(options, resource_version=None)
    writes.delete(call.target, name, options)
    return SUCCESS


def _mark_evicted(call: Call, pod: Stored) -> None:
    """Show on the Pod why it goes."""
    evicted = {
        "type": "DisruptionTarget",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": call.state.timestamp(),
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    }
    conditions = pod.tree["status"].get("conditions") or ()
    rest = [each for each in conditions if each["type"] != evicted["type"]]
    status = {**pod.tree["status"], "conditions": [*rest, evicted]}
    writes.replace(call.target, pod.key[1], {**pod.tree, "status": status}, call.options())


def create_token(call: Call, request: Tree) -> Tree:
    """A token of a ServiceAccount, which reviews of this server know."""
    _check_name(call, request, "TokenRequest")
    account, now = call.target.get(call.route.name).tree, call.state.now()
    spec = {"boundObjectRef": None, **(request.get("spec") or {})}
    if spec.get("expirationSeconds") is None:
        spec["expirationSeconds"] = 3600
    seconds = spec["expirationSeconds"]
    why = ""
    if seconds < 600:
        why = "may not specify a duration less than 10 minutes"
    elif seconds > 1 << 32:
        why = "may not specify a duration larger than 2^32 seconds"
    if why:
        cause = status.invalid_value("spec.expirationSeconds", seconds, why)
        group, name = "authentication.k8s.io", call.route.name
        raise status.invalid(group, "TokenRequest", name, [cause])
    spec["audiences"] = spec.get("audiences") or [ISSUER]
    bound = _bound(call, spec["boundObjectRef"]) if spec["boundObjectRef"] else None
    token = call.state.tokens.issue(account, spec["audiences"], now, seconds, bound)
    return {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {
            "name": call.route.name,
            "namespace": call.route.namespace,
            "uid": account["metadata"]["uid"],
            "creationTimestamp": call.state.timestamp(),
        },
        "spec": spec,
        "status": {
            "token": token,
            "expirationTimestamp": writes.timestamp(now + timedelta(seconds=seconds)),
        },
    }


def _bound(call: Call, reference: Tree) -> Tree:
    """The object that a token is bound to, with its kind; raises StatusError."""
    kind, version = reference.get("kind", ""), reference.get("apiVersion", "")
    plural = _BOUND.get((version, kind))
    if plural is None:
        group, _, version = version.rpartition("/")
        why = f"cannot bind token to object of type {group}/{version}, Kind={kind}"
        raise status.bad_request(why)
    name = str(reference.get("name", ""))
    namespace = "" if kind == "Node" else call.route.namespace
    tree = call.state.target_at(("", plural), namespace).get(name).tree
    wanted, uid = reference.get("uid"), tree["metadata"]["uid"]
    if wanted and wanted != uid:
        why = (
            f"the UID in the bound object reference ({wanted}) does not match the UID in record. "
            "The object might have been deleted and then recreated"
        )
        raise status.conflict("", kind, name, why)
    owner = tree["spec"].get("serviceAccountName") if kind == "Pod" else call.route.name
    if owner != call.route.name:
        why = f'cannot bind token for serviceaccount "{call.route.name}" to pod running with '
        raise status.bad_request(why + "different serviceaccount name.")
    return {**tree, "kind": kind}


_BOUND = {("v1", "Node"): "nodes", ("v1", "Pod"): "pods", ("v1", "Secret"): "secrets"}
"""What a token may be bound to, by version and kind: the plural."""

POSTED: Mapping[tuple[str, str, str], Callable[[Call, Tree], Tree]] = {
    ("", "pods", "binding"): bind,
    ("", "pods", "eviction"): evict,
    ("", "serviceaccounts", "token"): create_token,
}
"""By group, plural and subresource: from the posted document to the answer."""


def _check_name(call: Call, document: Tree, kind: str) -> None:
    name = meta.of(document).get("name")
    if name and name != call.route.name:
        raise status.bad_request(f"name in URL does not match name in {kind} object: {name}")


def _budget_to_ask(call: Call, pod: Stored) -> Stored | None:
    """The budget that has to allow it; None for a Pod that no budget counts."""
    if pod.tree["status"].get("phase") in ("Succeeded", "Failed", "Pending"):
        return None
    if "deletionTimestamp" in pod.tree["metadata"]:
        return None
    target = call.state.target_at(_BUDGETS, call.route.namespace)
    labels = pod.tree["metadata"].get("labels") or {}
    budgets = [
        stored
        for stored in target.collection.scan(call.route.namespace, None, None)
        if selector_of(stored.tree["spec"].get("selector")).matches(labels)
    ]
    if len(budgets) > 1:
        raise status.internal(
            "This pod has more than one PodDisruptionBudget, "
            "which the eviction subresource does not support."
        )
    if not budgets or _is_unhealthy(budgets[0].tree, pod.tree):
        return None
    return budgets[0]


def _is_unhealthy(budget: Tree, pod: Tree) -> bool:
    """Whether the Pod is not ready, and the budget lets such Pods go."""
    conditions = pod["status"].get("conditions") or ()
    if any(c["type"] == "Ready" and c["status"] == "True" for c in conditions):
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    said = budget.get("status") or {}
    wanted = said.get("desiredHealthy", 0)
    return bool(wanted > 0 and said.get("currentHealthy", 0) >= wanted)


def _take_from_budget(call: Call, budget: Stored, pod: str, options: writes.DeleteOptions) -> None:
    metadata, said = budget.tree["metadata"], dict(budget.tree.get("status") or {})
    name = metadata["name"]
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    if said.get("observedGeneration", 0) < metadata.get("generation", 0):
        why = f"The disruption budget {name} is still being processed by the server."
        raise status.too_many_requests(message, "DisruptionBudget", why)
    if said.get("disruptionsAllowed", 0) <= 0:
        why = (
            f"The disruption budget {name} needs {said.get('desiredHealthy', 0)} healthy pods "
            f"and has {said.get('currentHealthy', 0)} currently"
        )
        raise status.too_many_requests(message, "DisruptionBudget", why)
    if options.dry_run:
        return
    said["disruptionsAllowed"] -= 1
    said["disruptedPods"] = {**(said.get("disruptedPods") or {}), pod: call.state.timestamp()}
    target = call.state.target_at(_BUDGETS, call.route.namespace)
    writes.replace(target, name, {**budget.tree, "status": said}, call.state.write_options())
