"""Generic classes, bound where they are used."""

from __future__ import annotations

from typing import Generic, TypeVar

from kube.runtime import Object, ObjectList, Struct, field

T = TypeVar("T")


class Page(Struct, Generic[T]):
    first: T
    rest: list[T] | None = None
    names: list[str] | None = None


class Words(Page[str]):
    more: list[str] | None = None


class BookSpec(Struct):
    words: Words
    numbers: Page[int]
    pages: list[Page[BookSpec]] | None = None


class Book(Object):
    spec: BookSpec | None = None


class BookList(ObjectList[Book]):
    total: list[int] = field(default_factory=list)
