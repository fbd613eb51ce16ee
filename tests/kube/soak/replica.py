"""One replica of a program: `python -m tests.kube.soak.replica KUBECONFIG IDENTITY`.

It copies the size of each widget to an annotation, with its own identity; as many of it as there
are compete for one lease.
"""

from __future__ import annotations

import asyncio
import sys

from kube.client import Config
from kube.controller import Controller, LeaderElection, Manager, Request, configure_logging
from kube.runtime import register_resources
from kube.runtime.errors import NotFoundError
from tests.kube.soak.followers import WIDGETS, Widget

LEASE, NAMESPACE = "soak", "default"
MARK = "example.io/written-by"

register_resources(WIDGETS)


def mark(identity: str, size: int) -> str:
    return f"{identity} {size}"


async def main(kubeconfig: str, identity: str) -> None:
    election = LeaderElection(
        name=LEASE,
        namespace=NAMESPACE,
        identity=identity,
        lease_duration=2,
        renew_deadline=1.5,
        retry_period=0.2,
    )
    manager = Manager(Config.load(kubeconfig), name=identity, leader_election=election)
    client = manager.client

    async def reconcile(request: Request) -> None:
        try:
            widget = await client.get(Widget, request.name, request.namespace)
        except NotFoundError:
            return
        written = (widget.metadata.annotations or {}).get(MARK, "")
        if written.partition(" ")[2] != str(widget.spec.size):
            change = {"metadata": {"annotations": {MARK: mark(identity, widget.spec.size)}}}
            await client.patch(widget, change)

    manager.add(Controller(Widget, reconcile, max_concurrent_reconciles=4))
    await manager.run()


if __name__ == "__main__":
    configure_logging("warning", as_json=False)
    asyncio.run(main(*sys.argv[1:3]))
