"""The core group: Pods and Services have modules of their own."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.kinds.event_versions import CORE_EVENT
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree


def _label_namespace(new: Tree) -> None:
    meta = new["metadata"]
    if meta.get("name"):
        labels = meta.get("labels") or {}
        meta["labels"] = {**labels, "kubernetes.io/metadata.name": meta["name"]}


def _create_namespace(new: Tree) -> None:
    finalizers = new["spec"].get("finalizers") or []
    if "kubernetes" not in finalizers:
        new["spec"]["finalizers"] = [*finalizers, "kubernetes"]
    new["status"] = {"phase": "Active"}
    _label_namespace(new)


def _update_namespace(new: Tree, old: Tree) -> None:
    new["spec"] = old["spec"]
    _label_namespace(new)


def _namespace_deleted(new: Tree) -> None:
    new["status"] = {**new["status"], "phase": "Terminating"}


_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    f"'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '{_KEY.pattern}')"
)
_IMMUTABLE = "field is immutable when `immutable` is set"


def _valid_keys(*members: str) -> Callable[[Tree, str, list[Cause]], None]:
    def check(new: Tree, path: str, causes: list[Cause]) -> None:
        for member in members:
            causes += [
                status.invalid_value(f"{member}[{key}]", key, _KEY_RULE)
                for key in new.get(member) or ()
                if not _KEY.fullmatch(key)
            ]
        for key in new.get("data") or ():
            if key in (new.get("binaryData") or ()):
                why = "duplicate of key present in binaryData"
                causes.append(status.invalid_value(f"data[{key}]", key, why))

    return check


def _immutable(*members: str) -> Callable[[Tree, Tree, list[Cause]], None]:
    def changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
        if not old.get("immutable"):
            return
        if not new.get("immutable"):
            causes.append(status.not_allowed("immutable", _IMMUTABLE))
        causes += [
            status.not_allowed(member, _IMMUTABLE)
            for member in members
            if new.get(member) != old.get(member)
        ]

    return changes


def _secret_defaults(secret: Tree) -> None:
    plain = secret.pop("stringData", None)
    if plain:
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in plain.items()}
        secret["data"] = {**(secret.get("data") or {}), **encoded}
    secret["type"] = secret.get("type") or "Opaque"


def _secret_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    if new["type"] != old["type"]:
        causes.append(status.invalid_value("type", new["type"], "field is immutable"))
    _immutable("data")(new, old, causes)


DEFAULTS = {
    "core.v1.Namespace": (_label_namespace,),
    "core.v1.Secret": (_secret_defaults,),
}
CHECKS = {
    "core.v1.ConfigMap": (_valid_keys("data", "binaryData"),),
    "core.v1.Secret": (_valid_keys("data"),),
}
KINDS = {
    "namespaces": Kind(
        strategy=Rules(
            create=_create_namespace,
            update=_update_namespace,
            holds=lambda tree: bool(tree["spec"].get("finalizers")),
            deleted=_namespace_deleted,
        ),
        selectable=("status.phase",),
        names=metadata.LABEL,
    ),
    "configmaps": Kind(strategy=Rules(changes=_immutable("data", "binaryData"))),
    "secrets": Kind(strategy=Rules(changes=_secret_changes), selectable=("type",)),
    "events": CORE_EVENT,
}
