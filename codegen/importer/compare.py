"""Two CRDs held against each other: where they differ, and how much that matters.

What the server treats alike is made equal first (`normal`): the list is short, and each line of it
is something that controllers and people write in two ways.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from codegen.importer.documents import Tree


class Grade(Enum):
    """How much of a CRD comes back."""

    EQUAL = "equal"
    DESCRIPTIONS = "equal but for descriptions"
    MEANING = "equal in meaning"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a CRD says at a path, and what comes back.

    `is_harmless`: the server prunes, defaults and accepts the same objects either way.
    """

    path: str
    before: object
    after: object
    is_harmless: bool = False

    @property
    def is_description(self) -> bool:
        return self.path.endswith((" description", "].description"))

    @property
    def is_loss(self) -> bool:
        return not (self.is_harmless or self.is_description)

    def __str__(self) -> str:
        if self.after is MISSING:
            return f"{self.path}: {_short(self.before)} is lost"
        if self.before is MISSING:
            return f"{self.path}: {_short(self.after)} is added"
        return f"{self.path}: {_short(self.before)} becomes {_short(self.after)}"


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else f"{text[:57]}..."


def grade(differences: list[Difference]) -> Grade:
    if not differences:
        return Grade.EQUAL
    if all(difference.is_description for difference in differences):
        return Grade.DESCRIPTIONS
    is_lossy = any(difference.is_loss for difference in differences)
    return Grade.DIFFERENT if is_lossy else Grade.MEANING


def differences(before: Tree, after: Tree) -> list[Difference]:
    """Where two CRDs differ, after what the server treats alike was made equal."""
    return list(_differences(normal(before), normal(after), ""))


def _differences(before: Any, after: Any, path: str) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            one, other = before.get(key, MISSING), after.get(key, MISSING)
            if key == "openAPIV3Schema" and isinstance(one, dict) and isinstance(other, dict):
                version = path.removeprefix("spec.versions[").removesuffix("].schema")
                yield from _in_schemas(one, other, f"{version}:")
            else:
                yield from _differences(one, other, _step(path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            name = one.get("name") if path.endswith("versions") else None
            yield from _differences(one, other, f"{path}[{index if name is None else name}]")
    elif not _equal(before, after):
        yield Difference(path, before, after)


def _equal(one: Any, other: Any) -> bool:
    """Whether two values are one in JSON, where `1` and `1.0` are, and `1` and `true` are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(v, other[k]) for k, v in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other and isinstance(one, bool) == isinstance(other, bool))


_BELOW = {"items": "[]", "additionalProperties": ".*"}


def _in_schemas(before: Any, after: Any, path: str) -> Iterator[Difference]:
    """The same of two schemas, with paths of members: `v1:.spec.ports[] minimum`."""
    for word in dict.fromkeys((*before, *after)):
        one, other = before.get(word, MISSING), after.get(word, MISSING)
        are_schemas = isinstance(one, dict) and isinstance(other, dict)
        if word == "properties" and (isinstance(one, dict) or isinstance(other, dict)):
            mine = one if isinstance(one, dict) else {}
            theirs = other if isinstance(other, dict) else {}
            for name in dict.fromkeys((*mine, *theirs)):
                left, right = mine.get(name, MISSING), theirs.get(name, MISSING)
                if isinstance(left, dict) and isinstance(right, dict):
                    yield from _in_schemas(left, right, f"{path}.{name}")
                else:
                    yield Difference(f"{path}.{name}", left, right)
        elif word in _BELOW and are_schemas:
            yield from _in_schemas(one, other, f"{path}{_BELOW[word]}")
        elif not _equal(one, other):
            is_harmless = _means_the_same(word, one, other, before, after)
            yield Difference(f"{path} {word}", one, other, is_harmless)


_ANNOTATIONS = ("title", "example", "externalDocs")
_UNORDERED = ("enum", "x-kubernetes-list-map-keys", "oneOf", "anyOf", "allOf")
_EMPTY_BOUNDS = ("minLength", "minItems", "minProperties")
_IMPLIED = {"x-kubernetes-list-type": "atomic", "x-kubernetes-map-type": "granular"}
_BOUNDS_OF = {
    "string": ("minLength", "maxLength", "pattern"),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("minProperties", "maxProperties"),
}


def _means_the_same(word: str, one: Any, other: Any, before: Tree, after: Tree) -> bool:
    """Whether the server treats two values of a word alike."""
    if word in _ANNOTATIONS:
        return True
    if word in _UNORDERED and isinstance(one, list) and isinstance(other, list):
        return _sorted(one) == _sorted(other)
    if word in _EMPTY_BOUNDS or word in _IMPLIED:
        nothing = (MISSING, _IMPLIED.get(word, 0))
        return one in nothing and other in nothing
    kind = before.get("type")
    if not isinstance(kind, str) or after.get("type") != kind:
        return False
    of_others = (words for of, words in _BOUNDS_OF.items() if of != kind)
    return any(word in words for words in of_others) and word not in _BOUNDS_OF.get(kind, ())


def _sorted(values: list[Any]) -> list[str]:
    return sorted(json.dumps(value, sort_keys=True) for value in values)


def _step(path: str, key: str) -> str:
    plain = key.replace("-", "").replace("_", "").replace("$", "").isalnum()
    return f"{path}{'.' if path else ''}{key}" if plain else f"{path}[{json.dumps(key)}]"


# --- what the server treats alike -----------------------------------------------------------------

_MANAGED = (
    "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers",
    "generation", "managedFields", "namespace", "ownerReferences", "resourceVersion", "selfLink",
    "uid",
)  # fmt: skip


def normal(crd: Tree) -> Tree:
    """A CRD without what the server treats as absent, in one order. The given one stays."""
    spec: Tree = {k: v for k, v in crd["spec"].items() if k != "preserveUnknownFields" or v}
    names = {k: v for k, v in spec["names"].items() if v not in ([], None)}
    names.setdefault("singular", str(names["kind"]).lower())
    names.setdefault("listKind", f"{names['kind']}List")
    spec["names"] = names
    versions = sorted(map(_version, spec["versions"]), key=lambda version: str(version["name"]))
    spec["versions"] = versions
    metadata = {
        k: v for k, v in crd["metadata"].items() if k not in _MANAGED and v not in (None, {})
    }
    return {
        "apiVersion": crd["apiVersion"], "kind": crd["kind"], "metadata": metadata, "spec": spec
    }  # fmt: skip


def _version(version: Tree) -> Tree:
    found = {k: v for k, v in version.items() if v not in ({}, [], None)}
    if not found.get("deprecated"):
        found.pop("deprecated", None)
    columns = found.get("additionalPrinterColumns")
    if columns:
        found["additionalPrinterColumns"] = [
            {k: v for k, v in column.items() if v not in ("", 0, None)} for column in columns
        ]
    found["schema"] = {"openAPIV3Schema": _root(version["schema"]["openAPIV3Schema"])}
    return found


def _root(schema: Tree) -> Tree:
    """The schema of a kind, without what the server says of each object itself."""
    found = normal_schema(schema)
    properties = dict(found.get("properties", {}))
    for name in ("apiVersion", "kind"):
        if _is_plain(properties.get(name), "string"):
            del properties[name]
    if _is_plain(properties.get("metadata"), "object"):
        del properties["metadata"]
    found["properties"] = properties
    required = [name for name in found.get("required", ()) if name not in ("apiVersion", "kind")]
    found["required"] = required
    found.setdefault("type", "object")
    return {k: v for k, v in found.items() if k not in ("properties", "required") or v}


def _is_plain(schema: object, kind: str) -> bool:
    return isinstance(schema, dict) and schema.get("type") == kind and not (
        schema.keys() - {"type", "description"}
    )  # fmt: skip


_NESTED = ("items", "additionalProperties", "not")
_BRANCHES = ("oneOf", "anyOf", "allOf")
_VALUES = ("default", "example", "additionalProperties")
"""Words whose empty value says something: the server keeps it."""


def normal_schema(schema: Tree) -> Tree:
    """A schema without the words that say nothing. It goes by positions: a member may be called as
    a keyword is."""
    found: Tree = {}
    for word, value in schema.items():
        if word == "properties" and isinstance(value, dict):
            value = {name: _inner(each) for name, each in value.items()}
        elif word in _NESTED:
            value = _inner(value)
        elif word in _BRANCHES and isinstance(value, list):
            value = [_inner(each) for each in value]
        elif word == "required" and isinstance(value, list):
            value = sorted(value)
        if word not in _VALUES and (value is None or value is False or value in ("", [])):
            continue
        if word == "properties" and not value:
            continue
        found[word] = value
    return found


def _inner(value: Any) -> Any:
    return normal_schema(value) if isinstance(value, dict) else value
