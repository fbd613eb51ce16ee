"""How long a Job waits before it replaces Pods that failed. Pure.

As `pkg/controller/job/backoff_utils.go` of Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from kube.runtime.trees import Tree

_FIRST, _LONGEST = 10.0, 600.0
"""Seconds."""


class Record(msgspec.Struct, frozen=True):
    """The failures of a Job's Pods since one succeeded."""

    failures: int = 0
    last: datetime | None = None

    def after(self, succeeded: list[Tree], failed: list[Tree]) -> Record:
        """The record when these Pods have ended."""
        failures = sorted(map(finished_at, failed))
        if not succeeded:
            if not failures:
                return self
            return Record(self.failures + len(failures), failures[-1])
        success = max(map(finished_at, succeeded))
        later = [at for at in failures if at > success]
        return Record(len(later), later[-1] if later else None)

    def remaining(self, now: datetime) -> float:
        """Seconds until the next Pod may start."""
        if self.last is None or not self.failures:
            return 0.0
        pause = min(_FIRST * 2.0 ** min(self.failures - 1, 10), _LONGEST)
        return max(0.0, pause - (now - self.last).total_seconds())


def finished_at(pod: Tree) -> datetime:
    """When a Pod ended, as its containers say, else its conditions, else its metadata."""
    status, metadata = pod["status"], pod["metadata"]
    sidecars = {
        each["name"]
        for each in pod["spec"].get("initContainers") or ()
        if each.get("restartPolicy") == "Always"
    }
    at = _last_end(status.get("containerStatuses") or ())
    inits = status.get("initContainerStatuses") or ()
    beside = [each for each in inits if each["name"] in sidecars]
    if beside:
        at = max(filter(None, (at, _last_end(beside))), default=None)
    if at is not None:
        return at
    for each in status.get("conditions") or ():
        since = each.get("lastTransitionTime")
        if each["type"] == "Ready" and each["status"] == "False" and since:
            return datetime.fromisoformat(since)
    if "deletionTimestamp" in metadata:
        grace = timedelta(seconds=metadata.get("deletionGracePeriodSeconds") or 0)
        return datetime.fromisoformat(metadata["deletionTimestamp"]) - grace
    return datetime.fromisoformat(metadata["creationTimestamp"])


def _last_end(statuses: Iterable[Tree]) -> datetime | None:
    """When the last container ended; None where one has not, or does not say when."""
    last = None
    for each in statuses:
        at = ((each.get("state") or {}).get("terminated") or {}).get("finishedAt")
        if at is None:
            return None
        last = max(filter(None, (last, datetime.fromisoformat(at))))
    return last
