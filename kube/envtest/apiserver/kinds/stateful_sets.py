"""StatefulSets."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import claims, formats, statuses, values
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.pod_checks import (
    check_keeps_running,
    check_template,
    template_at,
)
from kube.envtest.apiserver.kinds.pod_warnings import claim_warnings, template_warnings
from kube.envtest.apiserver.resources import Scale
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree

SCALE = Scale(".spec.replicas", ".status.replicas", selector_from=".spec.selector")


def fill(stateful_set: Tree) -> None:
    spec = stateful_set["spec"]
    strategy = spec["updateStrategy"]
    spec.setdefault("podManagementPolicy", "OrderedReady")
    if "type" not in strategy:
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"].setdefault("partition", 0)
    policy = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    policy.setdefault("whenDeleted", "Retain")
    policy.setdefault("whenScaled", "Retain")
    for claim in _claims(spec):
        claim["apiVersion"], claim["kind"] = "v1", "PersistentVolumeClaim"
        claim["status"].setdefault("phase", "Pending")


def check(stateful_set: Tree, path: str, causes: list[Cause]) -> None:
    spec = stateful_set["spec"]
    policy = spec.get("podManagementPolicy")
    if not policy:
        causes.append(required("spec.podManagementPolicy"))
    elif policy not in ("OrderedReady", "Parallel"):
        why = "must be 'OrderedReady' or 'Parallel'"
        causes.append(invalid_value("spec.podManagementPolicy", policy, why))
    _check_strategy(spec["updateStrategy"], "spec.updateStrategy", causes)
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    for member in ("whenDeleted", "whenScaled"):
        where = f"spec.persistentVolumeClaimRetentionPolicy.{member}"
        values.one_of(where, retention.get(member), ("Retain", "Delete"), causes)
    values.non_negative("spec.replicas", spec.get("replicas"), causes)
    values.non_negative("spec.minReadySeconds", spec.get("minReadySeconds"), causes)
    start = (spec.get("ordinals") or {}).get("start")
    values.non_negative("spec.ordinals.start", start, causes)
    selector = values.check_selector(spec, "statefulset", causes)
    if selector is None:
        causes.append(_without_reason("spec.selector", values.in_go_order(spec["selector"])))
    else:
        _check_template(spec, selector, causes)
    check_keeps_running(spec["template"]["spec"], "spec.template.spec", "StatefulSet", causes)


def _without_reason(path: str, value: object) -> Cause:
    return Cause("FieldValueInvalid", path, f"Invalid value: {status.render(value)}")


def _check_strategy(strategy: Tree, path: str, causes: list[Cause]) -> None:
    rolling, where = strategy.get("rollingUpdate"), f"{path}.rollingUpdate"
    match strategy.get("type"):
        case None | "":
            causes.append(required(path))
        case "OnDelete":
            if rolling is not None:
                why = "only allowed for updateStrategy 'RollingUpdate'"
                shown = go_value("apps.RollingUpdateStatefulSetStrategy", rolling)
                causes.append(invalid_value(where, shown, why))
        case "RollingUpdate":
            values.non_negative(f"{where}.partition", (rolling or {}).get("partition"), causes)
        case _:
            why = "must be 'RollingUpdate' or 'OnDelete'"
            shown = go_value("apps.StatefulSetUpdateStrategy", strategy)
            causes.append(invalid_value(path, shown, why))


def _check_template(spec: Tree, selector: Tree, causes: list[Cause]) -> None:
    template, path = spec["template"], "spec.template"
    meta = template.get("metadata") or {}
    if not values.selects_all(selector) and not values.selects(selector, meta.get("labels")):
        where = f"{path}.metadata.labels"
        shown = values.in_go_order(meta.get("labels"))
        causes.append(invalid_value(where, shown, values.NO_MATCH))
    check_template(_with_claims(template, spec), path, causes)
    # As in the original, which checks these twice.
    values.labels(f"{path}.labels", meta.get("labels"), causes)
    metadata.check_annotations(f"{path}.annotations", meta.get("annotations") or {}, causes)


def _with_claims(template: Tree, spec: Tree) -> Tree:
    """The template as it is checked: with volumes for claims, and without names of its Pods."""
    pod = {k: v for k, v in template["spec"].items() if k not in ("hostname", "subdomain")}
    names = list(dict.fromkeys((c.get("metadata") or {}).get("name", "") for c in _claims(spec)))
    if names:
        claimed = [{"name": n, "persistentVolumeClaim": {"claimName": n}} for n in names]
        own = [v for v in pod.get("volumes") or () if v.get("name", "") not in names]
        pod["volumes"] = [*claimed, *own]
    return {**template, "spec": pod}


def _warns(new: Tree, old: Tree | None) -> list[str]:
    spec = new["spec"]
    warnings: list[str] = []
    if old is None or new["metadata"].get("generation") != old["metadata"].get("generation"):
        warnings = template_warnings(spec["template"], "spec.template")
    member = ".Spec" if old is not None else ""
    for index, claim in enumerate(_claims(spec)):
        path = f"spec.volumeClaimTemplates[{index}]{member}"
        warnings += claim_warnings(claim["spec"], path)
    if spec.get("revisionHistoryLimit", 0) < 0:
        why = "a negative value retains all historical revisions; a value >= 0 is recommended"
        warnings.append(f"spec.revisionHistoryLimit: {why}")
    return warnings


def _create(stateful_set: Tree) -> None:
    """Drop what is behind a feature gate that is off by default."""
    (stateful_set["spec"]["updateStrategy"].get("rollingUpdate") or {}).pop("maxUnavailable", None)


def _update(new: Tree, old: Tree) -> None:
    _create(new)


def _check_new(stateful_set: Tree, causes: list[Cause]) -> None:
    spec = stateful_set["spec"]
    for index, claim in enumerate(_claims(spec)):
        claims.check_claim(claim["spec"], f"spec.volumeClaimTemplates[{index}].spec", causes)
    if spec.get("serviceName"):
        formats.dns_label("spec.serviceName", spec["serviceName"], causes)


_CHANGEABLE = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)  # fmt: skip
_WHY = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
    "'minReadySeconds' are forbidden"
)


def _changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    def fixed(tree: Tree) -> Tree:
        return {key: value for key, value in tree["spec"].items() if key not in _CHANGEABLE}

    if fixed(new) != fixed(old):
        causes.append(not_allowed("spec", _WHY))


def _claims(spec: Tree) -> list[Tree]:
    return spec.get("volumeClaimTemplates") or []


KIND = Kind(
    strategy=Rules(
        template=template_at("spec.template"),
        warns=_warns,
        create=_create,
        update=_update,
        validate_new=_check_new,
        changes=_changes,
        status_changes=statuses.check_stateful_set,
    ),
    generation=True,
    names=metadata.LABEL,
    scale=SCALE,
)
