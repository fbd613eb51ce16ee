"""Deployments, ReplicaSets, StatefulSets, DaemonSets and ControllerRevisions."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import stateful_sets, statuses, values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.pod_checks import (
    check_keeps_running,
    check_running_template,
    check_template,
    template_at,
)
from kube.envtest.apiserver.kinds.pod_defaults import DEFAULTS as POD_DEFAULTS
from kube.envtest.apiserver.kinds.pod_warnings import of_workload, template_warnings
from kube.envtest.apiserver.kinds.stateful_sets import SCALE
from kube.envtest.apiserver.kinds.values import (
    as_number,
    at_most_all,
    check_selector,
    immutable,
    in_go_order,
    int_or_percent,
    non_negative,
)
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def _deployment(deployment: Tree) -> None:
    spec = deployment["spec"]
    strategy = spec["strategy"]
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")


def _update_deployment(new: Tree, old: Tree) -> None:
    """Other annotations are another generation, as another specification is."""
    if new["metadata"].get("annotations") != old["metadata"].get("annotations"):
        new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1


def _keep_labels(new: Tree, old: Tree) -> None:
    new["metadata"].pop("labels", None)
    if "labels" in old["metadata"]:
        new["metadata"]["labels"] = old["metadata"]["labels"]


def _daemon_set(daemon_set: Tree) -> None:
    strategy = daemon_set["spec"]["updateStrategy"]
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
    # The internal type always has both.
    if "rollingUpdate" in strategy:
        strategy["rollingUpdate"].setdefault("maxUnavailable", 0)
        strategy["rollingUpdate"].setdefault("maxSurge", 0)


_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


def _template_generation(daemon_set: Tree) -> None:
    annotations = daemon_set["metadata"].get("annotations") or {}
    daemon_set["metadata"]["annotations"] = {_TEMPLATE_GENERATION: "0", **annotations}


def _create_daemon_set(daemon_set: Tree) -> None:
    daemon_set["metadata"]["annotations"][_TEMPLATE_GENERATION] = "1"


def _update_daemon_set(new: Tree, old: Tree) -> None:
    had = (old["metadata"].get("annotations") or {}).get(_TEMPLATE_GENERATION, "0")
    number = int(had) + (new["spec"]["template"] != old["spec"]["template"])
    annotations = new["metadata"].get("annotations") or {}
    new["metadata"]["annotations"] = {**annotations, _TEMPLATE_GENERATION: str(number)}


def _warns_of_daemon_set(new: Tree, old: Tree | None) -> list[str]:
    template = new["spec"]["template"]
    if old is not None and template == old["spec"]["template"]:
        return []
    return template_warnings(template, "spec.template")


def _replica_set(replica_set: Tree) -> None:
    replica_set["spec"].setdefault("replicas", 1)


def _check_deployment(deployment: Tree, path: str, causes: list[Cause]) -> None:
    spec = deployment["spec"]
    non_negative("spec.replicas", spec.get("replicas"), causes)
    selector = check_selector(spec, "deployment", causes)
    if selector is None:
        why = "invalid label selector"
        causes.append(status.invalid_value("spec.selector", in_go_order(spec.get("selector")), why))
    else:
        check_running_template(spec["template"], "spec.template", selector, causes)
    _check_strategy(spec["strategy"], "spec.strategy", causes)
    non_negative("spec.minReadySeconds", spec.get("minReadySeconds"), causes)
    non_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"), causes)
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        non_negative("spec.progressDeadlineSeconds", deadline, causes)
        if deadline <= spec.get("minReadySeconds", 0):
            where, why = "spec.progressDeadlineSeconds", "must be greater than minReadySeconds"
            causes.append(status.invalid_value(where, deadline, why))


def _check_strategy(strategy: Tree, path: str, causes: list[Cause]) -> None:
    rolling = strategy.get("rollingUpdate")
    match strategy.get("type"):
        case "Recreate":
            if rolling is not None:
                why = "may not be specified when strategy `type` is 'Recreate'"
                causes.append(status.not_allowed(f"{path}.rollingUpdate", why))
        case "RollingUpdate":
            if rolling is None:
                why = "this should be defaulted and never be nil"
                causes.append(status.required(f"{path}.rollingUpdate", why))
                return
            _check_rolling(rolling, f"{path}.rollingUpdate", causes)
        case _:
            shown = go_value("apps.DeploymentStrategy", strategy)
            causes.append(status.not_supported(path, shown, ("Recreate", "RollingUpdate")))


def _check_rolling(rolling: Tree, path: str, causes: list[Cause]) -> None:
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    int_or_percent(f"{path}.maxUnavailable", unavailable, causes)
    int_or_percent(f"{path}.maxSurge", surge, causes)
    if as_number(unavailable) == 0 and as_number(surge) == 0:
        why = "may not be 0 when `maxSurge` is 0"
        causes.append(status.invalid_value(f"{path}.maxUnavailable", unavailable, why))
    at_most_all(f"{path}.maxUnavailable", unavailable, causes)


def _check_replica_set(replica_set: Tree, path: str, causes: list[Cause]) -> None:
    spec = replica_set["spec"]
    non_negative("spec.replicas", spec.get("replicas"), causes)
    non_negative("spec.minReadySeconds", spec.get("minReadySeconds"), causes)
    selector = check_selector(spec, "deployment", causes)
    if selector is None:
        why = "invalid label selector"
        causes.append(status.invalid_value("spec.selector", in_go_order(spec.get("selector")), why))
    else:
        check_running_template(spec["template"], "spec.template", selector, causes)


def _check_daemon_set(daemon_set: Tree, path: str, causes: list[Cause]) -> None:
    spec = daemon_set["spec"]
    selector, template = spec.get("selector"), spec["template"]
    values.selector("spec.selector", selector, causes)
    labels = (template.get("metadata") or {}).get("labels")
    if values.is_evaluable(selector) and not values.selects(selector, labels):
        where = "spec.template.metadata.labels"
        shown = values.in_go_order(labels)
        causes.append(status.invalid_value(where, shown, values.NO_MATCH))
    if selector is not None and values.selects_all(selector):
        why = "empty selector is invalid for daemonset"
        causes.append(status.invalid_value("spec.selector", in_go_order(selector), why))
    check_template(template, "spec.template", causes)
    check_keeps_running(template["spec"], "spec.template.spec", "DaemonSet", causes)
    non_negative("spec.minReadySeconds", spec.get("minReadySeconds"), causes)
    _check_daemon_strategy(spec["updateStrategy"], "spec.updateStrategy", causes)
    non_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"), causes)


def _check_daemon_strategy(strategy: Tree, path: str, causes: list[Cause]) -> None:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return
    if kind != "RollingUpdate":
        shown = go_value("apps.DaemonSetUpdateStrategy", strategy)
        causes.append(status.not_supported(path, shown, ("RollingUpdate", "OnDelete")))
        return
    where = f"{path}.rollingUpdate"
    if rolling is None:
        causes.append(status.required(where))
        return
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    for check in (int_or_percent, at_most_all):
        check(f"{where}.maxUnavailable", unavailable, causes)
        check(f"{where}.maxSurge", surge, causes)
    if as_number(unavailable) and as_number(surge):
        why = "may not be set when maxUnavailable is non-zero"
        causes.append(status.invalid_value(f"{where}.maxSurge", surge, why))
    elif not as_number(unavailable) and not as_number(surge):
        why = "cannot be 0 when maxSurge is 0"
        causes.append(status.required(f"{where}.maxUnavailable", why))


def _check_revision(revision: Tree, path: str, causes: list[Cause]) -> None:
    non_negative("revision", revision.get("revision"), causes)


def _check_new_revision(revision: Tree, causes: list[Cause]) -> None:
    data = revision.get("data")
    if data is None:
        causes.append(status.required("data", "data is mandatory"))
    elif not isinstance(data, dict):
        causes.append(status.required("data", "data must be a valid JSON object"))


def _revision_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    if new.get("data") != old.get("data"):
        shown = values.in_go_order(new.get("data"))
        causes.append(status.invalid_value("data", shown, values.IMMUTABLE))


DEFAULTS: Defaults = {
    **POD_DEFAULTS,
    "apps.v1.DaemonSet": (_daemon_set, _template_generation),
    "apps.v1.DaemonSetSpec": (missing(revisionHistoryLimit=10),),
    "apps.v1.Deployment": (_deployment,),
    "apps.v1.DeploymentSpec": (
        missing(replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600),
    ),
    "apps.v1.ReplicaSet": (_replica_set,),
    "apps.v1.StatefulSet": (stateful_sets.fill,),
    "apps.v1.StatefulSetSpec": (missing(replicas=1, revisionHistoryLimit=10),),
}
CHECKS: Checks = {
    "apps.v1.ControllerRevision": (_check_revision,),
    "apps.v1.DaemonSet": (_check_daemon_set,),
    "apps.v1.Deployment": (_check_deployment,),
    "apps.v1.ReplicaSet": (_check_replica_set,),
    "apps.v1.StatefulSet": (stateful_sets.check,),
}
KINDS = {
    "controllerrevisions": Kind(
        strategy=Rules(
            validate_new=_check_new_revision, changes=_revision_changes, own_metadata=(1, 1)
        )
    ),
    "daemonsets": Kind(
        strategy=Rules(
            template=template_at("spec.template"),
            warns=_warns_of_daemon_set,
            create=_create_daemon_set,
            update=_update_daemon_set,
            update_status=_update_daemon_set,
            changes=immutable("spec.selector"),
            status_changes=statuses.check_daemon_set,
        ),
        generation=True,
    ),
    "deployments": Kind(
        strategy=Rules(
            template=template_at("spec.template"),
            warns=of_workload("spec.template"),
            update=_update_deployment,
            update_status=_keep_labels,
            changes=immutable("spec.selector"),
            status_changes=statuses.check_deployment,
        ),
        generation=True,
        scale=SCALE,
    ),
    "replicasets": Kind(
        strategy=Rules(
            template=template_at("spec.template"),
            changes=immutable("spec.selector"),
            status_changes=statuses.check_replica_set,
            warns=of_workload("spec.template"),
        ),
        generation=True,
        scale=SCALE,
        selectable=("status.replicas",),
    ),
    "statefulsets": stateful_sets.KIND,
}
