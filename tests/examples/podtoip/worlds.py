"""What the program is to a world, and what its replicas leave in its log."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from podtoip.__main__ import add_controllers
from podtoip.controllers.definition import packaged_definition

from kube.api.apiextensions.v1 import CustomResourceDefinition
from kube.api.core.v1 import Pod
from kube.client import AsyncClient
from kube.envtest.manifests import load_manifests
from kube.runtime.errors import NotFoundError

PROJECT = Path(__file__).parents[3] / "examples" / "podtoip"


class PodToIps:
    """The operator of a world. Its objects are pods."""

    kind = Pod
    add = staticmethod(add_controllers)


def roles():
    """What its account may do: its role, and the one for its leader's lease."""
    folder = PROJECT / "config" / "rbac"
    return list(load_manifests([folder / "role.yaml", folder / "leader_election_role.yaml"]))


async def without_definition(user: AsyncClient) -> None:
    """Have the server forget the CRD."""
    name = packaged_definition().metadata.name
    async with user.watch(CustomResourceDefinition, resource_version="0") as events:
        with suppress(NotFoundError):
            await user.delete(CustomResourceDefinition, name)
            async for event in events:
                if (event.type, event.object.metadata.name) == ("DELETED", name):
                    break


def overlapping(log):
    """The part of a log between the first write of the second leader and the last of the first."""
    begin = log.index("two begins")
    return [entry for entry in log[begin:] if entry.startswith("one")]
