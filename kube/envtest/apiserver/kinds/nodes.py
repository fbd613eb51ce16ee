"""Nodes."""

from __future__ import annotations

import re

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, network_warnings, values
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.pod_checks.placement import TAINT_EFFECTS
from kube.envtest.apiserver.kinds.pod_checks.resources import check_amount
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed
from kube.runtime.trees import Tree

_NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


def fill_spec(spec: Tree) -> None:
    block = spec.get("podCIDR")
    if block:
        if (spec.get("podCIDRs") or [""])[0] != block:
            spec["podCIDRs"] = [block]
    elif spec.get("podCIDRs"):
        spec["podCIDR"] = spec["podCIDRs"][0]


def fill_status(value: Tree) -> None:
    if "allocatable" not in value and "capacity" in value:
        value["allocatable"] = dict(value["capacity"])


def check(node: Tree, path: str, causes: list[Cause]) -> None:
    # The original says metadata here, where spec is meant.
    _check_taints(node["spec"].get("taints") or [], "metadata.taints", causes)
    _check_status(node, causes)
    blocks = node["spec"].get("podCIDRs") or []
    for index, block in enumerate(blocks):
        formats.cidr(f"spec.podCIDRs[{index}]", block, causes)
    if len(blocks) > 1:
        families = {":" in block for block in blocks}
        broken = next(
            (i for i, block in enumerate(blocks) if formats.sloppy_network(block) is None), None
        )
        if broken is not None:
            why = (
                "Internal error: invalid PodCIDRs. failed to check with dual stack with error:"
                f"invalid CIDR[{broken}]: <nil> (invalid CIDR address: {blocks[broken]})"
            )
            causes.append(Cause("InternalError", "spec.podCIDRs", why))
        if len(blocks) > 2 or len(families) < 2 or broken is not None:
            why = "may specify no more than one CIDR for each IP family"
            causes.append(invalid_value("spec.podCIDRs", blocks, why))


def _check_taints(taints: list[Tree], path: str, causes: list[Cause]) -> None:
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        where, key, effect = f"{path}[{index}]", taint.get("key", ""), taint.get("effect", "")
        formats.qualified_name(f"{where}.key", key, causes)
        value = taint.get("value", "")
        if faults := list(formats.label_value_faults(value)):
            causes.append(invalid_value(f"{where}.value", value, ";".join(faults)))
        values.required_one_of(f"{where}.effect", effect, TAINT_EFFECTS, causes)
        if (key, effect) in seen:
            shown = status.render(go_value("core.Taint", taint))
            text = f"Duplicate value: {shown}: taints must be unique by key and effect pair"
            causes.append(Cause("FieldValueDuplicate", where, text))
        seen.add((key, effect))


_FEATURE = re.compile(r"[A-Z][a-zA-Z0-9]*(/[a-zA-Z][a-zA-Z0-9]*)*")


def _check_status(node: Tree, causes: list[Cause]) -> None:
    now = node["status"]
    for member in ("capacity", "allocatable"):
        for name, amount in (now.get(member) or {}).items():
            check_amount(f"status.{member}.{name}", name, amount, causes)
    features = now.get("declaredFeatures") or []
    for index, feature in enumerate(features):
        where = f"status.declaredFeatures[{index}]"
        if not _FEATURE.fullmatch(feature):
            why = (
                f'invalid feature name "{feature}": must start with an UpperCamelCase segment, '
                "with subsequent segments separated by '/' (e.g., MyFeature or "
                "MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"
            )
            causes.append(invalid_value(where, feature, why))
        before = features[index - 1] if index else None
        if before == feature:
            causes.append(status.duplicate(where, feature))
        elif before is not None and before > feature:
            causes.append(invalid_value(where, feature, "list must be sorted alphabetically"))


def _changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = new["spec"], old["spec"]
    had, have = before.get("podCIDRs") or [], now.get("podCIDRs") or []
    why = 'node updates may not change podCIDR except from "" to valid'
    if had and len(had) != len(have):
        causes.append(not_allowed("spec.podCIDRs", why))
    elif had:
        different = sum(left != right for left, right in zip(had, have, strict=True))
        causes += [not_allowed("spec.podCIDRs", why)] * different
    provider = before.get("providerID", "")
    if provider and now.get("providerID", "") != provider:
        why = 'node updates may not change providerID except from "" to valid'
        causes.append(not_allowed("spec.providerID", why))
    if now.get("externalID", "") != before.get("externalID", ""):
        causes.append(not_allowed("spec.externalID", "may not be updated"))
    _check_addresses(new, causes)


def _check_addresses(node: Tree, causes: list[Cause]) -> None:
    seen: list[Tree] = []
    for index, address in enumerate(node["status"].get("addresses") or ()):
        if address in seen:
            shown = go_value("core.NodeAddress", address)
            causes.append(status.duplicate(f"status.addresses[{index}]", shown))
        seen.append(address)


def _status_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    _check_status(new, causes)
    _check_addresses(new, causes)


def _create(node: Tree) -> None:
    """What the admission plugin TaintNodesByCondition does."""
    node["spec"].pop("configSource", None)
    taints = node["spec"].get("taints") or []
    if _NOT_READY not in taints:
        node["spec"]["taints"] = [*taints, dict(_NOT_READY)]


def _update(new: Tree, old: Tree) -> None:
    new["spec"].pop("configSource", None)


def _update_status(new: Tree, old: Tree) -> None:
    """Configurations of kubelets are gone."""
    if "config" in new["status"] and "config" not in old["status"]:
        new["status"] = {key: value for key, value in new["status"].items() if key != "config"}


KIND = Kind(
    strategy=Rules(
        create=_create,
        update=_update,
        update_status=_update_status,
        changes=_changes,
        checks=2,
        own_metadata=(1, 1),
        status_changes=_status_changes,
        warns=network_warnings.of_node,
    ),
    selectable=("spec.unschedulable",),
)
