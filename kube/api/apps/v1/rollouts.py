"""How far a rollout is, as `kubectl rollout status` decides it (kubectl's rollout_status.go)."""

from __future__ import annotations

from dataclasses import dataclass

from kube.api.apps.v1.types import DaemonSet, Deployment, StatefulSet
from kube.api.meta.v1.conditions import find_condition


@dataclass(frozen=True, slots=True)
class RolloutStatus:
    """`message` is kubectl's. A rollout that is neither done nor failed goes on."""

    message: str
    done: bool = False
    failed: bool = False


def rollout_status(obj: Deployment | StatefulSet | DaemonSet) -> RolloutStatus:
    """How far the rollout of an object is, as the server returned it.

    Raises ValueError for a StatefulSet or a DaemonSet that is not updated by RollingUpdate.
    """
    if isinstance(obj, Deployment):
        return _of_deployment(obj)
    if (obj.spec.update_strategy.type or "") != "RollingUpdate":
        raise ValueError("rollout status is only available for RollingUpdate strategy type")
    return _of_stateful_set(obj) if isinstance(obj, StatefulSet) else _of_daemon_set(obj)


def is_deployment_complete(deployment: Deployment) -> bool:
    """Whether all replicas, and no others, are of the newest template and available."""
    status, replicas = deployment.status, deployment.spec.replicas
    wanted = 1 if replicas is None else replicas
    counts = (status.updated_replicas, status.replicas, status.available_replicas)
    observed = (status.observed_generation or 0) >= deployment.metadata.generation
    return observed and all((count or 0) == wanted for count in counts)


def _of_deployment(deployment: Deployment) -> RolloutStatus:
    name, status = deployment.metadata.name, deployment.status
    if deployment.metadata.generation > (status.observed_generation or 0):
        return RolloutStatus("Waiting for deployment spec update to be observed...")
    progressing = find_condition(status.conditions, "Progressing")
    if progressing is not None and progressing.reason == "ProgressDeadlineExceeded":
        return RolloutStatus(f'deployment "{name}" exceeded its progress deadline', failed=True)
    waiting = f'Waiting for deployment "{name}" rollout to finish:'
    wanted, updated = deployment.spec.replicas, status.updated_replicas or 0
    if wanted is not None and updated < wanted:
        return RolloutStatus(
            f"{waiting} {updated} out of {wanted} new replicas have been updated..."
        )
    old = (status.replicas or 0) - updated
    if old > 0:
        return RolloutStatus(f"{waiting} {old} old replicas are pending termination...")
    available = status.available_replicas or 0
    if available < updated:
        return RolloutStatus(
            f"{waiting} {available} of {updated} updated replicas are available..."
        )
    return RolloutStatus(f'deployment "{name}" successfully rolled out', done=True)


def _of_daemon_set(daemon_set: DaemonSet) -> RolloutStatus:
    name, status = daemon_set.metadata.name, daemon_set.status
    if daemon_set.metadata.generation > (status.observed_generation or 0):
        return RolloutStatus("Waiting for daemon set spec update to be observed...")
    waiting = f'Waiting for daemon set "{name}" rollout to finish:'
    wanted, updated = status.desired_number_scheduled or 0, status.updated_number_scheduled or 0
    if updated < wanted:
        return RolloutStatus(f"{waiting} {updated} out of {wanted} new pods have been updated...")
    available = status.number_available or 0
    if available < wanted:
        return RolloutStatus(f"{waiting} {available} of {wanted} updated pods are available...")
    return RolloutStatus(f'daemon set "{name}" successfully rolled out', done=True)


def _of_stateful_set(stateful_set: StatefulSet) -> RolloutStatus:
    status, replicas = stateful_set.status, stateful_set.spec.replicas
    observed = status.observed_generation or 0
    if not observed or stateful_set.metadata.generation > observed:
        return RolloutStatus("Waiting for statefulset spec update to be observed...")
    missing = (replicas or 0) - (status.ready_replicas or 0)
    if replicas is not None and missing > 0:
        return RolloutStatus(f"Waiting for {missing} pods to be ready...")
    updated = status.updated_replicas or 0
    rolling = stateful_set.spec.update_strategy.rolling_update
    if rolling is not None:
        if replicas is not None and rolling.partition is not None:
            wanted = replicas - rolling.partition
            if updated < wanted:
                return RolloutStatus(
                    "Waiting for partitioned roll out to finish: "
                    f"{updated} out of {wanted} new pods have been updated..."
                )
        return RolloutStatus(
            f"partitioned roll out complete: {updated} new pods have been updated...", done=True
        )
    revision = status.update_revision or ""
    if revision != (status.current_revision or ""):
        return RolloutStatus(
            f"waiting for statefulset rolling update to complete {updated} pods "
            f"at revision {revision}..."
        )
    return RolloutStatus(
        f"statefulset rolling update complete {status.current_replicas or 0} pods "
        f"at revision {status.current_revision or ''}...",
        done=True,
    )
