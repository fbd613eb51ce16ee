"""On kopf."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import kopf

from benchmarks.controller_programs import Progress


def main(server: str, objects: int, changes: int) -> None:
    progress = Progress(objects, changes)
    stop = asyncio.Event()

    @kopf.on.login()
    def login(**_: Any) -> kopf.ConnectionInfo:
        return kopf.ConnectionInfo(server=server)

    @kopf.on.startup()
    def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
        settings.posting.enabled = False

    @kopf.on.create("example.com", "v1", "webs")
    @kopf.on.update("example.com", "v1", "webs", field="spec")
    async def reconcile(spec: kopf.Spec, status: kopf.Status, patch: kopf.Patch, **_: Any) -> None:
        progress.reconciling(spec.get("color", ""))
        if status.get("replicas", 0) == spec.get("replicas", 0):
            return
        patch.status["replicas"] = spec.get("replicas", 0)
        if progress.patched():
            stop.set()

    asyncio.run(kopf.operator(clusterwide=True, standalone=True, stop_flag=stop))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main(sys.argv[1], *map(int, sys.argv[2:4]))
