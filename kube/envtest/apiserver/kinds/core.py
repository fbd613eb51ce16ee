"""ConfigMaps, Secrets, Leases and Namespaces: what their Go types take, and their own rules.

Other built-in kinds, and kinds that a caller registers, are stored as they are sent. These four are
what nearly every controller's tests write, so their fields are known here: another type of value is
a 400 as from Go's decoder, and an unknown field is subject to field validation.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.resources import Resource
from kube.envtest.apiserver.schemas.schema import Schema
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage.strategies import Strategy
from kube.runtime.trees import Tree

STRING: Tree = {"type": "string"}
BOOLEAN: Tree = {"type": "boolean"}
_INTEGER: Tree = {"type": "integer", "format": "int32"}
_MICRO_TIME: Tree = {"type": "string", "format": "micro-time"}
_BYTES: Tree = {"type": "string", "format": "byte"}


def _map(value: Tree) -> Tree:
    return {"type": "object", "additionalProperties": value}


def _object(**members: Tree) -> Tree:
    return {"type": "object", "properties": members}


class CoreSchema(Schema):
    """The fields of a Go type. Its rules are the strategy's."""

    def __init__(self, kind: str, **members: Tree) -> None:
        super().__init__(_object(**members))
        self._kind = kind

    def check_types(self, tree: Tree) -> None:
        """Raise StatusError 400 for a value that Go's decoder would not take."""
        why = _mismatch(self.source, tree, self._kind, "")
        if why:
            raise status.bad_request(why)

    def default(self, tree: Tree) -> None:
        """Go's types have no defaults, and null is the zero value of what a map holds."""

    def validate(self, new: Tree, old: Tree | None) -> list[Cause]:
        return []

    def validate_status(self, new: Tree, old: Tree) -> list[Cause]:
        return []


CONFIG_MAP = CoreSchema("ConfigMap", data=_map(STRING), binaryData=_map(_BYTES), immutable=BOOLEAN)
SECRET = CoreSchema(
    "Secret", data=_map(_BYTES), stringData=_map(STRING), type=STRING, immutable=BOOLEAN
)
LEASE = CoreSchema(
    "Lease",
    spec=_object(
        holderIdentity=STRING,
        leaseDurationSeconds=_INTEGER,
        acquireTime=_MICRO_TIME,
        renewTime=_MICRO_TIME,
        leaseTransitions=_INTEGER,
        strategy=STRING,
        preferredHolder=STRING,
    ),
)
NAMESPACE = CoreSchema(
    "Namespace",
    spec=_object(finalizers={"type": "array", "items": STRING}),
    status=_object(
        phase=STRING,
        conditions={
            "type": "array",
            "items": _object(
                type=STRING,
                status=STRING,
                lastTransitionTime=STRING,
                reason=STRING,
                message=STRING,
            ),
        },
    ),
)

_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "bool"}
_TAKEN: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,), "integer": (int,),
}  # fmt: skip


def _go_type(schema: Tree) -> str:
    match schema["type"]:
        case "object" if "additionalProperties" in schema:
            return f"map[string]{_go_type(schema['additionalProperties'])}"
        case "array":
            return f"[]{_go_type(schema['items'])}"
        case "string" if schema.get("format") == "byte":
            return "[]uint8"
        case "boolean":
            return "bool"
        case "integer":
            return str(schema["format"])
    return str(schema["type"])


def _mismatch(schema: Tree, value: Any, struct: str, path: str) -> str:
    """What Go's decoder would say of the first value of a wrong type; '' where all fit."""
    if value is None:
        return ""
    is_right = isinstance(value, _TAKEN[schema["type"]])
    if not is_right or (isinstance(value, bool) and schema["type"] != "boolean"):
        found = _JSON_TYPES.get(type(value), "number")
        return (
            f"json: cannot unmarshal {found} into Go struct field {struct}.{path} of type "
            f"{_go_type(schema)}"
        )
    if isinstance(value, str):
        return _malformed(schema.get("format"), value)
    if isinstance(value, list):
        faults = (_mismatch(schema["items"], item, struct, path) for item in value)
        return next(filter(None, faults), "")
    if isinstance(value, dict):
        each = schema.get("additionalProperties")
        known = schema.get("properties") or {}
        for key, item in value.items():
            inner = each or known.get(key)
            if inner is None:
                continue
            below = path if each else f"{path}.{key}".lstrip(".")
            within = f"{struct}{key.title()}" if inner.get("properties") else struct
            if fault := _mismatch(inner, item, within, below):
                return fault
    return ""


_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"
_MICRO = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d\.\d{6}([Zz]|[+-]\d\d:\d\d)")


def _malformed(form: object, text: str) -> str:
    if form == "byte":
        try:
            base64.b64decode(text, validate=True)
        except binascii.Error:
            wrong = re.search(r"[^A-Za-z0-9+/=]", text)
            return f"illegal base64 data at input byte {wrong.start() if wrong else len(text)}"
    if form == "micro-time" and not _MICRO.fullmatch(text):
        rest, wanted = text, "2006"
        if re.match(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d", text):
            rest, wanted = text[19:], ".000000"
        return f'parsing time "{text}" as "{_LAYOUT}": cannot parse "{rest}" as "{wanted}"'
    return ""


_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    f"'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '{_KEY.pattern}')"
)
_IMMUTABLE = "field is immutable when `immutable` is set"


class DataStrategy(Strategy):
    """ConfigMaps and Secrets: keys, and no change of what is immutable."""

    def __init__(self, *members: str) -> None:
        self._members = members

    def prepare_create(self, resource: Resource, new: Tree) -> None:
        self._tidy(new)

    def prepare_update(self, resource: Resource, new: Tree, old: Tree) -> None:
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

    def validate(self, resource: Resource, new: Tree, old: Tree | None) -> list[Cause]:
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

    def validate(self, resource: Resource, new: Tree, old: Tree | None) -> list[Cause]:
        causes = super().validate(resource, new, old)
        if old is not None and new["type"] != old["type"]:
            causes.insert(0, status.invalid_value("type", new["type"], "field is immutable"))
        return causes


class LeaseStrategy(Strategy):
    def validate(self, resource: Resource, new: Tree, old: Tree | None) -> list[Cause]:
        spec = new.get("spec") or {}
        causes: list[Cause] = []
        seconds, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
        if seconds is not None and seconds <= 0:
            where = "spec.leaseDurationSeconds"
            causes.append(status.invalid_value(where, seconds, "must be greater than 0"))
        if transitions is not None and transitions < 0:
            where, why = "spec.leaseTransitions", "must be greater than or equal to 0"
            causes.append(status.invalid_value(where, transitions, why))
        return causes
