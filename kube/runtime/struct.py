"""`Struct`, the base of every API type, and the metaclass that gives it Kubernetes' JSON rules.

An author writes annotated fields and nothing else; what every API type needs (keyword-only
construction, camelCase names, strict decoding, what is left out on encode) is set here, once.

Three decisions are worth knowing:

- Zero values (`""`, 0, False) and None are left out on encode, any other scalar default is always
  written. msgspec leaves out whatever equals its default, which would drop an explicit
  `replicas: 3`, so the metaclass turns such a default into a factory.
- Each Struct keeps the members of its JSON object that its class does not declare in a hidden
  field. It is a field so that `__copy__`, `==` and pickle carry it, and hidden from type checkers
  because user code must not name it.
- Classes are not tracked by the cyclic garbage collector (`gc=False`): API objects are trees. A
  reference cycle among them would leak.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform, overload

import msgspec

from kube.runtime.deepcopy import deep_copy

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")

_SCALARS = (str, int, float, bool)

_FIELD: type[Any] = type(msgspec.field())

UNKNOWN_MEMBERS_NAME = f"unknown-members-{os.urandom(8).hex()}"
"""The hidden field's name in JSON: random for each process, so that no input can contain it."""


class UnknownMembers:
    """The members of a JSON object that its class does not declare, as `"name":value,…` bytes.

    Immutable, so copies may share it.
    """

    __slots__ = ("raw",)

    raw: bytes

    def __init__(self, raw: bytes) -> None:
        object.__setattr__(self, "raw", raw)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnknownMembers) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __reduce__(self) -> tuple[type[UnknownMembers], tuple[bytes]]:
        return UnknownMembers, (self.raw,)

    def __repr__(self) -> str:
        return f"UnknownMembers({self.raw!r})"


def unknown_member_names(value: msgspec.Struct) -> list[str]:
    """The JSON names of an object's members that its class does not declare."""
    members: UnknownMembers | None = getattr(value, "unknown_members_", None)
    return list(msgspec.json.decode(b"{" + members.raw + b"}")) if members is not None else []


@overload
def field(*, default: T, name: str | None = None) -> T: ...
@overload
def field(*, default_factory: Callable[[], T], name: str | None = None) -> T: ...
@overload
def field(*, name: str | None = None) -> Any: ...
def field(
    *,
    default: Any = msgspec.NODEFAULT,
    default_factory: Any = msgspec.NODEFAULT,
    name: str | None = None,
) -> Any:
    """A field with a factory for its default, or with a JSON name that camelCase cannot make."""
    absent = {"default": default, "default_factory": default_factory}
    return msgspec.field(name=name, **absent)


def _own_annotations(namespace: dict[str, Any]) -> dict[str, Any]:
    """The annotations of a class body; from Python 3.14 on they are evaluated on demand."""
    annotations = namespace.get("__annotations__")
    if annotations is None and sys.version_info >= (3, 14):
        import annotationlib

        annotate = annotationlib.get_annotate_from_class_namespace(namespace)
        if annotate is not None:
            forward = annotationlib.Format.FORWARDREF
            annotations = annotationlib.call_annotate_function(annotate, forward)
    return annotations or {}


def _always_written(default: Any) -> Any:
    """A default that encode never drops: a scalar other than zero comes from a factory."""
    value, name = default, None
    if isinstance(default, _FIELD):
        value, name = default.default, default.name
    if isinstance(value, _SCALARS) and value:
        return msgspec.field(default_factory=lambda: value, name=name)
    return default


def _literal_value(annotation: Any) -> str | None:
    """The one string of `Literal["…"]`, evaluated or as source text."""
    if isinstance(annotation, str):
        try:
            node = ast.parse(annotation, mode="eval").body
        except SyntaxError:
            return None
        if (
            isinstance(node, ast.Subscript)
            and ast.unparse(node.value).rpartition(".")[2] == "Literal"
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        ):
            return node.slice.value
        return None
    values: tuple[Any, ...] = getattr(annotation, "__args__", ())
    if getattr(annotation, "__origin__", None) is not None and len(values) == 1:
        return values[0] if isinstance(values[0], str) else None
    return None


class StructMeta(msgspec.StructMeta):
    """Sets the options that all API types share; see the module's docstring.

    A leading `type: Literal["…"]` makes the class a member of unions: it becomes msgspec's tag,
    and `type` a class attribute, since msgspec refuses a tag that is also a field.
    """

    def __new__(mcls, name: str, bases: Any, namespace: dict[str, Any], **options: Any) -> Any:
        annotations = _own_annotations(namespace)
        for key in annotations:
            if key in namespace:
                namespace[key] = _always_written(namespace[key])
        options = {
            "kw_only": True,
            "omit_defaults": True,
            "repr_omit_defaults": True,
            "rename": "camel",
            "gc": False,
            "forbid_unknown_fields": True,
            **options,
        }
        if next(iter(annotations), None) == "type":
            tag = _literal_value(annotations["type"])
            if tag is not None:
                del namespace["__annotations__"]["type"]
                namespace["type"] = tag
                options |= {"tag_field": "type", "tag": tag}
        return super().__new__(mcls, name, bases, namespace, **options)


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class Struct(msgspec.Struct, metaclass=StructMeta):
    """The base of every API type: fields by keyword, camelCase in JSON, typed deep copies."""

    if not TYPE_CHECKING:
        unknown_members_: UnknownMembers | None = msgspec.field(
            default=None, name=UNKNOWN_MEMBERS_NAME
        )

    if TYPE_CHECKING:

        def __copy__(self) -> Self: ...

    def deep_copy(self) -> Self:
        """A copy that shares nothing mutable with this object."""
        return deep_copy(self)

    def deep_copy_into(self, out: Self) -> None:
        """Make `out`, of the same class, equal to this object and independent of it."""
        copied = self.deep_copy()
        for name in self.__struct_fields__:
            setattr(out, name, getattr(copied, name))

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.deep_copy()
