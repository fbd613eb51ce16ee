"""`Meta`, the constraints of a type: `Annotated[int, Meta(ge=0)]`.

It is not msgspec's own class of that name, because msgspec would enforce it while decoding: a bound
that was tightened would then hide stored objects from the controller that should repair them. These
constraints go into the CRD's schema, which the server enforces; decoding never does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """Constraints, by the names that msgspec and annotated-types use.

    `ge`, `gt`, `le`, `lt` and `multiple_of` bound numbers, `pattern` is a regular expression
    searched for in a string; `min_length` and `max_length` count characters, items or properties.
    """

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    multiple_of: float | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    title: str | None = None
    description: str | None = None
