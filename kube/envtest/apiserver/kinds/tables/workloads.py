"""Columns of what runs Pods, and of what is said about it."""

from __future__ import annotations

from datetime import datetime

from kube.envtest.apiserver.kinds.tables.ages import human_duration, moment, since
from kube.envtest.apiserver.kinds.tables.paths import (
    Cell,
    at,
    count,
    flag_at,
    labels,
    plain,
    selector,
    selector_text,
    text_at,
)
from kube.runtime.trees import Tree


def _containers(template: str) -> dict[str, Cell]:
    containers = at(f"{template}.spec.containers", ())

    def join(member: str) -> Cell:
        return lambda tree, now: ",".join(c.get(member, "") for c in containers(tree, now))

    return {"Containers": join("name"), "Images": join("image")}


_POD_TEMPLATE = _containers("spec.template")


_SELECTOR: dict[str, Cell] = {
    "Selector": plain(lambda tree: selector(tree["spec"].get("selector")))
}


def _ratio(ready: str, wanted: str) -> Cell:
    return lambda tree, now: f"{at(ready, 0)(tree, now)}/{at(wanted, 0)(tree, now)}"


def _job_status(tree: Tree) -> str:
    true = {c["type"] for c in tree["status"].get("conditions") or () if c.get("status") == "True"}
    order = ("Complete", "Failed", "Terminating", "Suspended", "FailureTarget")
    if "deletionTimestamp" in tree["metadata"]:
        true.add("Terminating")
    else:
        true.discard("Terminating")
    return next((s for s in (*order, "SuccessCriteriaMet") if s in true), "Running")


def _job_completions(tree: Tree) -> str:
    spec, done = tree["spec"], tree["status"].get("succeeded", 0)
    if "completions" in spec:
        return f"{done}/{spec['completions']}"
    parallel = spec.get("parallelism", 0)
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def _job_duration(tree: Tree, now: datetime) -> str:
    started = moment(tree["status"].get("startTime"))
    if started is None:
        return ""
    ended = moment(tree["status"].get("completionTime")) or now
    return human_duration((ended - started).total_seconds())


def _schedule_age(tree: Tree, now: datetime) -> str:
    last = tree["status"].get("lastScheduleTime")
    return since(last, now) if last else "<none>"


def _metrics(tree: Tree) -> str:
    metrics = tree["spec"].get("metrics") or []
    if not metrics:
        return "<none>"
    current = (tree.get("status") or {}).get("currentMetrics") or []
    listed = []
    for index, metric in enumerate(metrics):
        have = current[index] if index < len(current) else {}
        listed.append(_metric(metric, have))
    text = ", ".join(listed[:2])
    return f"{text} + {len(listed) - 2} more..." if len(listed) > 2 else text


def _metric(metric: Tree, have: Tree) -> str:
    kind = metric.get("type", "")
    member = kind[:1].lower() + kind[1:]
    source, now = metric.get(member) or {}, (have.get(member) or {}).get("current") or {}
    target = source.get("target") or {}
    if kind in ("Resource", "ContainerResource"):
        if "averageValue" in target:
            return (
                f"{source['name']}: {now.get('averageValue', '<unknown>')}/{target['averageValue']}"
            )
        used, wanted = now.get("averageUtilization"), target.get("averageUtilization")
        shown = "<unknown>" if used is None else f"{used}%"
        return f"{source['name']}: {shown}/{'<auto>' if wanted is None else f'{wanted}%'}"
    if kind not in ("External", "Pods", "Object"):
        return "<unknown type>"
    if kind == "Pods" or "averageValue" not in target:
        name = "averageValue" if kind == "Pods" else "value"
        return f"{now.get(name, '<unknown>')}/{target.get(name, '0')}"
    return f"{now.get('averageValue', '<unknown>')}/{target['averageValue']} (avg)"


def _revision_owner(tree: Tree) -> str:
    for owner in tree["metadata"].get("ownerReferences") or ():
        if owner.get("controller"):
            group = owner["apiVersion"].rpartition("/")[0]
            kind = owner["kind"].lower()
            return f"{kind}.{group}/{owner['name']}" if group else f"{kind}/{owner['name']}"
    return "<none>"


CELLS: dict[str, dict[str, Cell]] = {
    "/podtemplates": {
        **_containers("template"),
        "Pod Labels": plain(lambda t: labels(t["template"]["metadata"].get("labels"))),
    },
    "/replicationcontrollers": {
        "Desired": at("spec.replicas", 0),
        "Current": at("status.replicas", 0),
        "Ready": at("status.readyReplicas", 0),
        **_POD_TEMPLATE,
        "Selector": plain(lambda t: labels(t["spec"].get("selector"))),
    },
    "apps/controllerrevisions": {
        "Controller": plain(_revision_owner),
        "Revision": at("revision", 0),
    },
    "apps/daemonsets": {
        "Desired": at("status.desiredNumberScheduled", 0),
        "Current": at("status.currentNumberScheduled", 0),
        "Ready": at("status.numberReady", 0),
        "Up-to-date": at("status.updatedNumberScheduled", 0),
        "Available": at("status.numberAvailable", 0),
        "Node Selector": plain(lambda t: labels(t["spec"]["template"]["spec"].get("nodeSelector"))),
        **_POD_TEMPLATE,
        **_SELECTOR,
    },
    "apps/deployments": {
        "Ready": _ratio("status.readyReplicas", "spec.replicas"),
        "Up-to-date": at("status.updatedReplicas", 0),
        "Available": at("status.availableReplicas", 0),
        **_POD_TEMPLATE,
        "Selector": plain(lambda t: selector_text(t["spec"].get("selector"))),
    },
    "apps/replicasets": {
        "Desired": at("spec.replicas", 0),
        "Current": at("status.replicas", 0),
        "Ready": at("status.readyReplicas", 0),
        **_POD_TEMPLATE,
        **_SELECTOR,
    },
    "apps/statefulsets": {
        "Ready": _ratio("status.readyReplicas", "spec.replicas"),
        **_POD_TEMPLATE,
    },
    "autoscaling/horizontalpodautoscalers": {
        "Reference": plain(
            lambda t: f"{t['spec']['scaleTargetRef']['kind']}/{t['spec']['scaleTargetRef']['name']}"
        ),
        "Targets": plain(_metrics),
        "MinPods": text_at("spec.minReplicas", "<unset>"),
        "MaxPods": at("spec.maxReplicas", 0),
        "Replicas": at("status.currentReplicas", 0),
    },
    "batch/cronjobs": {
        "Schedule": at("spec.schedule"),
        "Timezone": at("spec.timeZone", "<none>"),
        "Suspend": flag_at("spec.suspend"),
        "Active": count("status.active"),
        "Last Schedule": _schedule_age,
        **_containers("spec.jobTemplate.spec.template"),
        "Selector": plain(lambda t: selector(t["spec"]["jobTemplate"]["spec"].get("selector"))),
    },
    "batch/jobs": {
        "Status": plain(_job_status),
        "Completions": plain(_job_completions),
        "Duration": _job_duration,
        **_POD_TEMPLATE,
        **_SELECTOR,
    },
    "policy/poddisruptionbudgets": {
        "Min Available": text_at("spec.minAvailable", "N/A"),
        "Max Unavailable": text_at("spec.maxUnavailable", "N/A"),
        "Allowed Disruptions": at("status.disruptionsAllowed", 0),
    },
}
