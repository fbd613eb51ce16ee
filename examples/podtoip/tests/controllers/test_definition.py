"""The CRD: registered where it is missing, waited for, and never taken for what it is not."""

from __future__ import annotations

import asyncio

import pytest
from kube.api.apiextensions.v1 import (
    CustomResourceDefinition,
    CustomResourceDefinitionCondition,
    ResourceScope,
)
from kube.api.meta.v1 import ConditionStatus
from kube.client import AsyncClient, AsyncDynamicClient, AsyncRESTClient
from kube.envtest import Action, AsyncMemoryTransport, Server
from kube.runtime.clock import SystemClock
from kube.runtime.errors import ForbiddenError, InternalError, NotFoundError

from podtoip.controllers.definition import (
    DefinitionError,
    check,
    ensure_definition,
    packaged_definition,
)

NAME = "podtoips.example.com"


class Impatient(SystemClock):
    """A clock by which every pause is over at once."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def rest(server: Server) -> AsyncRESTClient:
    return AsyncRESTClient(AsyncMemoryTransport(server))


async def test_it_is_registered_where_it_is_missing(server: Server, rest: AsyncRESTClient) -> None:
    for _ in range(2):
        await ensure_definition(rest, packaged_definition(), Impatient())
    stored = await AsyncClient(rest).get(CustomResourceDefinition, NAME)
    assert stored.spec.names.short_names == ["ptp"]
    assert (await AsyncDynamicClient(rest).named("ptp")).resource.kind == "PodToIp"
    assert [action.verb for action in server.actions].count("create") == 1


async def test_two_replicas_may_register_it_at_once(server: Server, rest: AsyncRESTClient) -> None:
    found = [NotFoundError("not yet"), NotFoundError("not yet")]

    def react(action: Action) -> None:
        if action.verb == "get" and found:
            raise found.pop()

    server.reactors.append(react)
    replicas = [ensure_definition(rest, packaged_definition(), Impatient()) for _ in range(2)]
    await asyncio.gather(*replicas)
    assert [action.verb for action in server.actions].count("create") == 2


async def test_one_of_another_shape_is_an_error_and_left_alone(rest: AsyncRESTClient) -> None:
    other = packaged_definition()
    other.spec.scope = ResourceScope.CLUSTER
    schema = other.spec.versions[0].schema
    assert schema is not None
    assert schema.open_api_v3_schema is not None
    assert schema.open_api_v3_schema.properties is not None
    schema.open_api_v3_schema.properties["podAddress"].type = "integer"
    client = AsyncClient(rest)
    before = await client.create(other)
    with pytest.raises(DefinitionError) as raised:
        await ensure_definition(rest, packaged_definition(), Impatient())
    assert str(raised.value) == (
        "the server has another CRD podtoips.example.com than this program needs: "
        "spec.scope is 'Cluster', and has to be 'Namespaced'; "
        "spec.versions[v1].schema.openAPIV3Schema.properties.podAddress.type is 'integer', "
        "and has to be 'string'; delete that one, or update it"
    )
    after = await client.get(CustomResourceDefinition, NAME)
    assert (after.metadata.uid, after.spec) == (before.metadata.uid, before.spec)


def test_a_later_release_may_have_added_to_it() -> None:
    later = packaged_definition()
    version = later.spec.versions[0]
    assert version.schema is not None
    assert version.schema.open_api_v3_schema is not None
    assert version.schema.open_api_v3_schema.properties is not None
    version.schema.open_api_v3_schema.properties["node"] = (
        version.schema.open_api_v3_schema.properties["podName"]
    )
    v2 = version.deep_copy()
    v2.name = "v2"
    version.storage, v2.storage = False, True
    later.spec.versions.append(v2)
    check(packaged_definition(), later)


def test_names_that_another_one_has_are_an_error() -> None:
    refused = packaged_definition()
    refused.status.conditions = [
        CustomResourceDefinitionCondition(
            type="NamesAccepted",
            status=ConditionStatus.FALSE,
            message='"podtoips" is already in use',
        )
    ]
    with pytest.raises(DefinitionError, match='"podtoips" is already in use'):
        check(packaged_definition(), refused)


async def test_one_that_is_being_deleted_is_waited_for_and_registered_again(
    server: Server, rest: AsyncRESTClient
) -> None:
    client, clock = AsyncClient(rest), Impatient()
    await ensure_definition(rest, packaged_definition(), clock)
    held = {"metadata": {"finalizers": ["example.com/hold"]}}
    before = await client.patch(CustomResourceDefinition, held, name=NAME)
    await client.delete(CustomResourceDefinition, NAME)
    watching = asyncio.Event()

    def note(action: Action) -> None:
        if action.verb == "watch":
            watching.set()

    server.reactors.append(note)
    ensuring = asyncio.create_task(ensure_definition(rest, packaged_definition(), clock))
    await watching.wait()
    free = {"metadata": {"finalizers": None}}
    await client.patch(CustomResourceDefinition, free, name=NAME)
    await ensuring
    after = await client.get(CustomResourceDefinition, NAME)
    assert after.metadata.uid != before.metadata.uid
    assert clock.pauses == [0.5]


async def test_a_server_that_does_not_answer_is_waited_for(
    server: Server, rest: AsyncRESTClient
) -> None:
    refusals: list[Exception] = [ConnectionRefusedError("refused"), InternalError("not ready")]

    def refuse(_: Action) -> None:
        if refusals:
            raise refusals.pop()

    server.reactors.append(refuse)
    clock = Impatient()
    await ensure_definition(rest, packaged_definition(), clock)
    assert clock.pauses == [0.5, 1.0]


async def test_a_refusal_is_not_waited_out(server: Server, rest: AsyncRESTClient) -> None:
    def refuse(_: Action) -> None:
        raise ForbiddenError("no")

    server.reactors.append(refuse)
    with pytest.raises(ForbiddenError):
        await ensure_definition(rest, packaged_definition(), Impatient())
