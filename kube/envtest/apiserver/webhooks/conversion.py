"""Conversion webhooks: objects of one version out of those of another.

The store has each object in the version that was the storage version when it was written. Others
are made when they are asked for, and remembered beside the object. As
`k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas.schema import Schema
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage import metadata as meta
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree, copied

_GROUP = "apiextensions.k8s.io"
_TIMEOUT = 30.0
_MUTABLE = ("labels", "annotations")


class Converter:
    """Makes the objects of one version of a definition. Its methods take a held lock, and release
    it while the webhook is asked; they raise StatusError.
    """

    def __init__(self, state: State, spec: Tree, version: str) -> None:
        self.storage = str(next(v["name"] for v in spec["versions"] if v.get("storage")))
        self._state = state
        self._version = version
        self._group = str(spec["group"])
        self._kind = str(spec["names"]["kind"])
        self._plural = str(spec["names"]["plural"])
        self._webhook: Tree = spec["conversion"].get("webhook") or {}

    def views(self, found: Sequence[Stored]) -> list[Stored]:
        """Objects of the store in this version, in the same order."""
        missing = [s for s in found if s.version != self._version and not self._known(s)]
        for version in dict.fromkeys(stored.version for stored in missing):
            some = [stored for stored in missing if stored.version == version]
            made = self._convert([s.tree for s in some], version, self._version)
            for stored, tree in zip(some, made, strict=True):
                self.remember(stored, tree)
        return [self._known(s) or s for s in found]

    def convert(self, tree: Tree, old: str, new: str) -> Tree:
        """An object of one version in another. The defaults of the old one are filled in."""
        if old == new:
            return tree
        schema = self._schema(old)
        if schema is not None:
            tree = copied(tree)  # it may be a view, which others read too
            schema.default(tree)
        return self._convert([tree], old, new)[0]

    def back(self, tree: Tree) -> Tree:
        """An object of this version in the one that is stored."""
        return self.convert(tree, self._version, self.storage)

    def remember(self, stored: Stored, tree: Tree) -> Stored:
        """The stored object as this version shows it, which is `tree`."""
        if stored.version == self._version:
            return stored
        version = stored.tree["metadata"]["resourceVersion"]
        shown = {**tree, "metadata": {**tree["metadata"], "resourceVersion": version}}
        view = Stored(stored.key, stored.revision, shown, self._version)
        views = stored.views if stored.views is not None else {}
        stored.views = {**views, self._version: view}
        return view

    def _known(self, stored: Stored) -> Stored | None:
        return (stored.views or {}).get(self._version)

    def _convert(self, trees: Sequence[Tree], old: str, new: str) -> list[Tree]:
        from kube.envtest.apiserver.webhooks import calls  # HTTP, which few servers need

        what = f"conversion webhook for {self._group}/{old}, Kind={self._kind}"
        uid = meta.new_uid()
        sent = [{**self._type_meta(old), **tree} for tree in trees]
        wanted = {"uid": uid, "desiredAPIVersion": f"{self._group}/{new}", "objects": sent}
        review = {"kind": "ConversionReview", "apiVersion": f"{_GROUP}/v1", "request": wanted}
        body = msgspec.json.encode(review)
        endpoint = calls.endpoint(self._state, self._webhook.get("clientConfig") or {})
        try:
            with self._state.unlocked():
                answer = calls.call(endpoint, body, _TIMEOUT)
        except calls.CallError as error:
            raise status.internal(f"{what} failed: {error}") from None
        converted = _objects(answer, uid, what)
        if len(converted) != len(trees):
            told = f"{what} returned {len(converted)} objects, expected {len(trees)}"
            raise status.internal(told)
        return [
            self._checked(made, tree, new, f"{what} returned invalid object at index {i}")
            for i, (made, tree) in enumerate(zip(converted, trees, strict=True))
        ]

    def _checked(self, made: Any, tree: Tree, new: str, what: str) -> Tree:
        if not isinstance(made, dict):
            raise status.internal(f"{what}: it is no object")
        wanted = self._type_meta(new)
        for member, told in (("apiVersion", "groupVersion"), ("kind", "kind")):
            have = made.get(member, "")
            if have != wanted[member]:
                shown = f"(expected {wanted[member]}, received {have})"
                raise status.internal(f"{what}: invalid {told} {shown}")
        metadata = made.get("metadata")
        if not isinstance(metadata, dict):
            raise status.internal(f"{what}: it has no metadata")
        for member in ("name", "namespace", "uid"):
            if metadata.get(member) != tree["metadata"].get(member):
                raise status.internal(f"{what}: metadata.{member} must not be changed")
        kept = {key: value for key, value in tree["metadata"].items() if key not in _MUTABLE}
        changed = {key: metadata[key] for key in _MUTABLE if metadata.get(key)}
        rest = {key: value for key, value in made.items() if key not in wanted}
        schema = self._schema(new)
        if schema is not None:
            schema.prune(rest)
            schema.drop_nulls(rest)
        return {**rest, "metadata": {**kept, **changed}}

    def _schema(self, version: str) -> Schema | None:
        resource = self._state.registry.find(self._group, version, self._plural)
        return resource.schema if resource is not None else None

    def _type_meta(self, version: str) -> Tree:
        return {"apiVersion": f"{self._group}/{version}", "kind": self._kind}


def _objects(body: bytes, uid: str, what: str) -> list[Any]:
    """The converted objects of an answer; raises StatusError."""
    try:
        response = msgspec.json.decode(body)["response"]
        result, given = response.get("result") or {}, response.get("uid")
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError, RecursionError):
        raise status.internal(f"{what} failed: no response provided") from None
    if given != uid:
        told = f'expected response.uid="{uid}", got "{given or ""}"'
        raise status.internal(f"{what} failed: {told}")
    if result.get("status") != "Success":
        outcome = result.get("status", "")
        told = result.get("message") or f"response.result.status was '{outcome}', not 'Success'"
        raise status.internal(f"{what} failed: {told}")
    found = response.get("convertedObjects")
    return found if isinstance(found, list) else []
