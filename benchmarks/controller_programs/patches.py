"""The status patches alone, by the REST client: SERVER OBJECTS. It prints the least CPU of one."""

from __future__ import annotations

import asyncio
import json
import resource
import sys

from benchmarks.controller_programs.api import WEBS
from kube.client import AsyncRESTClient, Config

ROUNDS = 5


async def main(server: str, objects: int) -> None:
    headers = {"content-type": "application/merge-patch+json"}
    best = float("inf")
    async with AsyncRESTClient.for_config(Config(server=server, qps=-1)) as rest:
        for round in range(ROUNDS):
            began = _cpu()
            for n in range(objects):
                path = WEBS.path("default", f"web-{n}", "status")
                body = b'{"status":{"replicas":%d}}' % (round + 2)
                await rest.request("PATCH", path, headers=headers, body=body)
            best = min(best, (_cpu() - began) / objects)
    print(json.dumps({"cpu": best}))


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
