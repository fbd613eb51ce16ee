"""The ttl-after-finished controller: deletes Jobs that ended so many seconds ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from kube.envtest.apiserver.controllers.workloads.worker import JOBS, Worker
from kube.envtest.apiserver.storage.store import Stored


class TTLAfterFinishedController(Worker):
    name = "ttl-after-finished-controller"
    watches = JOBS
    kind = "Job"

    def reconcile(self, stored: Stored) -> None:
        seconds = stored.tree["spec"].get("ttlSecondsAfterFinished")
        if seconds is None or "deletionTimestamp" in stored.tree["metadata"]:
            return
        ended = next(
            (
                each["lastTransitionTime"]
                for each in stored.tree["status"].get("conditions") or ()
                if each["type"] in ("Complete", "Failed") and each["status"] == "True"
            ),
            None,
        )
        if ended is None:
            return
        at = datetime.fromisoformat(ended) + timedelta(seconds=seconds)
        if at <= self.state.now():
            self.delete(JOBS, stored, propagation="Foreground")
        else:
            self.again(stored.key, at)
