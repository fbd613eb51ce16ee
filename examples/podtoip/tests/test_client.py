"""The client that is written by hand, on the embedded server."""

from __future__ import annotations

import pytest
from kube.api.meta.v1 import ListOptions, ObjectMeta
from kube.client import AsyncRESTClient
from kube.envtest import AsyncMemoryTransport, Server
from kube.runtime.clock import ManualClock
from kube.runtime.errors import AlreadyExistsError, ConflictError, NotFoundError

from podtoip.api.v1.pod_to_ip_types import PodToIp
from podtoip.client import PodToIpClient
from podtoip.controllers.definition import ensure_definition, packaged_definition


@pytest.fixture
async def client() -> PodToIpClient:
    rest = AsyncRESTClient(AsyncMemoryTransport(Server()))
    await ensure_definition(rest, packaged_definition(), ManualClock())
    return PodToIpClient(rest)


def mirror(name: str, address: str = "10.0.0.1") -> PodToIp:
    metadata = ObjectMeta(name=name, namespace="default")
    return PodToIp(metadata=metadata, pod_name=name, pod_address=address)


async def test_what_is_created_is_read_listed_and_deleted(client: PodToIpClient) -> None:
    created = await client.create(mirror("a"))
    assert (created.kind, created.api_version) == ("PodToIp", "example.com/v1")
    assert await client.get("a", "default") == created
    await client.create(mirror("b"))
    assert [one.pod_name for one in (await client.list()).items] == ["a", "b"]
    options = ListOptions(field_selector="metadata.name=b")
    assert [one.pod_name for one in (await client.list("default", options)).items] == ["b"]
    await client.delete("a", "default")
    with pytest.raises(NotFoundError):
        await client.get("a", "default")


async def test_a_name_is_taken_once(client: PodToIpClient) -> None:
    await client.create(mirror("a"))
    with pytest.raises(AlreadyExistsError):
        await client.create(mirror("a"))


async def test_an_update_of_what_has_changed_is_a_conflict(client: PodToIpClient) -> None:
    created = await client.create(mirror("a"))
    created.pod_address = "10.0.0.2"
    updated = await client.update(created)
    assert updated.pod_address == "10.0.0.2"
    with pytest.raises(ConflictError):
        await client.update(created)


async def test_a_deletion_is_of_the_object_that_was_read(client: PodToIpClient) -> None:
    created = await client.create(mirror("a"))
    with pytest.raises(ConflictError):
        await client.delete("a", "default", uid="another")
    await client.delete("a", "default", uid=created.metadata.uid)


async def test_changes_are_followed(client: PodToIpClient) -> None:
    version = (await client.list()).metadata.resource_version
    await client.create(mirror("a"))
    await client.delete("a", "default")
    async with client.watch("default", ListOptions(resource_version=version)) as events:
        seen = []
        async for event in events:
            seen.append((event.type, event.object.pod_address))
            if event.type == "DELETED":
                events.close()
    assert seen == [("ADDED", "10.0.0.1"), ("DELETED", "10.0.0.1")]


async def test_a_request_without_a_name_is_not_sent(client: PodToIpClient) -> None:
    with pytest.raises(ValueError, match="resource name may not be empty"):
        await client.get("", "default")
    with pytest.raises(ValueError, match="an empty namespace may not be set"):
        await client.create(PodToIp(pod_name="a", pod_address="10.0.0.1"))
