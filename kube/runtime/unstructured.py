"""Objects of kinds that have no class here: typed metadata, and the rest as a JSON tree.

To the codec all other members are undeclared ones, kept as the bytes they arrived in. They become a
tree on first access, so a cache full of objects that nobody reads stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import msgspec

from kube.runtime import codec
from kube.runtime.object import Object, ObjectList
from kube.runtime.struct import UnknownMembers

if TYPE_CHECKING:
    from typing import Self

_ATTRIBUTES = {"apiVersion": "api_version", "kind": "kind", "metadata": "metadata"}


class _Tree(UnknownMembers):
    """Members that were accessed, and so may have been changed."""

    __slots__ = ("tree",)

    tree: dict[str, Any]

    def __init__(self, tree: dict[str, Any]) -> None:
        object.__setattr__(self, "tree", tree)

    @property
    def raw(self) -> bytes:  # type: ignore[override]
        return codec.encode(self.tree)[1:-1]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Tree):
            return self.tree == other.tree
        return isinstance(other, UnknownMembers) and self.tree == _parsed(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        return _Tree, (self.tree,)


def _parsed(members: UnknownMembers) -> dict[str, Any]:
    tree: dict[str, Any] = msgspec.json.decode(b"{" + members.raw + b"}")
    return tree


class Unstructured(Object):
    """An object of any kind: `obj["spec"]["replicas"] = 3`, `obj.metadata.labels`.

    Subscription reaches the members beside apiVersion, kind and metadata, which are attributes.
    """

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any]) -> Self:
        """From a whole document. Raises `DecodeError` if the metadata has the wrong shape."""
        return codec.from_builtins(tree, cls)

    def to_tree(self) -> dict[str, Any]:
        """The whole document, independent of this object."""
        tree: dict[str, Any] = codec.to_builtins(self)
        return tree

    @property
    def content(self) -> dict[str, Any]:
        """The members beside apiVersion, kind and metadata. Changes to it are changes here."""
        members = self._members()
        if isinstance(members, _Tree):
            return members.tree
        tree = _parsed(members) if members is not None else {}
        self._keep(_Tree(tree))
        return tree

    def __getitem__(self, name: str) -> Any:
        return self.content[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if name in _ATTRIBUTES:
            raise KeyError(f"{name} is an attribute: set obj.{_ATTRIBUTES[name]}")
        self.content[name] = value

    def __delitem__(self, name: str) -> None:
        del self.content[name]

    def __contains__(self, name: object) -> bool:
        return name in self.content

    def __iter__(self) -> Iterator[str]:
        return iter(self.content)

    def get(self, name: str, default: Any = None) -> Any:
        return self.content.get(name, default)

    def __copy__(self) -> Self:
        # The content is copied whole, as if it had not been accessed: then copies share only bytes.
        copied: Self = super().__copy__()
        members = self._members()
        if isinstance(members, _Tree):
            copied._keep(_Tree(deepcopy(members.tree)))
        return copied

    def deep_copy(self) -> Self:
        copied = self.__copy__()
        copied.metadata = self.metadata.deep_copy()
        return copied

    def _members(self) -> UnknownMembers | None:
        members: UnknownMembers | None = self.unknown_members_
        return members

    def _keep(self, members: UnknownMembers) -> None:
        self.unknown_members_ = members


class UnstructuredList(ObjectList[Unstructured]):
    """A list of objects of any kind."""
