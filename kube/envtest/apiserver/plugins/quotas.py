"""Quotas: what a namespace may have altogether, as the plugin ResourceQuota.

As in a real server, the plugin compares with the status of a quota, and adds to it what it lets
pass. The first status of a quota, and what is given back, are of the `resourcequota-controller`.
"""

from __future__ import annotations

from collections.abc import Iterable

from kube.envtest.apiserver.apply import managers
from kube.envtest.apiserver.plugins.amounts import Amounts, amounts, of_pod, total
from kube.envtest.apiserver.plugins.write import Write
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage import writes
from kube.runtime.quantity_value import QuantityValue
from kube.runtime.trees import Tree

QUOTAS = ("", "resourcequotas")

_ONE = QuantityValue.parse("1")
_COUNTED = (
    "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas",
    "secrets", "services",
)  # fmt: skip
"""The plurals of core/v1 that quotas count by their bare names."""
_COMPUTE = frozenset({"cpu", "memory", "ephemeral-storage"})
_MUST_ASK = frozenset(
    {"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"}
)
"""What each container has to specify where a quota limits it."""


def charge(write: Write, new: Tree, old: Tree | None) -> None:
    """Add a new or changed object to the usage of its quotas; raises StatusError."""
    quotas = list(write.beside("resourcequotas"))
    if not quotas:
        return
    state, storage = write.state, write.resource.storage
    name = str(new["metadata"].get("name", ""))
    if old is None and (write.namespace, name) in state.store.collection(storage).objects:
        return  # the store refuses it
    had = usage(storage, old) if old is not None else {}
    asked = {
        name: amount - had[name] if name in had else amount
        for name, amount in usage(storage, new).items()
    }
    charged: list[tuple[Tree, Tree]] = []
    for quota in quotas:
        wanted = _asked_of(write, quota, new, asked, is_new=old is None)
        if wanted:
            _check(write, new, quota, wanted)
            used = {name: str(a) for name, a in total([_used(quota), wanted]).items()}
            charged.append((quota, used))
    for quota, used in charged if not write.is_dry_run else ():
        put_status(state, quota, {**quota["status"], "used": used})


def _asked_of(write: Write, quota: Tree, new: Tree, asked: Amounts, *, is_new: bool) -> Amounts:
    """The part of what is asked for that a quota limits; raises StatusError.

    What it limits is told by its status, so that a quota limits nothing before that is written.
    """
    spec, is_pod = quota["spec"], write.is_of("", "pods")
    if not selects(spec, new, is_pod=is_pod):
        return {}
    said = quota.get("status") or {}
    limited = [name for name in said.get("hard") or () if name in asked or is_pod]
    must = _MUST_ASK.intersection(limited) if is_pod and is_new else ()
    missing = _missing(new["spec"], must) if must else ""
    if missing:
        raise write.forbidden(
            new, f"failed quota: {quota['metadata']['name']}: must specify {missing}"
        )
    wanted = {name: asked[name] for name in limited if asked.get(name)}
    unknown = [name for name in wanted if name not in (said.get("used") or {})]
    if unknown:
        names = ",".join(sorted(unknown))
        why = f"status unknown for quota: {quota['metadata']['name']}, resources: {names}"
        raise write.forbidden(new, why)
    return wanted


def _check(write: Write, new: Tree, quota: Tree, wanted: Amounts) -> None:
    hard, used = amounts(quota["status"]["hard"]), _used(quota)
    nothing = QuantityValue()
    above = [
        name
        for name, amount in wanted.items()
        if amount > nothing and used.get(name, nothing) + amount > hard[name]
    ]
    if above:
        parts = (wanted, {name: used.get(name, nothing) for name in above}, hard)
        told = [",".join(f"{name}={part[name]}" for name in sorted(above)) for part in parts]
        why = f"requested: {told[0]}, used: {told[1]}, limited: {told[2]}"
        raise write.forbidden(new, f"exceeded quota: {quota['metadata']['name']}, {why}")


def _used(quota: Tree) -> Amounts:
    return amounts((quota.get("status") or {}).get("used"))


def _missing(spec: Tree, must: Iterable[str]) -> str:
    """`limits.cpu for: a,b; requests.cpu for: a`: what containers do not specify."""
    missing: dict[str, list[str]] = {}
    for container in [*spec["containers"], *(spec.get("initContainers") or ())]:
        asked = container.get("resources") or {}
        have = _compute(amounts(asked.get("requests")), amounts(asked.get("limits")))
        for name in must:
            if name not in have:
                missing.setdefault(name, []).append(container["name"])
    return "; ".join(f"{name} for: {','.join(sorted(missing[name]))}" for name in sorted(missing))


def usage(storage: tuple[str, str], tree: Tree) -> Amounts:
    """What an object takes, by the names that quotas have."""
    group, plural = storage
    used = {f"count/{plural}.{group}" if group else f"count/{plural}": _ONE}
    if group or plural not in _COUNTED:
        return used
    spec = tree.get("spec") or {}
    if plural == "pods":
        if (tree.get("status") or {}).get("phase") in ("Failed", "Succeeded"):
            return used
        used |= _compute(of_pod(spec, "requests"), of_pod(spec, "limits"))
    elif plural == "services":
        ports = QuantityValue.parse(str(len(spec.get("ports") or ())))
        balances = spec.get("type") == "LoadBalancer"
        if balances:
            used["services.loadbalancers"] = _ONE
        if spec.get("type") == "NodePort" or (
            balances and spec.get("allocateLoadBalancerNodePorts", True)
        ):
            used["services.nodeports"] = ports
    elif plural == "persistentvolumeclaims":
        used |= _of_claim(spec)
    used[plural] = _ONE
    return used


def _compute(requests: Amounts, limits: Amounts) -> Amounts:
    used: Amounts = {}
    for name, amount in requests.items():
        if name in _COMPUTE or name.startswith("hugepages-"):
            used[name] = amount
        used[f"requests.{name}"] = amount
    for name, amount in limits.items():
        if name in _COMPUTE:
            used[f"limits.{name}"] = amount
    return used


def _of_claim(spec: Tree) -> Amounts:
    used: Amounts = {}
    requests = amounts((spec.get("resources") or {}).get("requests"))
    storage_class = spec.get("storageClassName")
    prefix = f"{storage_class}.storageclass.storage.k8s.io/" if storage_class else ""
    if prefix:
        used[f"{prefix}persistentvolumeclaims"] = _ONE
    if "storage" in requests:
        used["requests.storage"] = requests["storage"]
        if prefix:
            used[f"{prefix}requests.storage"] = requests["storage"]
    return used


# Scopes.


def selects(spec: Tree, tree: Tree, *, is_pod: bool) -> bool:
    """Whether a quota counts an object: one with scopes counts Pods alone."""
    terms = [{"scopeName": name, "operator": "Exists"} for name in spec.get("scopes") or ()]
    terms += (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    if not terms:
        return True
    return is_pod and all(_is_in(term, tree["spec"]) for term in terms)


def _is_in(term: Tree, spec: Tree) -> bool:
    name = term["scopeName"]
    if name in ("Terminating", "NotTerminating"):
        ends = spec.get("activeDeadlineSeconds") is not None
        return ends is (name == "Terminating")
    if name in ("BestEffort", "NotBestEffort"):
        asks = bool(of_pod(spec, "requests") or of_pod(spec, "limits"))
        return asks is (name == "NotBestEffort")
    if name == "PriorityClass":
        have, operator = spec.get("priorityClassName", ""), term.get("operator")
        if operator in ("In", "NotIn"):
            return (have in (term.get("values") or ())) is (operator == "In")
        return bool(have) is (operator == "Exists")
    return False


# The status.


def recounted(state: State, quota: Tree) -> Tree:
    """The status of a quota, counted anew."""
    spec, namespace = quota["spec"], quota["metadata"]["namespace"]
    hard = spec.get("hard") or {}
    used = {name: QuantityValue() for name in hard}
    for storage in {_storage_of(name) for name in hard}:
        for stored in state.store.collection(storage).scan(namespace, None, None):
            if selects(spec, stored.tree, is_pod=storage == ("", "pods")):
                taken = usage(storage, stored.tree)
                for name in hard:
                    if name in taken and _storage_of(name) == storage:
                        used[name] = used[name] + taken[name]
    return {"hard": dict(hard), "used": {name: str(amount) for name, amount in used.items()}}


def _storage_of(name: str) -> tuple[str, str]:
    """The collection that a name of a quota counts."""
    if name.startswith("count/"):
        plural, _, group = name.removeprefix("count/").partition(".")
        return group, plural
    if name in _COUNTED:
        return "", name
    if name.startswith("services."):
        return "", "services"
    if name == "requests.storage" or ".storageclass.storage.k8s.io/" in name:
        return "", "persistentvolumeclaims"
    return "", "pods"


def put_status(state: State, quota: Tree, status: Tree, manager: str = "kube-apiserver") -> None:
    metadata = quota["metadata"]
    target = state.target_at(QUOTAS, metadata["namespace"])
    who = managers.Manager(
        name=manager,
        operation=managers.UPDATE,
        api_version=target.resource.api_version,
        subresource="status",
        now=state.timestamp(),
    )
    options = writes.WriteOptions(now=state.timestamp(), manager=who)
    writes.replace(target, metadata["name"], {**quota, "status": status}, options)
