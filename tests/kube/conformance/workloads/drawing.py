"""Histories of workloads, drawn by hypothesis: what people and nodes do to them, step by step.

A step names no Pod: it says which of the Pods, in the order that both servers show them. So a
history can be played on any server, and a recorded one again.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

Step = list[Any]
"""A verb and its arguments, as JSON."""
History = list[Step]

TEMPLATES = ("a:1", "a:2", "a:3")


def _containers(image: str) -> list[dict[str, Any]]:
    ports = [{"name": "http", "containerPort": 8080}]
    return [{"name": "main", "image": image, "ports": ports}]


def template(app: str, image: str, **spec: Any) -> dict[str, Any]:
    labels = {"app": app}
    return {"metadata": {"labels": labels}, "spec": {"containers": _containers(image), **spec}}


def _selecting(app: str, **spec: Any) -> dict[str, Any]:
    return {"selector": {"matchLabels": {"app": app}}, "template": template(app, "a:1"), **spec}


def _some(**choices: tuple[Any, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """A few of these members, each with one of its values."""
    optional = {key: st.sampled_from(values) for key, values in choices.items()}
    return st.fixed_dictionaries({}, optional=optional)


_IMAGE = tuple({"spec": {"containers": _containers(image)}} for image in TEMPLATES)
_BOUND = tuple(
    {"spec": {"containers": each["spec"]["containers"], "nodeName": "one"}} for each in _IMAGE[:2]
)


def _rolling(**numbers: Any) -> dict[str, Any]:
    return {"type": "RollingUpdate", "rollingUpdate": numbers}


_DEPLOYMENT = {
    "replicas": (0, 1, 2, 3, 5, 8),
    "template": (*_IMAGE, *_IMAGE, _BOUND[0]),
    "paused": (True, False, False),
    "strategy": (
        {"type": "Recreate", "rollingUpdate": None}, _rolling(maxSurge=1, maxUnavailable=0),
        _rolling(maxSurge=0, maxUnavailable=1), _rolling(maxSurge="50%", maxUnavailable="50%"),
        _rolling(maxSurge=3, maxUnavailable=2),
    ),
    "minReadySeconds": (0, 1000),
    "revisionHistoryLimit": (0, 1, 10),
    "progressDeadlineSeconds": (600, 2000),
}  # fmt: skip
_REPLICA_SET = {"replicas": (0, 1, 2, 3, 5, 12), "minReadySeconds": (0, 1000)}
_STATEFUL_SET = {
    "replicas": (0, 1, 2, 3),
    "template": (*_IMAGE, *_IMAGE, _BOUND[0]),
    "updateStrategy": (
        {"type": "OnDelete", "rollingUpdate": None}, _rolling(partition=0), _rolling(partition=1),
        _rolling(partition=2), _rolling(maxUnavailable=2), _rolling(maxUnavailable="50%"),
    ),
    "ordinals": ({"start": 0}, {"start": 2}),
    "minReadySeconds": (0, 1000),
    "revisionHistoryLimit": (0, 1, 10),
}  # fmt: skip
_CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
_RETENTION = tuple(
    {"whenDeleted": deleted, "whenScaled": scaled}
    for deleted in ("Retain", "Delete")
    for scaled in ("Retain", "Delete")
)
_DAEMON_SET = {
    "template": _IMAGE,
    "updateStrategy": (
        {"type": "OnDelete", "rollingUpdate": None}, _rolling(maxUnavailable=1, maxSurge=0),
        _rolling(maxSurge=1, maxUnavailable=0), _rolling(maxUnavailable="50%", maxSurge=0),
    ),
    "minReadySeconds": (0, 1000),
    "revisionHistoryLimit": (0, 1, 10),
}  # fmt: skip
_ON_CODE = {
    "rules": [
        {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}},
        {
            "action": "Ignore",
            "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}],
        },
    ]
}
_ON_INDEX = {"rules": [{"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [42]}}]}
_JOB = {"suspend": (True, False, False), "parallelism": (0, 1, 2, 3), "backoffLimit": (0, 1, 6)}
_NEW_JOBS = (
    {}, {}, {"completions": 3}, {"completions": 2, "parallelism": 2},
    {"completions": 3, "completionMode": "Indexed", "parallelism": 3},
    {"completions": 3, "completionMode": "Indexed", "parallelism": 2, "backoffLimitPerIndex": 0},
    {
        "completions": 4, "completionMode": "Indexed", "parallelism": 4, "backoffLimitPerIndex": 0,
        "maxFailedIndexes": 1,
    },
    {"completions": 3, "completionMode": "Indexed", "parallelism": 3, "backoffLimitPerIndex": 1},
    {
        "completions": 3, "completionMode": "Indexed", "parallelism": 3, "backoffLimitPerIndex": 1,
        "podFailurePolicy": _ON_INDEX,
    },
    {
        "completions": 3, "completionMode": "Indexed", "parallelism": 3,
        "successPolicy": {"rules": [{"succeededIndexes": "0,2", "succeededCount": 1}]},
    },
    {
        "completions": 3, "completionMode": "Indexed", "parallelism": 3,
        "successPolicy": {"rules": [{"succeededCount": 2}]},
    },
    {"completions": 3, "parallelism": 2, "podFailurePolicy": _ON_CODE},
    {"parallelism": 2}, {"parallelism": 3, "podReplacementPolicy": "Failed"},
    {"completions": 2, "parallelism": 2, "podReplacementPolicy": "Failed"},
    {"managedBy": "example.com/other"}, {"activeDeadlineSeconds": 5000},
)  # fmt: skip
_SERVICE = {
    "publishNotReadyAddresses": (True, False),
    "ports": (
        [{"port": 80}], [{"port": 80, "targetPort": "http", "name": "web"}],
        [
            {"port": 80, "targetPort": "http", "name": "a", "appProtocol": "http"},
            {"port": 81, "targetPort": 9, "name": "b", "protocol": "UDP"},
        ],
        [{"port": 80, "targetPort": "missing"}],
    ),
    "selector": ({"app": "deploy"}, {"app": "state"}, {"app": "none"}, None),
}  # fmt: skip
_NEW_SERVICE = {
    "clusterIP": ("None",),
    "type": ("ClusterIP", "NodePort"),
    "trafficDistribution": ("PreferClose",),
}
_BUDGET = ({"minAvailable": 1}, {"minAvailable": "50%"}, {"maxUnavailable": 1})

_OBJECTS: dict[str, tuple[dict[str, Any], dict[str, tuple[Any, ...]]]] = {
    "deployments": (_selecting("deploy"), _DEPLOYMENT),
    "replicasets": (_selecting("deploy"), _REPLICA_SET),
    "statefulsets": (_selecting("state"), _STATEFUL_SET),
    "daemonsets": (_selecting("daemon"), _DAEMON_SET),
}
"""By plural: the spec that each begins with, and what may stand in it and be patched."""


def _merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Templates are merged one level deep, so that they keep their labels."""
    new = {**base, **change}
    for key, value in change.items():
        if key == "template":
            new[key] = {**base.get(key, {}), **value}
        elif isinstance(value, dict):
            new[key] = {k: v for k, v in value.items() if v is not None}
    return {key: value for key, value in new.items() if value is not None}


def _create(kind: str) -> st.SearchStrategy[Step]:
    if kind == "jobs":
        one = template("job", "a:1", restartPolicy="Never")
        bound = template("job", "a:1", restartPolicy="Never", nodeName="one")
        templates = st.sampled_from((one, one, bound))
        return st.builds(
            lambda spec, change, chosen: ["create", kind, {**change, "template": chosen, **spec}],
            st.sampled_from(_NEW_JOBS), _some(**_JOB), templates,
        )  # fmt: skip
    if kind == "services":
        base = {"ports": [{"port": 80}], "selector": {"app": "deploy"}}
        return st.builds(
            lambda new, change: ["create", kind, _merged(base, {**new, **change})],
            _some(**_NEW_SERVICE), _some(**_SERVICE),
        )  # fmt: skip
    if kind == "poddisruptionbudgets":
        select = {"selector": {"matchLabels": {"app": "deploy"}}}
        return st.sampled_from(_BUDGET).map(lambda spec: ["create", kind, {**spec, **select}])
    if kind == "resourcequotas":
        return st.sampled_from(("0", "1", "3")).map(
            lambda pods: ["create", kind, {"hard": {"pods": pods}}]
        )
    if kind == "pods":
        apps = st.sampled_from(("deploy", "state", "other"))
        return apps.map(lambda app: ["create", kind, template(app, "a:1")["spec"], {"app": app}])
    base, changes = _OBJECTS[kind]
    first = _some(**changes)
    if kind == "statefulsets":
        claims = st.sampled_from(_RETENTION).map(
            lambda policy: {
                "volumeClaimTemplates": [_CLAIM],
                "persistentVolumeClaimRetentionPolicy": policy,
            }
        )
        more = st.one_of(st.just({}), claims)
        new = _some(podManagementPolicy=("OrderedReady", "Parallel"), serviceName=("svc",))
        return st.builds(
            lambda a, b, c: ["create", kind, _merged(base, {**a, **b, **c})], first, new, more
        )
    return first.map(lambda change: ["create", kind, _merged(base, change)])


def _patch(kind: str) -> st.SearchStrategy[Step]:
    changes = {
        "jobs": _JOB, "services": _SERVICE, "poddisruptionbudgets": {},
        **{k: v for k, (_, v) in _OBJECTS.items()},
    }[kind]  # fmt: skip
    spec = _some(**changes).filter(bool).map(lambda change: ["patch", kind, {"spec": change}])
    if kind == "deployments":
        annotated = {"metadata": {"annotations": {"note": "b"}, "labels": {"x": "y"}}}
        return st.one_of(spec, spec, spec, st.just(["patch", kind, annotated]))
    return spec


_PLACES = st.integers(0, 5)
_POD_STEPS = st.one_of(
    st.builds(lambda k: ["ready", k], _PLACES),
    st.builds(lambda k: ["ready", k], _PLACES),
    st.builds(lambda k: ["ready", k], _PLACES),
    st.just(["all-ready"]),
    st.builds(lambda k: ["unready", k], _PLACES),
    st.builds(lambda k: ["succeed", k], _PLACES),
    st.builds(lambda k, code: ["fail", k, code], _PLACES, st.sampled_from((1, 42))),
    st.builds(lambda k: ["disrupt", k], _PLACES),
    st.builds(lambda k: ["remove", k], _PLACES),
    st.builds(lambda k: ["delete-pod", k], _PLACES),
    st.builds(lambda k: ["evict", k], _PLACES),
    st.builds(
        lambda k, app: ["label", k, app], _PLACES, st.sampled_from(("deploy", "state", "other"))
    ),
)
_JOB_STEPS = st.one_of(
    st.builds(lambda k: ["succeed", k], _PLACES),
    st.builds(lambda k: ["succeed", k], _PLACES),
    st.builds(lambda k, code: ["fail", k, code], _PLACES, st.sampled_from((1, 42))),
    st.builds(lambda k: ["ready", k], _PLACES),
    st.builds(lambda k: ["disrupt", k], _PLACES),
    st.builds(lambda k: ["remove", k], _PLACES),
    st.builds(lambda k: ["delete-pod", k], _PLACES),
)


def _delete(kind: str) -> st.SearchStrategy[Step]:
    policies = st.sampled_from(("Background", "Foreground", "Orphan"))
    return policies.map(lambda policy: ["delete", kind, policy])


THEMES: dict[str, tuple[str, ...]] = {
    "deployments": ("deployments", "services", "poddisruptionbudgets", "resourcequotas", "pods"),
    "replicasets": ("replicasets", "resourcequotas", "pods"),
    "statefulsets": ("statefulsets", "resourcequotas", "pods"),
    "daemonsets": ("daemonsets",),
    "jobs": ("jobs", "resourcequotas"),
    "services": ("services", "deployments"),
}
"""What a history is about: the first kind begins it, the others come in."""


@st.composite
def _history(draw: st.DrawFn, theme: str, length: int) -> History:
    kinds = THEMES[theme]
    begins = kinds[: 2 if theme == "services" else 1]
    steps = [draw(_create(kind)) for kind in begins]
    pods = _JOB_STEPS if theme == "jobs" else _POD_STEPS
    present = set(begins)
    for _ in range(length - len(begins)):
        choice = draw(st.integers(0, 99))
        absent = [kind for kind in kinds if kind not in present]
        patchable = sorted(present - {"pods", "resourcequotas", "poddisruptionbudgets"})
        if choice < 50:
            steps.append(draw(pods))
        elif choice < 80 and patchable:
            steps.append(draw(_patch(draw(st.sampled_from(patchable)))))
        elif choice < 90 and absent:
            kind = draw(st.sampled_from(absent))
            present.add(kind)
            steps.append(draw(_create(kind)))
        elif present:
            kind = draw(st.sampled_from(sorted(present)))
            present.discard(kind)
            steps.append(draw(_delete(kind)))
        else:
            steps.append(draw(pods))
    return steps


def histories(theme: str, count: int, length: int, number: int) -> list[History]:
    """So many histories; the same ones for the same seed."""
    return [_one(theme, length, 10_000 * number + place) for place in range(count)]


def _one(theme: str, length: int, number: int) -> History:
    """The last of a few: hypothesis begins with the simplest, and goes on with others like it."""
    drawn: list[History] = []

    @seed(number)
    @settings(
        max_examples=3,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(_history(theme, length))
    def draw(history: History) -> None:
        drawn.append(history)

    draw()
    return drawn[-1]
