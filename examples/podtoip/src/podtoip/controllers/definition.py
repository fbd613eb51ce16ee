"""The CRD of PodToIp: registered where it is missing, and waited for."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.resources import files
from typing import Any

from kube.api.apiextensions.v1 import CustomResourceDefinition
from kube.api.meta.v1 import find_condition, is_condition_true
from kube.client import AsyncClient, AsyncRESTClient, TransportError
from kube.runtime import from_yaml, to_tree
from kube.runtime.clock import Clock
from kube.runtime.codec import DecodeError
from kube.runtime.errors import AlreadyExistsError, APIError, NotFoundError

# +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=create
# +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,resourceNames=podtoips.example.com,verbs=get;watch

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between two tries to reach the server."""

IRRELEVANT = {"additionalPrinterColumns", "description", "shortNames", "storage"}
"""Members of a definition that change nothing for this program."""

log = logging.getLogger("podtoip")


class DefinitionError(Exception):
    """The server has another definition under this name, or refuses this one's names."""


def packaged_definition() -> CustomResourceDefinition:
    """The CRD that this version of the program was written for."""
    manifest = files("podtoip").joinpath("crds", "example.com_podtoips.yaml").read_text()
    return from_yaml(manifest, CustomResourceDefinition)


async def ensure_definition(
    rest: AsyncRESTClient, definition: CustomResourceDefinition, clock: Clock
) -> None:
    """Register the definition where it is missing, and wait until the server serves its kind.

    Raises `DefinitionError` where one of the same name has another shape, which is left as it is,
    and `APIError` where the server refuses. It waits for a server that does not answer.
    """
    client, pause = AsyncClient(rest), FIRST_PAUSE
    while True:
        try:
            if await _ensure_once(client, definition):
                return
            log.info("the CRD %s is not there yet", definition.metadata.name)
        except (TransportError, APIError, DecodeError) as error:
            if not is_passing(error):
                raise
            log.warning("cannot register the CRD yet: %s", error)
        await clock.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def is_passing(error: Exception) -> bool:
    """Whether the same request may be carried out later."""
    return not isinstance(error, APIError) or error.code in (410, 429) or error.code >= 500


async def _ensure_once(client: AsyncClient, definition: CustomResourceDefinition) -> bool:
    """Whether the kind is served. False where the CRD has gone, or the server ended the watch."""
    name = definition.metadata.name
    try:
        await client.get(CustomResourceDefinition, name)
    except NotFoundError:
        with suppress(AlreadyExistsError):  # another replica was faster
            await client.create(definition)
            log.info("registered the CRD %s", name)
    selector = f"metadata.name={name}"
    async with client.watch(CustomResourceDefinition, field_selector=selector) as events:
        async for event in events:
            if event.type == "DELETED":
                break
            if event.object.metadata.deletion_timestamp is None:
                check(definition, event.object)
                if is_condition_true(event.object.status.conditions, "Established"):
                    return True
    return False


def check(definition: CustomResourceDefinition, stored: CustomResourceDefinition) -> None:
    """Raise `DefinitionError` unless what is stored serves what the program needs."""
    faults = list(differences(to_tree(definition.spec), to_tree(stored.spec), "spec"))
    if faults:
        raise DefinitionError(
            f"the server has another CRD {stored.metadata.name} than this program needs: "
            f"{'; '.join(faults)}; delete that one, or update it"
        )
    names = find_condition(stored.status.conditions, "NamesAccepted")
    if names is not None and names.status == "False":
        raise DefinitionError(
            f"the server does not accept the names of the CRD {stored.metadata.name}: "
            f"{names.message}"
        )


def differences(needed: Any, stored: Any, path: str) -> Iterator[str]:
    """Where what is stored is not as needed. It may have more, such as the server's defaults."""
    if isinstance(needed, Mapping):
        for key, value in needed.items():
            if key not in IRRELEVANT:
                yield from differences(value, (stored or {}).get(key), f"{path}.{key}")
    elif isinstance(needed, list) and all(isinstance(each, Mapping) for each in needed):
        by_name = {each["name"]: each for each in stored or ()}
        for each in needed:
            yield from differences(each, by_name.get(each["name"]), f"{path}[{each['name']}]")
    elif needed != stored:
        there = "is missing" if stored is None else f"is {stored!r}"
        yield f"{path} {there}, and has to be {needed!r}"
