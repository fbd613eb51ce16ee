"""Namespaces, ConfigMaps and Secrets."""

from __future__ import annotations

import base64
import re

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds.builtin import AGE, BuiltIn
from kube.envtest.apiserver.kinds.go_types import (
    BOOLEAN,
    BYTES,
    STRING,
    GoSchema,
    map_of,
    object_of,
)
from kube.envtest.apiserver.resources import Column, ServerResource
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.envtest.apiserver.storage.strategies import Strategy
from kube.runtime import fieldsets
from kube.runtime.trees import Tree

NAMESPACES = ("", "namespaces")
"""The collection that they are stored in."""

SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")

_CONFIG_MAP = GoSchema(
    "ConfigMap", data=map_of(STRING), binaryData=map_of(BYTES), immutable=BOOLEAN
)
_SECRET = GoSchema(
    "Secret", data=map_of(BYTES), stringData=map_of(STRING), type=STRING, immutable=BOOLEAN
)
_NAMESPACE = GoSchema(
    "Namespace",
    spec=object_of(finalizers={"type": "array", "items": STRING}),
    status=object_of(
        phase=STRING,
        conditions={
            "type": "array",
            "items": object_of(
                type=STRING,
                status=STRING,
                lastTransitionTime=STRING,
                reason=STRING,
                message=STRING,
            ),
        },
    ),
)


class NamespaceStrategy(Strategy):
    """A namespace begins Active, carries its name as a label, and is finalized through its spec."""

    set_on_create = fieldsets.decode(
        {"f:spec": {".": {}, "f:finalizers": {}}, "f:status": {".": {}, "f:phase": {}}}
    )

    def prepare_create(self, resource: ServerResource, new: Tree) -> None:
        finalizers = (new.get("spec") or {}).get("finalizers") or []
        if "kubernetes" not in finalizers:
            finalizers = [*finalizers, "kubernetes"]
        new["spec"] = {**(new.get("spec") or {}), "finalizers": finalizers}
        new["status"] = {"phase": "Active"}
        self._label(new)

    def prepare_update(self, resource: ServerResource, new: Tree, old: Tree) -> None:
        new["spec"], new["status"] = old["spec"], old["status"]
        self._label(new)

    def prevents_deletion(self, tree: Tree) -> bool:
        return bool((tree.get("spec") or {}).get("finalizers"))

    def mark_deleted(self, new: Tree) -> None:
        new["status"] = {**new["status"], "phase": "Terminating"}

    def _label(self, new: Tree) -> None:
        metadata = new["metadata"]
        labels = metadata.get("labels") or {}
        metadata["labels"] = {**labels, "kubernetes.io/metadata.name": metadata["name"]}


_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    f"'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '{_KEY.pattern}')"
)
_IMMUTABLE = "field is immutable when `immutable` is set"


class DataStrategy(Strategy):
    """ConfigMaps and Secrets: valid keys, and no changes of immutable ones."""

    def __init__(self, *members: str) -> None:
        self._members = members

    def prepare_create(self, resource: ServerResource, new: Tree) -> None:
        self._tidy(new)

    def prepare_update(self, resource: ServerResource, new: Tree, old: Tree) -> None:
        self._tidy(new)

    def _tidy(self, new: Tree) -> None:
        for member in self._members:
            # Go reads null as the zero value of what a map holds.
            for key, value in (new.get(member) or {}).items():
                if value is None:
                    new[member][key] = ""
        for member in (*self._members, "immutable"):
            if member in new and (new[member] is None or new[member] == {}):
                del new[member]

    def validate(self, resource: ServerResource, new: Tree, old: Tree | None) -> list[Cause]:
        causes: list[Cause] = []
        if old is not None and old.get("immutable"):
            if not new.get("immutable"):
                causes.append(status.not_allowed("immutable", _IMMUTABLE))
            causes += [
                status.not_allowed(member, _IMMUTABLE)
                for member in self._members
                if new.get(member) != old.get(member)
            ]
        for member in self._members:
            causes += [
                status.invalid_value(f"{member}[{key}]", key, _KEY_RULE)
                for key in new.get(member) or ()
                if not _KEY.fullmatch(key)
            ]
        for key in new.get("data") or ():
            if key in (new.get("binaryData") or ()):
                why = "duplicate of key present in binaryData"
                causes.append(status.invalid_value(f"data[{key}]", key, why))
        return causes


class SecretStrategy(DataStrategy):
    """`stringData` is written into `data`; the type stays what it was."""

    def _tidy(self, new: Tree) -> None:
        plain = new.pop("stringData", None) or {}
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in plain.items()}
        new["data"] = {**(new.get("data") or {}), **encoded}
        new["type"] = new.get("type") or "Opaque"
        super()._tidy(new)

    def validate(self, resource: ServerResource, new: Tree, old: Tree | None) -> list[Cause]:
        causes = super().validate(resource, new, old)
        if old is not None and new["type"] != old["type"]:
            causes.insert(0, status.invalid_value("type", new["type"], "field is immutable"))
        return causes


def _count_data(tree: Tree) -> int:
    return len(tree.get("data") or ()) + len(tree.get("binaryData") or ())


KINDS = (
    BuiltIn(
        ServerResource(
            group="",
            version="v1",
            kind="Namespace",
            plural="namespaces",
            namespaced=False,
            schema=_NAMESPACE,
            short_names=("ns",),
            subresources=frozenset({"status", "finalize"}),
            verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
            columns=(Column("Status", "string", ".status.phase"), AGE),
            selectable=("status.phase",),
            generation=False,
            names=metadata.LABEL,
        ),
        NamespaceStrategy(),
    ),
    BuiltIn(
        ServerResource(
            group="",
            version="v1",
            kind="ConfigMap",
            plural="configmaps",
            namespaced=True,
            schema=_CONFIG_MAP,
            columns=(Column("Data", "string", ".data", value=_count_data), AGE),
            short_names=("cm",),
            generation=False,
        ),
        DataStrategy("data", "binaryData"),
    ),
    BuiltIn(
        ServerResource(
            group="",
            version="v1",
            kind="Secret",
            plural="secrets",
            namespaced=True,
            schema=_SECRET,
            columns=(
                Column("Type", "string", ".type"),
                Column("Data", "string", ".data", value=_count_data),
                AGE,
            ),
            selectable=("type",),
            generation=False,
        ),
        SecretStrategy("data"),
    ),
)
