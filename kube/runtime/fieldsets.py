"""Sets of fields of an object, and the operations of server-side apply on them.

A set is a tree in the form of FieldsV1 (`f:spec` → `f:mode`, `k:{"host":"a"}` for items of keyed
lists, `v:"x"` for items of sets), where "." marks a member; FieldsV1 leaves the mark out at leaves,
so `encode` and `decode` convert between the two. The rules are those of structured-merge-diff: maps
are merged by key unless atomic, lists are one value unless the schema gives them a list-type.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from kube.runtime.trees import Tree, same

_encode = msgspec.json.Encoder().encode

Fields = dict[str, Any]
Schema = dict[str, Any]

MEMBER = "."
_LEAF: Fields = {MEMBER: {}}


class KeylessItemError(ValueError):
    """An item of a list whose items are told apart by their keys has none of these."""


_KEYLESS = "k:{}"


METADATA: Schema = {
    "properties": {
        "finalizers": {"x-kubernetes-list-type": "set"},
        "ownerReferences": {
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["uid"],
            "items": {"x-kubernetes-map-type": "atomic", "properties": {"uid": {"default": ""}}},
        },
        "labels": {"additionalProperties": {}},
        "annotations": {"additionalProperties": {}},
    }
}


def with_metadata(schema: Schema) -> Schema:
    """The schema of an object whose metadata is Kubernetes' own."""
    return {**schema, "properties": {**(schema.get("properties") or {}), "metadata": METADATA}}


def encode(fields: Fields) -> Fields:
    """A set as FieldsV1 writes it."""
    return {
        key: {} if inner is _LEAF or key == MEMBER or inner == _LEAF else encode(inner)
        for key, inner in fields.items()
    }


def decode(fields: Fields) -> Fields:
    return {
        key: {} if key == MEMBER else decode(inner) if inner else _LEAF
        for key, inner in fields.items()
    }


def union(left: Fields, right: Fields) -> Fields:
    merged = dict(left)
    for key, inner in right.items():
        merged[key] = union(merged[key], inner) if key in merged else inner
    return merged


def difference(left: Fields, right: Fields) -> Fields:
    kept: Fields = {}
    for key, inner in left.items():
        if key not in right:
            kept[key] = inner
        elif key != MEMBER and (rest := difference(inner, right[key])):
            kept[key] = rest
    return kept


def intersection(left: Fields, right: Fields) -> Fields:
    common: Fields = {}
    for key, inner in left.items():
        if key not in right:
            continue
        if key == MEMBER:
            common[key] = {}
        elif shared := intersection(inner, right[key]):
            common[key] = shared
    return common


def paths(fields: Fields, prefix: str = "") -> Iterator[str]:
    """The members in readable form: `.spec.nodes[host="a"].role`."""
    for key, inner in sorted(fields.items()):
        if key == MEMBER:
            yield prefix
            continue
        kind, _, rest = key.partition(":")
        match kind:
            case "k":
                keys = json.loads(rest)
                step = "[" + ",".join(f"{k}={json.dumps(v)}" for k, v in keys.items()) + "]"
            case "v":
                step = f"[={rest}]"
            case _:
                step = f".{rest}"
        yield from paths(inner, prefix + step)


def child(schema: Schema, key: str) -> Schema:
    """The schema of a member of an object."""
    return _schema((schema.get("properties") or {}).get(key, schema.get("additionalProperties")))


def _schema(member: object) -> Schema:
    return member if isinstance(member, dict) else {}


def _granular_map(schema: Schema, value: object) -> bool:
    return isinstance(value, dict) and schema.get("x-kubernetes-map-type") != "atomic"


def _granular_list(schema: Schema, value: object) -> bool:
    kind = schema.get("x-kubernetes-list-type")
    if not isinstance(value, list) or kind not in ("map", "set"):
        return False
    return kind == "set" or all(isinstance(item, dict) for item in value)


def _granular(schema: Schema, value: object) -> bool:
    return _granular_map(schema, value) or _granular_list(schema, value)


def _item_key(schema: Schema, item: Any) -> str:
    if schema["x-kubernetes-list-type"] == "set":
        return f"v:{_encode(item).decode()}"
    names = schema.get("x-kubernetes-list-map-keys") or []
    defaults = (schema.get("items") or {}).get("properties") or {}
    filled = {name: defaults.get(name, {}).get("default") for name in names if name not in item}
    keys = {name: value for name, value in filled.items() if value is not None}
    keys = dict(sorted({**keys, **{name: item[name] for name in names if name in item}}.items()))
    return f"k:{_encode(keys).decode()}"


def children(schema: Schema, value: Any) -> dict[str, tuple[Schema, Any]]:
    """The parts of a granular value by their step, with the schema of each."""
    if isinstance(value, dict):
        named = schema.get("properties") or {}
        others = schema.get("additionalProperties")
        return {
            f"f:{key}": (_schema(named.get(key, others)), inner) for key, inner in value.items()
        }
    items = schema.get("items") or {}
    return {_item_key(schema, item): (items, item) for item in value}


def every(schema: Schema, value: Any) -> Fields:
    """All fields of a value, containers included; raises KeylessItemError."""
    fields: Fields = {MEMBER: {}}
    if isinstance(value, dict):
        if schema.get("x-kubernetes-map-type") == "atomic":
            return _LEAF
        # Each new object passes here: `children`, which makes pairs of all members, takes twice as
        # long.
        named, others = schema.get("properties") or {}, schema.get("additionalProperties")
        for key, part in value.items():
            is_leaf = not isinstance(part, (dict, list))
            fields[f"f:{key}"] = _LEAF if is_leaf else every(_schema(named.get(key, others)), part)
        return fields
    if not _granular_list(schema, value):
        return _LEAF
    for step, (inner, part) in children(schema, value).items():
        if step == _KEYLESS:
            raise KeylessItemError
        fields[step] = every(inner, part)
    return fields


def applied(schema: Schema, value: Any) -> Fields:
    """The fields that applying a value claims: its leaves, and the items of lists.

    An empty map is a leaf; an empty list that merges by its items claims nothing.
    """
    if not _granular(schema, value) or value == {}:
        return _LEAF
    named = schema.get("properties") or {}
    claimed: Fields = {}
    for step, (inner, part) in children(schema, value).items():
        fields = applied(inner, part)
        # Items of lists and keys of free maps are claimed themselves; named fields are not.
        if not step.startswith("f:") or step[2:] not in named:
            fields = {MEMBER: {}, **fields}
        if fields:
            claimed[step] = fields
    return claimed


def changes(schema: Schema, old: Any, new: Any) -> tuple[Fields, Fields]:
    """(fields added or changed, fields removed) from `old` to `new`; raises KeylessItemError."""
    if same(old, new):
        return {}, {}
    if old is None or new is None:
        old, new = _or_empty(schema, old, new), _or_empty(schema, new, old)
    if isinstance(old, dict) and isinstance(new, dict) and _granular_map(schema, new):
        return _changes_of_map(schema, old, new)
    if not (_granular_list(schema, old) and _granular_list(schema, new)):
        fresh = every(schema, new)
        return fresh, difference(every(schema, old), fresh)
    before, after = children(schema, old), children(schema, new)
    changed: Fields = {}
    gone: Fields = {}
    for step, (inner, part) in after.items():
        if step == _KEYLESS:
            raise KeylessItemError
        if step not in before:
            changed[step] = every(inner, part)
            continue
        below, lost = changes(inner, before[step][1], part)
        if below:
            changed[step] = below
        if lost:
            gone[step] = lost
    for step, (inner, part) in before.items():
        if step not in after:
            gone[step] = every(inner, part)
    return changed, gone


def _or_empty(schema: Schema, value: Any, other: Any) -> Any:
    """Beside a map or list that merges, null is like an empty one."""
    return type(other)() if value is None and other and _granular(schema, other) else value


def _changes_of_map(schema: Schema, old: Tree, new: Tree) -> tuple[Fields, Fields]:
    named, others = schema.get("properties") or {}, schema.get("additionalProperties")
    changed: Fields = {}
    gone: Fields = {}
    for key, part in new.items():
        before = old.get(key, _MISSING)
        if part is before:
            continue
        inner = _schema(named.get(key, others))
        if before is _MISSING:
            changed[f"f:{key}"] = every(inner, part)
            continue
        below, lost = changes(inner, before, part)
        if below:
            changed[f"f:{key}"] = below
        if lost:
            gone[f"f:{key}"] = lost
    for key, part in old.items():
        if key not in new:
            gone[f"f:{key}"] = every(_schema(named.get(key, others)), part)
    return changed, gone


_MISSING = object()


def merge(schema: Schema, live: Any, change: Any) -> Any:
    """`live` with `change` applied; neither is modified.

    A null leaves a map, or a list that is merged, as it is: it has no items to merge.
    """
    if change is None and _granular(schema, live):
        return live
    if _granular_map(schema, live) and isinstance(change, dict):
        merged = dict(live)
        for key, value in change.items():
            merged[key] = merge(child(schema, key), live[key], value) if key in live else value
        return merged
    if _granular_list(schema, live) and _granular_list(schema, change):
        items = schema.get("items") or {}
        parts = {step: part for step, (_, part) in children(schema, live).items()}
        for step, (_, part) in children(schema, change).items():
            parts[step] = merge(items, parts[step], part) if step in parts else part
        return list(parts.values())
    return change


def without(schema: Schema, value: Any, fields: Fields, owned: Fields) -> Any:
    """`value` without the members of `fields`, and without maps that become empty: these become
    null, which is left out where the schema does not allow it.

    A member of a struct in which nobody owns anything any more goes with all that is in it, such
    as defaults.
    """
    if not _granular(schema, value):
        return value
    kept: list[tuple[str, Any]] = []
    for step, (inner, part) in children(schema, value).items():
        below = fields.get(step)
        if below is None:
            kept.append((step, part))
            continue
        if MEMBER in below and (not _granular(inner, part) or not step.startswith("f:")):
            continue
        if step not in owned and step[2:] in (schema.get("properties") or {}):
            continue
        rest = without(inner, part, below, owned.get(step) or {})
        if rest or not part:
            kept.append((step, rest))
        elif inner.get("nullable"):
            kept.append((step, None))
    if isinstance(value, dict):
        return {step[2:]: part for step, part in kept}
    return [part for _, part in kept]
