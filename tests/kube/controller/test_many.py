"""Very many objects are reconciled within memory that is bounded by that of the objects.

The program is a process of its own, and measures itself: see `many`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kube.api.core.v1 import ConfigMap
from kube.client import Client, RESTClient
from kube.envtest import Environment, MemoryTransport, Server

ROOT = Path(__file__).parents[3]
COUNT = int(os.environ.get("TEST_OBJECTS", "1000"))
SLACK = 2_500_000
"""Bytes of the program itself: code that is loaded on use, connections, buffers."""


def configmap(n: int) -> dict:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"c{n}", "namespace": "default", "labels": {"app": f"a{n}"}},
        "data": {"round": "first", **{f"key-{k}": f"value {n} {k} " * 8 for k in range(20)}},
    }


def test_many_objects_are_reconciled_within_bounded_memory():
    """All objects are reconciled, fail, change and go; the program keeps little more than them."""
    server = Server(require_namespaces=False)
    user = Client(RESTClient(MemoryTransport(server)))
    with (
        Environment(server=server) as environment,
        subprocess.Popen(
            [sys.executable, "-m", "tests.kube.controller.many", environment.url, str(COUNT)],
            stdout=subprocess.PIPE, text=True, cwd=ROOT,
        ) as program,
    ):  # fmt: skip
        try:
            told = map(json.loads, program.stdout)
            assert next(told)["round"] == "none"
            server.load(configmap(n) for n in range(COUNT))
            first, objects = next(told), next(told)["objects"]
            for n in range(COUNT):
                change = {"data": {"round": "second"}}
                user.patch(ConfigMap, change, name=f"c{n}", namespace="default")
            second = next(told)
            user.delete_all_of(ConfigMap, "default")
            gone = next(told)
        finally:
            program.kill()
    assert [first["round"], second["round"], gone["round"]] == ["first", "second", "gone"]
    # The cache has each object once, under a key, and the reconcilers' copies are gone.
    assert first["bytes"] < 1.5 * objects + SLACK
    assert second["bytes"] < first["bytes"] + 0.2 * objects + SLACK
    assert gone["bytes"] < 0.2 * objects + SLACK
