"""What server-side apply sends: apply configurations and documents, checked. Pure; no I/O.

A field manager owns every field that it sends. So what is applied must have exactly the fields that
its author set, which an object of a class has not: it also has all that the server returned, and
its class's defaults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, get_args

from kube.client.options import body_name, object_body
from kube.runtime import GroupVersionKind, Object, Struct, codec
from kube.runtime.applyconfiguration import SUFFIX, ApplyConfiguration, Configuration
from kube.runtime.resource import Resource, gvk_of
from kube.runtime.shapes import bare, fields
from kube.runtime.unstructured import Unstructured

Applied: TypeAlias = Configuration | Mapping[str, Any] | Unstructured
"""What can be applied: a twin, a document, or an object without a class."""

_NULL = b"null"

_OF_STATUS = {"apiVersion", "kind", "metadata", "status"}
"""What the subresource status takes of an object; the server drops the rest without a warning."""


def expect_applied(config: object) -> Applied:
    """What can be applied, as it is. Raises TypeError for anything else, such as an object."""
    if isinstance(config, (Configuration, Mapping, Unstructured)):
        return config
    name = type(config).__name__
    if not isinstance(config, Object):
        raise TypeError(f"apply takes an apply configuration or a mapping, and a {name} is neither")
    instead = "a mapping"
    if not type(config).__module__.startswith("kube.runtime."):
        instead = f"a {_twin_of(type(config))} with the fields that you want, or a mapping"
    raise TypeError(
        f"apply would own every field of this {name}, defaults and what the server set included: "
        f"pass {instead}"
    )


def _twin_of(cls: type[Object]) -> str:
    """The name of a class's twin, with its module where that is ours."""
    parts = cls.__module__.split(".")
    if parts[:2] == ["kube", "api"]:
        return ".".join(["kube.applyconfiguration", *parts[2:4], f"{cls.__name__}{SUFFIX}"])
    return f"{cls.__name__}{SUFFIX}"


def applied_kind(config: Mapping[str, Any] | Unstructured) -> GroupVersionKind:
    """The kind that a document names. Raises ValueError where it names none."""
    if isinstance(config, Mapping):
        api_version, kind = config.get("apiVersion"), config.get("kind")
    else:
        api_version, kind = config.api_version, config.kind
    if not (api_version and kind):
        raise ValueError("this document has no apiVersion or no kind: set both")
    group, _, version = str(api_version).rpartition("/")
    return GroupVersionKind(group, version, str(kind))


def applied_body(
    config: Applied, name: str, resource: Resource, subresource: str, *, own_kind: bool
) -> bytes:
    """The body of an apply to the object of a name.

    `own_kind` is for subresources whose documents are not of the resource's kind, such as scale.
    Raises TypeError for what cannot be applied, and ValueError for what the server would drop in
    silence, or would not understand.
    """
    expect_applied(config)
    if not subresource:
        _check_kind(config, resource)
    written, _ = body_name(config)
    if written and name and written != name:
        raise ValueError(f"metadata.name is {written!r}, and this applies to {name!r}")
    if resource.has_status and not subresource and _has_status(config):
        raise ValueError(
            f"the status of {resource.plural} is a subresource, and the server would drop it here: "
            "apply it to the subresource status"
        )
    if subresource == "status" and not own_kind:
        dropped = _members(config) - _OF_STATUS
        if dropped:
            raise ValueError(
                f"{' and '.join(sorted(dropped))} of {resource.plural} cannot be applied to the "
                "subresource status, and the server would drop them here: apply them to the object"
            )
    if isinstance(config, Configuration):
        return configuration_body(config)
    return object_body(config, None if own_kind else resource)


def _check_kind(config: Applied, resource: Resource) -> None:
    if not isinstance(config, Configuration):
        return
    name = type(config).__name__
    if not isinstance(config, ApplyConfiguration):
        raise TypeError(f"a {name} is a part of an object: pass the configuration of a whole one")
    if gvk_of(config) != resource.gvk:
        raise TypeError(f"a {name} is for {gvk_of(config)}, and this applies {resource.gvk}")


def _has_status(config: Applied) -> bool:
    if isinstance(config, Configuration):
        return getattr(config, "status", None) is not None
    return config.get("status") is not None


def _members(config: Applied) -> set[str]:
    """The names of what it sets."""
    if isinstance(config, Configuration):
        names = zip(config.__struct_encode_fields__, config.__struct_fields__, strict=True)
        return {name for name, field in names if getattr(config, field) is not None}
    tree: Mapping[str, Any] = config if isinstance(config, Mapping) else codec.to_builtins(config)
    return {name for name, value in tree.items() if value is not None}


def configuration_body(config: Configuration) -> bytes:
    """An apply configuration as JSON, with its apiVersion and kind.

    Raises ValueError for a None in a list or a map, which would be applied as a null.
    """
    whole: Any = config
    if isinstance(config, ApplyConfiguration):
        gvk, whole = gvk_of(config), config.__copy__()
        whole.api_version, whole.kind = gvk.api_version, gvk.kind
    body = codec.encode(whole)
    # A search in C tells that there is none, nearly always.
    absent = next(_nulls_of(config, ""), None) if _NULL in body else None
    if absent is not None:
        raise ValueError(
            f"{absent} is None: leave out what is not to be set, since a null would be applied"
        )
    return body


def _nulls_of(config: Struct, path: str) -> Iterator[str]:
    """The paths of what is None in lists and maps."""
    names = zip(config.__struct_encode_fields__, config.__struct_fields__, strict=True)
    attributes = dict(names)
    for name, each in fields(type(config)).items():
        member = getattr(config, attributes[name])
        if isinstance(member, (list, dict, Struct)):
            yield from _nulls_in(member, each.type, f"{path}.{name}" if path else name)


def _nulls_in(value: Any, tp: Any, path: str) -> Iterator[str]:
    if isinstance(value, Struct):
        yield from _nulls_of(value, path)
        return
    arguments = get_args(bare(tp))
    if not arguments or arguments[-1] is Any:
        return  # free-form JSON, in which null is a value
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        below = f"{path}.{key}" if isinstance(value, dict) else f"{path}[{key}]"
        if item is None:
            yield below
        elif isinstance(item, (list, dict, Struct)):
            yield from _nulls_in(item, arguments[-1], below)
