"""Having the server know our kinds: the CRDs applied at start, and awaited."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from kube.api.apiextensions.v1 import CustomResourceDefinition
from kube.api.meta.v1 import is_condition_true
from kube.client import AsyncClient, AsyncRESTClient, async_retry_on_conflict
from kube.runtime import codec, yaml
from kube.runtime.errors import AlreadyExistsError

log = logging.getLogger(__name__)


def load_crds(folder: Path) -> list[CustomResourceDefinition]:
    """The CRDs in a folder's YAML files."""
    return [
        codec.from_builtins(document, CustomResourceDefinition)
        for path in sorted(folder.glob("*.yaml"))
        for document in yaml.load_all(path.read_text())
    ]


async def install_crds(rest: AsyncRESTClient, crds: Iterable[CustomResourceDefinition]) -> None:
    """Create the CRDs, or bring them up to date, and wait until the server serves them."""
    client = AsyncClient(rest)
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


async def _bring_up_to_date(client: AsyncClient, crd: CustomResourceDefinition) -> None:
    current = await client.get(CustomResourceDefinition, crd.metadata.name)
    current.spec = crd.spec
    await client.update(current)


async def _served(client: AsyncClient, name: str) -> None:
    selector = f"metadata.name={name}"
    async with client.watch(CustomResourceDefinition, field_selector=selector) as events:
        async for event in events:
            if is_condition_true(event.object.status.conditions, "Established"):
                return
