"""The base of typed clients: each verb of the API once, for any body and any result.

Each method of the verb mixins and each extension method of a generated client is one call into this
class. The generator writes extension methods such as

    async def update_scale(
        self, name: str, scale: Scale, **options: Unpack[WriteOptions]
    ) -> Scale:
        return await self._update(name, scale, Scale, subresource="scale", **options)

according to this table (`result` is the class to decode; all options are keywords):

    verb    call
    get     self._get(name, result, subresource=…, resource_version=…)
    create  self._create(body, result, name=…, subresource=…, **WriteOptions)
    update  self._update(name, body, result, subresource=…, **WriteOptions)
    patch   self._patch(name, body, patch_type, result, subresource=…, force=…, **WriteOptions)
    apply   self._apply(name, config, result, field_manager=…, subresource=…, **ApplyOptions)
    list    self._list(result, name=…, subresource=…, **ListingOptions)

`name` is empty for a create or a list of the collection itself. A body is a Struct or a mapping; a
patch's body may also be a list (a JSON patch) or encoded bytes. What is applied is an apply
configuration, a mapping or an Unstructured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, Unpack

from kube.client._async.rest import AsyncRESTClient
from kube.client._async.watch import AsyncWatch
from kube.client.configurations import Applied, applied_body
from kube.client.decoding import decode_list, decode_object
from kube.client.options import (
    JSON,
    SILENCE_MARGIN,
    DeletionOptions,
    ListingOptions,
    PatchType,
    Query,
    WatchOptions,
    WriteOptions,
    body_name,
    delete_body,
    list_query,
    object_body,
    read_headers,
    watch_query,
    watch_silence,
    write_query,
)
from kube.runtime import Struct, codec
from kube.runtime.resource import Resource

T = TypeVar("T")
R = TypeVar("R")

_JSON_BODY = {"content-type": JSON}
_PATCH_BODY = {patch_type: {"content-type": str(patch_type)} for patch_type in PatchType}


def _client_timeout(timeout_seconds: int | None) -> float | None:
    """The client's timeout for a request with this one for the server; None for its default."""
    return None if timeout_seconds is None else timeout_seconds + SILENCE_MARGIN


def watch_request(options: WatchOptions) -> tuple[Query, float]:
    """The parameters of a watch, and the longest silence in it."""
    return watch_query(**options), watch_silence(options.get("timeout_seconds"))


class AsyncResourceClient(Generic[T]):
    """A client of one resource, in one namespace or, with an empty one, in all of them."""

    resource: Resource
    """Generated classes set it in their bodies."""

    def __init__(self, rest: AsyncRESTClient, namespace: str = "") -> None:
        self._rest = rest
        self.namespace = namespace

    def __repr__(self) -> str:
        return f"{type(self).__name__}(namespace={self.namespace!r})"

    def _path(self, name: str = "", subresource: str = "", namespace: str = "") -> str:
        return self.resource.path(self.namespace or namespace, name, subresource)

    def _object_path(self, name: str, subresource: str = "", namespace: str = "") -> str:
        if not name:
            raise ValueError(f"a {self.resource.kind} needs a name: metadata.name is empty")
        return self._path(name, subresource, namespace)

    def _expect_namespace(self, verb: str, namespace: str, instead: str) -> None:
        if self.resource.namespaced and not (self.namespace or namespace):
            raise ValueError(
                f"{verb} of {self.resource.plural} needs a namespace: use the client of one, or "
                f"{instead}"
            )

    def _shaped_like(self, result: type[Any], subresource: str) -> Resource | None:
        """The resource whose kind a body has; None where a subresource has its own kind."""
        return self.resource if not subresource or result is self.resource.type else None

    async def _get(
        self, name: str, result: type[R], *, subresource: str = "", resource_version: str = ""
    ) -> R:
        response = await self._rest.request(
            "GET",
            self._object_path(name, subresource),
            query=[("resourceVersion", resource_version)] if resource_version else (),
            headers=read_headers(self.resource),
        )
        return decode_object(response.body, result, self.resource)

    async def _create(
        self,
        body: Struct | Mapping[str, Any],
        result: type[R],
        *,
        name: str = "",
        subresource: str = "",
        **options: Unpack[WriteOptions],
    ) -> R:
        _, namespace = body_name(body)
        if not name:
            self._expect_namespace("create", namespace, "set metadata.namespace")
        response = await self._rest.request(
            "POST",
            self._path(name, subresource, namespace),
            query=write_query(**options),
            headers=_JSON_BODY,
            body=object_body(body, self._shaped_like(result, subresource)),
        )
        return self._written(
            decode_object(response.body, result, self.resource), options.get("dry_run", False)
        )

    async def _update(
        self,
        name: str,
        body: Struct | Mapping[str, Any],
        result: type[R],
        *,
        subresource: str = "",
        **options: Unpack[WriteOptions],
    ) -> R:
        _, namespace = body_name(body)
        response = await self._rest.request(
            "PUT",
            self._object_path(name, subresource, namespace),
            query=write_query(**options),
            headers=_JSON_BODY,
            body=object_body(body, self._shaped_like(result, subresource)),
        )
        return self._written(
            decode_object(response.body, result, self.resource), options.get("dry_run", False)
        )

    async def _patch(
        self,
        name: str,
        body: Struct | Mapping[str, Any] | Sequence[Any] | bytes,
        patch_type: PatchType,
        result: type[R],
        *,
        subresource: str = "",
        force: bool | None = None,
        **options: Unpack[WriteOptions],
    ) -> R:
        response = await self._rest.request(
            "PATCH",
            self._object_path(name, subresource),
            query=write_query(force=force, **options),
            headers=_PATCH_BODY[patch_type] | (read_headers(self.resource) or {}),
            body=body if isinstance(body, bytes) else codec.encode(body),
        )
        return self._written(
            decode_object(response.body, result, self.resource), options.get("dry_run", False)
        )

    async def _apply(
        self,
        name: str,
        config: Applied,
        result: type[R],
        *,
        field_manager: str,
        subresource: str = "",
        force: bool = False,
        dry_run: bool = False,
        field_validation: str = "",
    ) -> R:
        own_kind = self._shaped_like(result, subresource) is None
        body = applied_body(config, name, self.resource, subresource, own_kind=own_kind)
        _, namespace = body_name(config)
        response = await self._rest.request(
            "PATCH",
            self._object_path(name, subresource, namespace),
            query=write_query(
                field_manager=field_manager,
                force=force,
                dry_run=dry_run,
                field_validation=field_validation,
            ),
            headers=_PATCH_BODY[PatchType.APPLY],
            body=body,
        )
        return self._written(decode_object(response.body, result, self.resource), dry_run)

    async def _delete(self, name: str, **options: Unpack[DeletionOptions]) -> None:
        body = delete_body(**options)
        response = await self._rest.request(
            "DELETE",
            self._object_path(name),
            headers=_JSON_BODY if body is not None else None,
            body=body,
        )
        observer = self._rest.observer
        if observer is not None and not options.get("dry_run"):
            observer.on_deleted(self.resource, self.namespace, name, response.body)

    async def _delete_collection(
        self,
        *,
        propagation_policy: Any = None,
        preconditions: Any = None,
        grace_period_seconds: int | None = None,
        dry_run: bool = False,
        **selection: Unpack[ListingOptions],
    ) -> None:
        self._expect_namespace("delete_collection", "", "delete in each of them")
        body = delete_body(
            propagation_policy=propagation_policy,
            preconditions=preconditions,
            grace_period_seconds=grace_period_seconds,
            dry_run=dry_run,
        )
        response = await self._rest.request(
            "DELETE",
            self._path(),
            query=list_query(**selection),
            headers=_JSON_BODY if body is not None else None,
            body=body,
            timeout=_client_timeout(selection.get("timeout_seconds")),
        )
        observer = self._rest.observer
        if observer is not None and not dry_run:
            observer.on_deleted(self.resource, self.namespace, "", response.body)

    def _written(self, result: R, dry_run: bool) -> R:
        observer = self._rest.observer
        if observer is not None and not dry_run:
            observer.on_written(self.resource, result)
        return result

    async def _list(
        self,
        result: type[R],
        *,
        name: str = "",
        subresource: str = "",
        **options: Unpack[ListingOptions],
    ) -> R:
        response = await self._rest.request(
            "GET",
            self._path(name, subresource),
            query=list_query(**options),
            headers=read_headers(self.resource, collection=True),
            timeout=_client_timeout(options.get("timeout_seconds")),
        )
        if result is self.resource.list_type:
            return decode_list(response.body, result, self.resource, self._rest.on_undecodable)
        return decode_object(response.body, result, self.resource)

    def _watch(self, result: type[R], **options: Unpack[WatchOptions]) -> AsyncWatch[R]:
        query, silence = watch_request(options)
        return AsyncWatch(self._rest, self.resource, result, self._path(), query, silence)
