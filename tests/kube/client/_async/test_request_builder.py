"""Built requests, sent: against a script, and against the embedded server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kube.api.autoscaling.v1 import Scale
from kube.api.core.v1 import ConfigMap, Pod
from kube.api.meta.v1 import DeleteOptions, ListOptions, Status
from kube.client import AsyncRESTClient, AsyncVersionedRESTClient, PatchType, TransportError
from kube.envtest import AsyncMemoryTransport
from kube.runtime import Object, ObjectList, PartialObjectMetadata, errors
from kube.runtime.codec import DecodeError
from kube.runtime.unstructured import Unstructured, UnstructuredList
from tests.kube.client.kinds import Widget, WidgetList, wanted, widget, widget_server
from tests.kube.client.scripted import AsyncScriptedTransport, answer, refusal

BUSY = answer(429, b"slow down\n", {"retry-after": "0"})


@pytest.fixture
def rest() -> AsyncVersionedRESTClient:
    server = widget_server()
    return AsyncRESTClient(AsyncMemoryTransport(server)).for_group_version("example.com/v1")


def scripted(*answers: object) -> tuple[AsyncVersionedRESTClient, AsyncScriptedTransport]:
    transport = AsyncScriptedTransport(*answers)  # type: ignore[arg-type]
    return AsyncRESTClient(transport).for_group_version("example.com/v1"), transport


async def create(rest: AsyncVersionedRESTClient, name: str, size: int = 1) -> Widget:
    body = widget(name, size=size)
    return await rest.post().resource("widgets").namespace("default").body(body).do().into(Widget)


async def test_an_object_is_created_read_replaced_patched_and_deleted(
    rest: AsyncVersionedRESTClient,
) -> None:
    one = await create(rest, "one")
    assert (one.kind, one.metadata.namespace) == ("Widget", "default")

    one.spec.size = 2
    put = rest.put().resource("widgets").namespace("default").name("one").body(one)
    assert (await put.do().into(Widget)).spec.size == 2

    patch = rest.patch(PatchType.MERGE).resource("widgets").namespace("default").name("one")
    assert (await patch.body({"spec": {"size": 3}}).do().into(Widget)).spec.size == 3

    get = rest.get().resource("widgets").namespace("default").name("one")
    assert (await get.do().into(Widget)).spec.size == 3

    delete = rest.delete().resource("widgets").namespace("default").name("one")
    result = await delete.body(DeleteOptions(grace_period_seconds=0)).do()
    assert (result.status_code, result.into(Status).status) == (200, "Success")
    with pytest.raises(errors.NotFoundError):
        await get.do()


async def test_a_list_is_of_the_class_of_the_list(rest: AsyncVersionedRESTClient) -> None:
    for name in ("one", "two"):
        await create(rest, name)
    options = ListOptions(limit=1)
    listed = await rest.get().resource("widgets").versioned_params(options).do().into(WidgetList)
    assert [(each.kind, each.metadata.name) for each in listed.items] == [("Widget", "one")]
    assert listed.metadata.continue_


async def test_a_configuration_is_applied(rest: AsyncVersionedRESTClient) -> None:
    apply = rest.patch(PatchType.APPLY).resource("widgets").namespace("default").name("one")
    apply = apply.param("fieldManager", "me").param("force", True).body(wanted("one", size=4))
    result = await apply.do()
    assert (result.status_code, result.into(Widget).spec.size) == (201, 4)


async def test_a_subresource_has_its_own_class(rest: AsyncVersionedRESTClient) -> None:
    await create(rest, "one", size=7)
    scale = rest.get().resource("widgets").namespace("default").name("one").sub_resource("scale")
    assert (await scale.do().into(Scale)).spec.replicas == 7


async def test_a_watch_yields_typed_events(rest: AsyncVersionedRESTClient) -> None:
    await create(rest, "one")
    listed = await rest.get().resource("widgets").do().into(WidgetList)
    await create(rest, "two")
    options = ListOptions(resource_version=listed.metadata.resource_version)
    request = rest.get().resource("widgets").namespace("default").versioned_params(options)
    async with request.watch(Widget) as events:
        async for event in events:
            assert (event.type, event.object.metadata.name) == ("ADDED", "two")
            events.close()


async def test_a_stream_is_the_body_in_chunks() -> None:
    rest, transport = scripted(answer(200, b"line 1\nline 2\n"))
    log = rest.get().resource("pods").namespace("default").name("b").sub_resource("log")
    async with log.param("follow", True).timeout(30).stream() as chunks:
        assert b"".join([chunk async for chunk in chunks]) == b"line 1\nline 2\n"
    (request,) = transport.requests
    assert (request.timeout, request.query) == (30, [("follow", "true"), ("timeout", "30s")])


async def test_raw_is_what_was_sent() -> None:
    rest, _ = scripted(answer(200, b"ok"))
    assert await rest.get().abs_path("/healthz").do().raw() == b"ok"


async def test_only_a_get_is_streamed_or_watched(rest: AsyncVersionedRESTClient) -> None:
    with pytest.raises(ValueError, match="only a GET can be streamed or watched"):
        rest.post().resource("widgets").watch(Widget)
    with pytest.raises(ValueError, match="only a GET can be streamed or watched"):
        rest.delete().resource("widgets").stream()


@pytest.mark.parametrize("cls", [WidgetList, ObjectList[Widget], "Widget", dict])
async def test_a_watch_is_of_a_class_of_objects(rest: AsyncVersionedRESTClient, cls: Any) -> None:
    with pytest.raises(TypeError, match="a watch is of a class of objects"):
        rest.get().resource("widgets").watch(cls)


async def test_faults_are_raised_before_anything_is_sent() -> None:
    rest, transport = scripted(answer(200, b"{}"))
    with pytest.raises(ValueError, match="resource name may not be empty"):
        await rest.delete().resource("widgets").namespace("default").name("").do()
    with pytest.raises(ValueError, match="an empty namespace may not be set during creation"):
        await rest.post().resource("widgets").namespace("").body({}).do()
    assert transport.requests == []


async def test_a_refusal_is_raised_and_typed() -> None:
    rest, _ = scripted(refusal(403, "Forbidden"))
    with pytest.raises(errors.ForbiddenError):
        await rest.delete().resource("widgets").namespace("default").name("one").do()


async def test_no_answer_is_a_transport_error() -> None:
    rest, _ = scripted(TransportError("refused"))
    with pytest.raises(TransportError):
        await rest.get().resource("widgets").do().into(WidgetList)


async def test_retry_after_is_honoured_as_often_as_the_request_says() -> None:
    rest, transport = scripted(BUSY)
    for most, sent in ((2, 3), (0, 1), (-5, 1)):
        transport.requests.clear()
        with pytest.raises(errors.TooManyRequestsError):
            await rest.get().resource("widgets").max_retries(most).do()
        assert len(transport.requests) == sent


async def test_opening_a_stream_is_retried_as_often_as_the_request_says() -> None:
    rest, transport = scripted(BUSY)
    with pytest.raises(errors.TooManyRequestsError):
        async with rest.get().resource("widgets").max_retries(1).watch(Widget):
            pass
    assert len(transport.requests) == 2


class Gadget(Object):
    """A kind that nothing was generated for."""


class GadgetList(ObjectList[Gadget]):
    pass


DONE: Mapping[str, object] = {"kind": "Status", "apiVersion": "v1", "metadata": {}}


@pytest.mark.parametrize(
    ("body", "cls", "message"),
    [
        (DONE, ConfigMap, "the answer is a Status, where an object of configmaps is a ConfigMap"),
        ({}, ConfigMap, "the answer has no kind, where an object of configmaps"),
        (b"", Widget, "the answer has no body, where a Widget was asked for"),
        (b"<html>", Widget, "the answer is not a valid Widget"),
        (DONE, WidgetList, "the answer is a Status, where a list of widgets is a WidgetList"),
        ({"kind": "Widget", "apiVersion": "example.com/v1"}, WidgetList, "is a Widget"),
        (DONE, Gadget, "the answer is a Status, where a Gadget was asked for"),
        ({}, Gadget, "the answer has no kind, where a Gadget was asked for"),
        (DONE, GadgetList, "the answer is a Status, where a GadgetList was asked for"),
        (DONE, UnstructuredList, "the answer is a Status"),
        ({}, Unstructured, "the answer has no kind"),
        ({"kind": "Pod", "apiVersion": "v1"}, PartialObjectMetadata, "the answer is a Pod"),
    ],
)
async def test_an_answer_of_another_kind_is_an_error_with_status_200_too(
    body: object, cls: type[Object], message: str
) -> None:
    rest, _ = scripted(answer(200, body))
    with pytest.raises(DecodeError, match=message):
        await rest.get().resource("widgets").do().into(cls)


async def test_a_class_without_a_resource_is_of_the_kind_that_it_is_named_after() -> None:
    rest, _ = scripted(answer(200, {"kind": "Gadget", "apiVersion": "example.com/v1"}))
    assert (await rest.get().resource("gadgets").do().into(Gadget)).kind == "Gadget"


async def test_an_answer_of_any_kind_is_unstructured() -> None:
    rest, _ = scripted(answer(200, {"kind": "Anything", "apiVersion": "v1", "a": 1}))
    assert (await rest.get().resource("anything").do().into(Unstructured))["a"] == 1


async def test_a_class_that_no_answer_decodes_to_is_a_mistake() -> None:
    rest, _ = scripted(answer(200, {}))
    with pytest.raises(TypeError, match="an answer decodes to a class of the API"):
        await rest.get().resource("pods").do().into(ObjectList[Pod])
    with pytest.raises(TypeError, match="an answer decodes to a class of the API"):
        await rest.get().resource("pods").do().into(dict)  # type: ignore[type-var]


async def test_items_that_do_not_decode_are_reported_and_left_out() -> None:
    items = [{"metadata": {"name": "a"}, "spec": {}}, {"metadata": {"name": "b"}, "spec": 5}]
    document = {"kind": "WidgetList", "apiVersion": "example.com/v1", "items": items}
    reported = []
    rest = AsyncRESTClient(
        AsyncScriptedTransport(answer(200, document)),
        on_undecodable=lambda _, broken: reported.append(broken.metadata.name),
    ).for_group_version("example.com/v1")
    listed = await rest.get().resource("widgets").do().into(WidgetList)
    assert ([each.metadata.name for each in listed.items], reported) == (["a"], ["b"])


async def test_a_watch_of_metadata_asks_with_the_headers_of_the_request() -> None:
    rest, transport = scripted(answer(200, b""))
    request = rest.get().resource("widgets").set_header("accept", "application/json;as=Table")
    async with request.watch(Widget) as events:
        assert [event async for event in events] == []
    (sent,) = transport.requests
    assert (sent.headers["accept"], sent.query) == (
        "application/json;as=Table",
        [("watch", "true")],
    )


async def test_an_explicit_authorization_replaces_the_credentials() -> None:
    class Token:
        def headers(self) -> Mapping[str, str]:
            return {"authorization": "Bearer mine"}

        def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
            return False

    transport = AsyncScriptedTransport(answer(200, b"{}"))
    rest = AsyncRESTClient(transport, credentials=Token())
    await rest.get().set_header("Authorization", "Bearer theirs").do()
    await rest.get().do()
    sent = [request.headers["authorization"] for request in transport.requests]
    assert sent == ["Bearer theirs", "Bearer mine"]
