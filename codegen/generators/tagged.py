"""The tags of one class, wherever in the packages they stand."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.model import Alias, Enum, Package, Struct, T, Tag, Universe


def everywhere(universe: Universe, wanted: type[T]) -> list[T]:
    """The tags of a class in all packages of the input, by their positions."""
    tags = [
        tag for package in universe.packages for tag in _tags(package) if isinstance(tag, wanted)
    ]
    return sorted(set_once(tags), key=lambda tag: tag.position)


def set_once(tags: list[T]) -> list[T]:
    """One tag for each position: each class that inherits a field repeats its tags."""
    return list({tag.position: tag for tag in tags}.values())


def _tags(package: Package) -> Iterator[Tag]:
    yield from package.tags
    yield from package.loose_tags
    for function in package.functions:
        yield from function.tags
    for declared in package.types:
        if isinstance(declared, Struct | Enum | Alias):
            yield from declared.tags
        if isinstance(declared, Struct):
            for field in declared.fields:
                yield from field.tags
