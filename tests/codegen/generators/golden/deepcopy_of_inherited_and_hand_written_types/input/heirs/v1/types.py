"""All types, but those that say otherwise."""

from __future__ import annotations

from typing import Self

from kube.runtime import Struct


class Base(Struct):
    names: list[str] | None = None


class Child(Base):
    """Has its parent's fields, then its own."""

    more: list[str] | None = None


class Grandchild(Child):
    base: Base | None = None


class ByHand(Struct):
    """Its own method is the one that counts."""

    names: list[str] | None = None

    def deep_copy(self) -> Self:
        copied = self.__copy__()
        copied.names = ["by hand"]
        return copied


class HeirOfByHand(ByHand):
    more: list[str] | None = None


# +k8s:deepcopy-gen=false
class LeftOut(Struct):
    """Copied all the same, without generated code."""

    names: list[str] | None = None


# +k8s:deepcopy-gen:interfaces=heirs.v1.types.Selector
class Chosen(Struct):
    by_hand: ByHand | None = None
    heirs: list[HeirOfByHand] | None = None
    left_out: LeftOut | None = None

    def deep_copy_selector(self) -> Self:
        return self.deep_copy()


class Selector:
    """An interface."""
