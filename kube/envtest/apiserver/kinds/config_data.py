"""ConfigMaps and Secrets."""

from __future__ import annotations

import base64
from collections.abc import Callable

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_IMMUTABLE = "field is immutable when `immutable` is set"
_LARGEST = 1024 * 1024


def check_config_map(new: Tree, path: str, causes: list[Cause]) -> None:
    data, binary = new.get("data") or {}, new.get("binaryData") or {}
    size = sum(map(_size, binary.values()))
    for key, text in data.items():
        formats.config_key(f"data[{key}]", key, causes)
        if key in binary:
            why = "duplicate of key present in binaryData"
            causes.append(invalid_value(f"data[{key}]", key, why))
        size += len(text)
    for key in binary:
        formats.config_key(f"binaryData[{key}]", key, causes)
    if size > _LARGEST:
        causes.append(status.too_long("[]", _LARGEST))


def _size(encoded: str) -> int:
    return len(encoded) * 3 // 4


def _immutable(*members: str) -> Callable[[Tree, Tree, list[Cause]], None]:
    def changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
        if not old.get("immutable"):
            return
        if not new.get("immutable"):
            causes.append(not_allowed("immutable", _IMMUTABLE))
        causes += [
            not_allowed(member, _IMMUTABLE)
            for member in members
            if new.get(member) != old.get(member)
        ]

    return changes


def fill_secret(secret: Tree) -> None:
    plain = secret.pop("stringData", None)
    if plain:
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in plain.items()}
        secret["data"] = {**(secret.get("data") or {}), **encoded}
    secret["type"] = secret.get("type") or "Opaque"


_ACCOUNT = "kubernetes.io/service-account.name"
_JSON_KEYS = {
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    "kubernetes.io/dockercfg": ".dockercfg",
}
_KEYS = {"kubernetes.io/tls": ("tls.crt", "tls.key")}
"""The keys that a secret of a type needs."""


def check_secret(secret: Tree, path: str, causes: list[Cause]) -> None:
    data, kind = secret.get("data") or {}, secret.get("type", "")
    for key in data:
        formats.config_key(f"data[{key}]", key, causes)
    if sum(map(_size, data.values())) > _LARGEST:
        causes.append(status.too_long("data", _LARGEST))
    if kind in _JSON_KEYS:
        _check_json(data, _JSON_KEYS[kind], causes)
    causes += [required(f"data[{key}]") for key in _KEYS.get(kind, ()) if key not in data]
    match kind:
        case "kubernetes.io/service-account-token":
            if not (secret["metadata"].get("annotations") or {}).get(_ACCOUNT):
                causes.append(required(f"metadata.annotations[{_ACCOUNT}]"))
        case "kubernetes.io/basic-auth":
            if not {"username", "password"} & data.keys():
                causes += [required("data[username]"), required("data[password]")]
        case "kubernetes.io/ssh-auth":
            if not data.get("ssh-privatekey"):
                causes.append(required("data[ssh-privatekey]"))


def _check_json(data: Tree, key: str, causes: list[Cause]) -> None:
    where = f"data[{key}]"
    if key not in data:
        causes.append(required(where))
        return
    text = base64.b64decode(data[key]).decode(errors="replace")
    if why := _json_fault(text):
        causes.append(invalid_value(where, "<secret contents redacted>", why))


_KINDS = {list: "array", str: "string", bool: "bool"}


def _json_fault(text: str) -> str:
    """Why Go does not read a text as an object of JSON; empty where it does."""
    if not text.strip():
        return "unexpected end of JSON input"
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return f"invalid character '{text.lstrip()[0]}' looking for beginning of value"
    if value is None or isinstance(value, dict):
        return ""
    kind = _KINDS.get(type(value), "number")
    return f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"


def _secret_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    if new["type"] != old["type"]:
        causes.append(invalid_value("type", new["type"], "field is immutable"))
    _immutable("data")(new, old, causes)


CONFIG_MAP = Kind(strategy=Rules(changes=_immutable("data", "binaryData"), own_metadata=(1, 1)))
SECRET = Kind(strategy=Rules(changes=_secret_changes, own_metadata=(1, 1)), selectable=("type",))
