# Derived from kube/client/_async/subresource.py: python hack/unasync.py. DO NOT EDIT.
"""One subresource of one object: its status, its scale, the eviction of a Pod."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar, Unpack

from kube.client._sync.resource_client import ResourceClient
from kube.client.configurations import expect_applied
from kube.client.options import ApplyOptions, PatchType, WriteOptions, body_name
from kube.client.write_defaults import WriteDefaults
from kube.runtime import Object, Struct
from kube.runtime.applyconfiguration import ApplyConfiguration
from kube.runtime.keys import make_key
from kube.runtime.unstructured import Unstructured

S = TypeVar("S", bound=Struct)


class Subresource(Generic[S]):
    """The verbs of a subresource; those that it does not support raise `MethodNotAllowedError`.

    `S` is the class of its documents. Name and namespace are the object's.
    """

    def __init__(
        self,
        verbs: Callable[[], ResourceClient[Any]],
        obj: Object | ApplyConfiguration[Any],
        name: str,
        type: type[S],
        defaults: WriteDefaults,
    ) -> None:
        self._verbs = verbs
        self._obj = obj
        self._object_name, self._object_namespace = body_name(obj)
        self._name = name
        self._type = type
        self._defaults = defaults

    def __repr__(self) -> str:
        key = make_key(self._object_name, self._object_namespace)
        of = f"{type(self._obj).__name__} {key}"
        return f"{type(self).__name__}({self._name} of {of})"

    def get(self, *, resource_version: str = "") -> S:
        """Read it."""
        verbs = self._verbs()
        return verbs._get(
            self._object_name,
            self._type,
            subresource=self._name,
            resource_version=resource_version,
        )

    def create(self, body: Struct | Mapping[str, Any], **options: Unpack[WriteOptions]) -> S:
        """Post to it, as to `eviction`, `binding` and `token`."""
        verbs = self._verbs()
        verbs._object_path(self._object_name)  # raises without a name or a namespace
        return verbs._create(
            body,
            self._type,
            name=self._object_name,
            subresource=self._name,
            **self._defaults.filled(options),
        )

    def update(
        self, body: S | Mapping[str, Any] | None = None, **options: Unpack[WriteOptions]
    ) -> S:
        """Replace it. Without a `body`, a status is replaced by that of the object.

        Raises `ConflictError` where the object has changed since it was read.
        """
        verbs = self._verbs()
        return verbs._update(
            self._object_name,
            self._own(body, "update"),
            self._type,
            subresource=self._name,
            **self._defaults.filled(options),
        )

    def patch(
        self,
        body: Struct | Mapping[str, Any] | Sequence[Any] | bytes,
        patch_type: PatchType = PatchType.MERGE,
        **options: Unpack[WriteOptions],
    ) -> S:
        """Change parts of it. A JSON patch's body is a list of operations."""
        verbs = self._verbs()
        return verbs._patch(
            self._object_name,
            body,
            patch_type,
            self._type,
            subresource=self._name,
            **self._defaults.filled(options),
        )

    def apply(
        self,
        config: ApplyConfiguration[S] | Mapping[str, Any] | Unstructured | None = None,
        *,
        field_manager: str = "",
        **options: Unpack[ApplyOptions],
    ) -> S:
        """Server-side apply of it, see `apply` of the client.

        Without a `config`, the apply configuration that this is the subresource of is applied.
        """
        verbs = self._verbs()
        return verbs._apply(
            self._object_name,
            expect_applied(self._obj if config is None else config),
            self._type,
            subresource=self._name,
            **self._defaults.applying(field_manager, options),
        )

    def _own(self, body: S | Mapping[str, Any] | None, verb: str) -> Struct | Mapping[str, Any]:
        if body is not None:
            return body
        if type(self._obj) is not self._type:
            raise ValueError(
                f"{verb} of the subresource {self._name} needs a {self._type.__name__}"
            )
        return self._obj
