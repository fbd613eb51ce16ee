"""What the server does by itself after a write: definitions are served, garbage is collected.

`DefinitionController` always runs, for it is a part of the API server. The others have the names of
kube-controller-manager's controllers and run where they are asked for. All of them work within the
request that causes the work, under the server's lock, so a client never waits for them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence

from kube.envtest.apiserver.controllers.controller import Controller
from kube.envtest.apiserver.controllers.definitions import DefinitionController
from kube.envtest.apiserver.controllers.garbage import GarbageCollector
from kube.envtest.apiserver.controllers.namespaces import NamespaceController
from kube.envtest.apiserver.state import State

__all__ = ["CONTROLLERS", "Controller", "DefinitionController", "make_controllers"]


def _aggregation(state: State) -> Controller:
    from kube.envtest.apiserver.controllers.aggregation import AggregationController

    return AggregationController(state)


def _quotas(state: State) -> Controller:
    from kube.envtest.apiserver.controllers.quotas import ResourceQuotaController

    return ResourceQuotaController(state)


_WORKLOADS = {
    "cronjob-controller": ("cronjobs", "CronJobController"),
    "daemonset-controller": ("daemonsets", "DaemonSetController"),
    "deployment-controller": ("deployments", "DeploymentController"),
    "disruption-controller": ("disruption", "DisruptionController"),
    "endpointslice-controller": ("endpointslices", "EndpointSliceController"),
    "job-controller": ("jobs", "JobController"),
    "kubelet": ("kubelet", "Kubelet"),
    "kubernetes-service": ("kubernetes_service", "KubernetesService"),
    "persistentvolume-binder-controller": ("volumes", "PersistentVolumeBinder"),
    "persistentvolume-protection-controller": ("volumes", "VolumeProtection"),
    "persistentvolumeclaim-protection-controller": ("volumes", "ClaimProtection"),
    "pod-garbage-collector-controller": ("pods", "PodGarbageCollector"),
    "provisioner": ("provisioner", "Provisioner"),
    "replicaset-controller": ("replicasets", "ReplicaSetController"),
    "root-ca-certificate-publisher-controller": ("namespaced", "RootCACertificatePublisher"),
    "serviceaccount-controller": ("namespaced", "ServiceAccountController"),
    "statefulset-controller": ("statefulsets", "StatefulSetController"),
    "ttl-after-finished-controller": ("ttl", "TTLAfterFinishedController"),
}


def _workload(name: str) -> Callable[[State], Controller]:
    module, controller = _WORKLOADS[name]

    def make(state: State) -> Controller:
        package = f"{__name__}.workloads.{module}"
        made: Controller = getattr(importlib.import_module(package), controller)(state)
        return made

    return make


CONTROLLERS: dict[str, Callable[[State], Controller]] = {
    "clusterrole-aggregation-controller": _aggregation,
    "garbage-collector-controller": GarbageCollector,
    "namespace-controller": NamespaceController,
    "resourcequota-controller": _quotas,
    **{name: _workload(name) for name in _WORKLOADS},
}


OFF_BY_DEFAULT = ("kubernetes-service",)
"""What `*` does not stand for: tests count the Services of the namespace `default`."""


def make_controllers(state: State, names: Sequence[str]) -> list[Controller]:
    """The controllers of these names, `*` for all but those that are off by default; raises
    ValueError for an unknown name."""
    if isinstance(names, str):
        raise ValueError(f"controllers is a list of names: [{names!r}], not {names!r}")
    unknown = [name for name in names if name not in CONTROLLERS and name != "*"]
    if unknown:
        known = ", ".join(CONTROLLERS)
        raise ValueError(
            f"unknown controller {', '.join(unknown)}: the embedded server has {known}"
        )
    by_default = [name for name in CONTROLLERS if name not in OFF_BY_DEFAULT]
    wanted = {*names, *(by_default if "*" in names else ())}
    return [make(state) for name, make in CONTROLLERS.items() if name in wanted]
