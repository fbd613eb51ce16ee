"""`python -m examples.managedprovisioner`: the controllers, on the cluster that kubectl would use.

The CRDs have to be there: `kubectl apply -f config/crd/bases`.
"""

from __future__ import annotations

import asyncio
import logging

from examples.clusterprovisioner.rke import RKE
from examples.managedprovisioner.program import add_controllers
from kube.client import Config
from kube.controller import CacheOptions, Manager


async def main() -> None:
    manager = Manager(Config.load(), metrics=":8080", probes=":8081", cache=CacheOptions(resync=30))
    add_controllers(manager, RKE())
    await manager.run()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    asyncio.run(main())
