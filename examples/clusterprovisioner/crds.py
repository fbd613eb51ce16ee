"""Having the server know our kinds: the CRDs applied at start, and awaited."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from kube.api.apiextensions.v1 import CustomResourceDefinition, CustomResourceDefinitionList
from kube.api.meta.v1 import is_condition_true
from kube.client import (
    AsyncCreates,
    AsyncGets,
    AsyncRESTClient,
    AsyncUpdates,
    AsyncWatches,
    Resource,
    async_retry_on_conflict,
)
from kube.runtime import codec, yaml
from kube.runtime.errors import AlreadyExistsError

log = logging.getLogger(__name__)


class CustomResourceDefinitions(
    AsyncCreates[CustomResourceDefinition],
    AsyncUpdates[CustomResourceDefinition],
    AsyncGets[CustomResourceDefinition],
    AsyncWatches[CustomResourceDefinition],
):
    """As much of the client of apiextensions.k8s.io/v1 as is needed here."""

    resource = Resource(
        group="apiextensions.k8s.io",
        version="v1",
        kind="CustomResourceDefinition",
        plural="customresourcedefinitions",
        namespaced=False,
        type=CustomResourceDefinition,
        list_type=CustomResourceDefinitionList,
    )


def load_crds(folder: Path) -> list[CustomResourceDefinition]:
    """The CRDs in a folder's YAML files."""
    return [
        codec.from_builtins(document, CustomResourceDefinition)
        for path in sorted(folder.glob("*.yaml"))
        for document in yaml.load_all(path.read_text())
    ]


async def install_crds(rest: AsyncRESTClient, crds: Iterable[CustomResourceDefinition]) -> None:
    """Create the CRDs, or bring them up to date, and wait until the server serves them."""
    client = CustomResourceDefinitions(rest)
    names = []
    for crd in crds:
        names.append(crd.metadata.name)
        try:
            await client.create(crd)
        except AlreadyExistsError:
            await async_retry_on_conflict(partial(_bring_up_to_date, client, crd))
    for name in names:
        await _served(client, name)
    log.info("serves %s", ", ".join(names))


async def _bring_up_to_date(
    client: CustomResourceDefinitions, crd: CustomResourceDefinition
) -> None:
    current = await client.get(crd.metadata.name)
    current.spec = crd.spec
    await client.update(current)


async def _served(client: CustomResourceDefinitions, name: str) -> None:
    async with client.watch(field_selector=f"metadata.name={name}") as events:
        async for event in events:
            if is_condition_true(event.object.status.conditions, "Established"):
                return
