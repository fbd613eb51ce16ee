"""What type checkers see of a client by class. It is checked (test_types.py), and never run."""

from __future__ import annotations

from typing import assert_type

from kube.api.core.v1 import Namespace
from kube.api.meta.v1 import Status
from kube.applyconfiguration.core.v1 import NamespaceApplyConfiguration
from kube.client import (
    AsyncClient,
    AsyncRESTClient,
    AsyncSubresource,
    AsyncWatch,
    Client,
    KindRef,
    RequestBuilder,
    RESTClient,
    Result,
    Subresource,
    Watch,
    metadata_of,
    unstructured,
)
from kube.runtime import Object, ObjectList, PartialObjectMetadata, Struct
from kube.runtime.unstructured import Unstructured


class Scale(Object):
    pass


class Mistake(Struct):
    pass


async def asynchronous(client: AsyncClient, namespace: Namespace) -> None:
    assert_type(await client.get(Namespace, "a"), Namespace)
    assert_type(await client.list(Namespace), ObjectList[Namespace])
    assert_type([each async for each in client.iterate(Namespace)], list[Namespace])
    assert_type(client.watch(Namespace), AsyncWatch[Namespace])
    async with client.watch(Namespace) as events:
        async for event in events:
            assert_type(event.object, Namespace)
    assert_type(await client.create(namespace), Namespace)
    assert_type(await client.update(namespace, field_validation="Strict"), Namespace)
    assert_type(await client.patch(namespace, {}), Namespace)
    assert_type(await client.patch(Namespace, {}, name="a"), Namespace)
    assert_type(await client.apply(NamespaceApplyConfiguration(), force=True), Namespace)
    assert_type(await client.apply({"kind": "Namespace"}), Unstructured)
    await client.apply(namespace)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    assert_type(client.status(namespace), AsyncSubresource[Namespace])
    assert_type(await client.status(namespace).update(), Namespace)
    assert_type(await client.status(NamespaceApplyConfiguration()).apply(), Namespace)
    assert_type(await client.subresource(namespace, "scale", Scale).get(), Scale)
    assert_type(await client.subresource(namespace, "evict", Status).create({}), Status)
    await client.delete(namespace)
    await client.delete(Namespace, "a")
    await client.delete_all_of(Namespace, label_selector="a=b")

    deployments = unstructured("apps/v1", "Deployment")
    assert_type(deployments, KindRef[Unstructured])
    assert_type(await client.get(deployments, "a", "b"), Unstructured)
    assert_type(await client.list(deployments), ObjectList[Unstructured])
    assert_type(client.watch(deployments), AsyncWatch[Unstructured])
    assert_type(await client.get(metadata_of(Namespace), "a"), PartialObjectMetadata)
    assert_type(await client.list(metadata_of(deployments)), ObjectList[PartialObjectMetadata])

    assert_type(client.in_namespace("a"), AsyncClient)
    await client.get(Mistake, "a")  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    await client.create(namespace, nonsense=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def synchronous(client: Client, namespace: Namespace) -> None:
    assert_type(client.get(Namespace, "a"), Namespace)
    assert_type(client.list(Namespace), ObjectList[Namespace])
    assert_type(list(client.iterate(Namespace)), list[Namespace])
    assert_type(client.watch(Namespace), Watch[Namespace])
    assert_type(client.patch(Namespace, {}, name="a"), Namespace)
    assert_type(client.status(namespace), Subresource[Namespace])
    assert_type(client.subresource(namespace, "scale", Scale).get(), Scale)
    assert_type(client.get(unstructured("apps/v1", "Deployment"), "a", "b"), Unstructured)


async def built(rest: AsyncRESTClient) -> None:
    get = rest.for_group_version("v1").get().resource("namespaces")
    assert_type(await get.do(), Result)
    assert_type(await get.do().into(Namespace), Namespace)
    assert_type(await get.do().raw(), bytes)
    assert_type((await get.do()).into(Namespace), Namespace)
    assert_type(get.watch(Namespace), AsyncWatch[Namespace])
    async with get.stream() as chunks:
        async for chunk in chunks:
            assert_type(chunk, bytes)
    await get.do().into(str)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


def built_synchronously(rest: RESTClient) -> None:
    get = rest.for_group_version("v1").get().resource("namespaces").name("a")
    assert_type(get, RequestBuilder)
    assert_type(get.do(), Result)
    assert_type(get.do().into(Namespace), Namespace)
    assert_type(get.watch(Namespace), Watch[Namespace])
