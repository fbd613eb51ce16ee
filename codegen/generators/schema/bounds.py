"""Bounds that no value is within: a minimum above its maximum, by tags, by Meta or by both."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.diagnostics import Diagnostics
from codegen.generators.schema.merging import Schema
from codegen.model import Constrained, ListOf, Optional, Position, Tag, Tags, TypeRef
from codegen.tags.declaration import ForElements
from codegen.tags.declared import declarative, validation

_PAIRS: tuple[tuple[str, str, tuple[type[Tag], ...]], ...] = (
    (
        "minimum",
        "maximum",
        (validation.Minimum, validation.Maximum, declarative.Minimum, declarative.Maximum),
    ),
    (
        "minLength",
        "maxLength",
        (validation.MinLength, validation.MaxLength, declarative.MinLength, declarative.MaxLength),
    ),
    (
        "minItems",
        "maxItems",
        (validation.MinItems, validation.MaxItems, declarative.MinItems, declarative.MaxItems),
    ),
    (
        "minProperties",
        "maxProperties",
        (
            validation.MinProperties,
            validation.MaxProperties,
            declarative.MinProperties,
            declarative.MaxProperties,
        ),
    ),
)
_EXCLUSIVE = (validation.ExclusiveMinimum, validation.ExclusiveMaximum)


def check(
    schema: Schema, tags: Tags, ref: TypeRef | None, diagnostics: Diagnostics, subject: str
) -> None:
    """Report contradicting bounds of a resolved schema at the last of its own that takes part.

    `ref` is the type that the schema is of, for the places of Meta. Bounds that come from a
    referred type alone are reported there.
    """
    own = [tag for tag in tags if not isinstance(tag, ForElements)]
    _check(schema, own, ref, diagnostics, subject)
    items = schema.get("items")
    if isinstance(items, dict):
        of_elements = [outer.tag for outer in tags.all(ForElements)]
        _check(items, of_elements, _element(ref), diagnostics, f"an element of {subject}")


def _check(
    schema: Schema,
    tags: Sequence[Tag],
    ref: TypeRef | None,
    diagnostics: Diagnostics,
    subject: str,
) -> None:
    for lower, upper, classes in _PAIRS:
        least = max(_values(schema, lower), default=None)
        most = min(_values(schema, upper), default=None)
        if least is None or most is None or least < most:
            continue
        exclusive = lower == "minimum" and (
            any(_values(schema, "exclusiveMinimum")) or any(_values(schema, "exclusiveMaximum"))
        )
        if least == most and not exclusive:
            continue
        wanted = (*classes, *_EXCLUSIVE) if exclusive else classes
        places = [tag.at() for tag in tags if isinstance(tag, wanted)] or _meta(ref)
        if places:
            bounds = f"{lower} {least} and {upper} {most}"
            diagnostics.error(
                max(places),
                f"no value of {subject} is within {bounds}{' exclusively' if exclusive else ''}",
                code="bad-marker",
                hint="correct one of the bounds",
            )


def _values(schema: Schema, keyword: str) -> list[float]:
    """The values of a keyword in a schema and in all parts of its `allOf`."""
    values = [schema[keyword]] if keyword in schema else []
    for part in schema.get("allOf", ()):
        values += _values(part, keyword)
    return values


def _meta(ref: TypeRef | None) -> list[Position]:
    places = []
    while isinstance(ref, Optional | Constrained):
        if isinstance(ref, Constrained):
            places.append(ref.position)
        ref = ref.inner
    return places


def _element(ref: TypeRef | None) -> TypeRef | None:
    while isinstance(ref, Optional | Constrained):
        ref = ref.inner
    return ref.element if isinstance(ref, ListOf) else None
