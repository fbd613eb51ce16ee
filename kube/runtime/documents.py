"""Complete documents, for people and files: JSON and YAML with apiVersion and kind.

Objects in a program need neither, since their class determines them; a document needs both. What
this module writes always begins with them, the object's own or those of its class.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from kube.runtime import codec
from kube.runtime.applyconfiguration import ApplyConfiguration
from kube.runtime.codec import DecodeError
from kube.runtime.object import Object, ObjectList
from kube.runtime.resource import NotRegisteredError, gvk_of
from kube.runtime.shapes import real_class
from kube.runtime.struct import UNKNOWN_MEMBERS_NAME, Struct, unknown_member_names
from kube.runtime.unstructured import Unstructured

S = TypeVar("S", bound=Struct)

_DOCUMENTS = (Object, ObjectList, ApplyConfiguration)

_MOST_NAMED = 10
"""How many unknown fields the message names; `paths` has all of them."""


class UnknownFieldsError(DecodeError):
    """A document has fields that its type does not declare; `paths` are theirs, as `spec.size`."""

    def __init__(self, type: type[Any], fields: dict[str, str]) -> None:
        self.paths = list(fields)
        shown = [f"{path}{hint}" for path, hint in list(fields.items())[:_MOST_NAMED]]
        if len(fields) > _MOST_NAMED:
            shown.append(f"and {len(fields) - _MOST_NAMED} more")
        noun = "field" if len(fields) == 1 else "fields"
        super().__init__(f"unknown {noun} of {type.__name__}: {', '.join(shown)}")


def to_tree(value: Struct) -> dict[str, Any]:
    """The JSON tree of an object or a list, complete: apiVersion and kind stand first.

    Raises NotRegisteredError if the object has no kind and its class has no Resource.
    """
    tree: dict[str, Any] = codec.to_builtins(value)
    _complete(value, tree)
    return tree


def to_json(value: Struct) -> str:
    """A complete JSON document, compact. Raises NotRegisteredError as `to_tree`."""
    return msgspec.json.encode(to_tree(value)).decode()


def to_yaml(value: Struct) -> str:
    """A complete YAML document. Raises NotRegisteredError as `to_tree`."""
    from kube.runtime import yaml

    return yaml.dump(to_tree(value))


def from_tree(tree: Any, type: type[S], *, strict: bool = False) -> S:
    """An object of a class from a document's tree, with its apiVersion and kind filled in.

    Raises `DecodeError` if the shape or the kind of the document is not that of the class, and, if
    `strict` or of an apply configuration, `UnknownFieldsError` for fields that the class does not
    declare: the server refuses to apply them.
    """
    value = codec.from_builtins(tree, type)
    if _is_strict(type, strict):
        unknown = dict(_unknown_fields(value, ""))
        if unknown:
            raise UnknownFieldsError(type, unknown)
    _check_kind(value)
    return value


def from_json(text: str | bytes, type: type[S], *, strict: bool = False) -> S:
    """An object from a JSON document; see `from_tree`.

    If `strict`, a key that occurs twice in an object is an error too.
    """
    try:
        tree = msgspec.json.decode(text)
        if _is_strict(type, strict):
            json.loads(text, object_pairs_hook=_refuse_duplicates)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodeError(f"the text is not valid JSON: {error}") from None
    except RecursionError:
        raise DecodeError("the JSON is nested too deeply") from None
    return from_tree(tree, type, strict=strict)


def from_yaml(text: str | bytes, type: type[S], *, strict: bool = False) -> S:
    """An object from a text with one YAML document; see `from_tree`.

    If `strict`, a key that occurs twice in a mapping is an error too.
    """
    from kube.runtime import yaml

    try:
        tree = yaml.load_strictly(text) if _is_strict(type, strict) else yaml.load(text)
    except yaml.YAMLError as error:
        raise DecodeError(f"the text is not valid YAML: {yaml.describe(error)}") from None
    except RecursionError:
        raise DecodeError("the YAML is nested too deeply") from None
    return from_tree(tree, type, strict=strict)


def _is_strict(type: type[Any], strict: bool) -> bool:
    return strict or issubclass(real_class(type), ApplyConfiguration)


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise DecodeError(f"the text is not valid JSON: the key {name!r} occurs twice")
        names.add(name)


def _complete(value: Any, tree: dict[str, Any]) -> None:
    """Put apiVersion and kind first, in the document and in a list's items."""
    if isinstance(value, ObjectList):
        for item, item_tree in zip(value.items, tree["items"], strict=True):
            _complete(item, item_tree)
    if issubclass(type(value), _DOCUMENTS):
        gvk = gvk_of(value)
        rest = {k: v for k, v in tree.items() if k not in ("apiVersion", "kind", "metadata")}
        metadata = {"metadata": tree["metadata"]} if "metadata" in tree else {}
        tree.clear()
        tree |= {"apiVersion": gvk.api_version, "kind": gvk.kind, **metadata, **rest}


def _check_kind(value: Any) -> None:
    """Fill in a document's apiVersion and kind; refuse those of another kind."""
    if not issubclass(type(value), _DOCUMENTS):
        return
    try:
        gvk = gvk_of(type(value))
    except NotRegisteredError:
        return  # the class accepts any kind, or has no Resource
    api_version, kind = value.api_version or gvk.api_version, value.kind or gvk.kind
    if (api_version, kind) != (gvk.api_version, gvk.kind):
        raise DecodeError(
            f"the document is {api_version}, Kind={kind}, but "
            f"{type(value).__name__} is {gvk.api_version}, Kind={gvk.kind}"
        )
    value.api_version, value.kind = api_version, kind


def _unknown_fields(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The path of each undeclared field, with a hint if a declared field has a similar name."""
    if isinstance(value, Unstructured):
        yield from _unknown_fields(value.metadata, f"{path}.metadata" if path else "metadata")
    elif isinstance(value, Struct):
        prefix = f"{path}." if path else ""
        fields = dict(zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True))
        del fields[UNKNOWN_MEMBERS_NAME]
        for name in unknown_member_names(value):
            yield prefix + name, _hint(name, fields)
        for name, attribute in fields.items():
            yield from _unknown_fields(getattr(value, attribute), prefix + name)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _unknown_fields(item, f"{path}[{i}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unknown_fields(item, f"{path}.{key}" if path else str(key))


def _hint(name: str, declared: Iterable[str]) -> str:
    from difflib import get_close_matches  # needed for errors alone

    near = get_close_matches(name, declared, n=1)
    return f" (did you mean {near[0]}?)" if near else ""
