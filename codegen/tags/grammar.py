"""Comment lines → typed tags: one entrance for both families.

The registry says which family's grammar a name follows. A name in a namespace that is not ours is
left alone without a word; a fault never stops the next line from being read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegen.diagnostics import Diagnostics
from codegen.model import Position, Tag, Tags
from codegen.tags import controller_tools, gengo
from codegen.tags.checks import check
from codegen.tags.cursor import Cursor, Fault
from codegen.tags.declaration import (
    Family,
    Form,
    Place,
    Ref,
    TagDeclaration,
    place_names,
)
from codegen.tags.registry import REGISTRY, RETIRED, is_ours, resembling

_TAG_LINE = re.compile(r"#[^\S\n]*\+(?=\S)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:/\-]*")
_MAX_NESTING = 20


def is_tag_line(text: str) -> bool:
    """Whether a comment line (from its `#`) is a tag of any namespace, and so no documentation."""
    return _TAG_LINE.match(text) is not None


def may_stand_anywhere(text: str) -> bool:
    """Whether a comment line is a tag that belongs to no declaration, such as an RBAC marker."""
    opening = _TAG_LINE.match(text)
    name = _NAME.match(text, opening.end()) if opening else None
    if name is None:
        return False
    spelled = name.group()
    declared = REGISTRY.get(spelled) or REGISTRY.get(spelled.rpartition(":")[0], ())
    return any(Place.ANYWHERE in declaration.places for declaration in declared)


def parse(lines: Sequence[tuple[Position, str]], place: Place, diagnostics: Diagnostics) -> Tags:
    """The tags of one declaration, in the order of its lines.

    Each line is one comment from its `#`, with the position of that `#`; lines that are not
    tags are skipped. Pass a type's two blocks in one call, so that their tags are checked together.
    Faults go to `diagnostics`; a tag is left out if a value that it needs is faulty.
    """
    parsed: list[Tag] = []
    faulty: set[str] = set()
    for start, text in lines:
        opening = _TAG_LINE.match(text)
        if opening is None:
            continue
        cursor = Cursor(text.rstrip(), start, diagnostics)
        cursor.index = opening.end() - 1
        try:
            tag = _tag(cursor, place, nesting=0)
        except Fault as fault:
            cursor.report(fault)
            tag = None
        if cursor.faulty:
            faulty.add(_meant(text, opening.end()))
        if tag is not None:
            parsed.append(tag)
    tags = Tags(_without_duplicates(parsed, place, diagnostics))
    _note_what_is_unread(tags, place, diagnostics)
    check(tags, place, diagnostics, frozenset(faulty))
    return tags


def _meant(text: str, index: int) -> str:
    """The name that a faulty tag was meant to have, so that no message asks to add it."""
    match = _NAME.match(text, index)
    spelled = match.group() if match else ""
    return spelled if spelled in REGISTRY else resembling(spelled) or spelled


def _tag(cursor: Cursor, place: Place, nesting: int) -> Tag | None:
    """The tag whose `+` the cursor is at; None for a tag of another namespace."""
    plus = cursor.index
    cursor.index += 1
    spelled = cursor.match(_NAME)
    if spelled is None:
        return None
    written = spelled
    if spelled.endswith(":") and cursor.peek() == "=":
        spelled = spelled[:-1]  # `X:=1` is an old spelling of `X=1`
    name, argument = _look_up(spelled, cursor)
    if name is None:
        _refuse_unknown(spelled, plus, len(written))
        return None
    declaration = _at_place(name, place, plus, nesting)
    if declaration.family is Family.CONTROLLER_TOOLS:
        values, places = controller_tools.read(declaration, cursor, argument)
    else:

        def nested(inner: Cursor) -> Tag | None:
            if nesting >= _MAX_NESTING:
                raise Fault(inner.index, "tags are nested too deeply")
            return _tag(inner, place, nesting + 1)

        values, places = gengo.read(declaration, cursor, nested)
    if cursor.faulty and not declaration.is_complete(values):
        return None
    text = cursor.text[plus:].rstrip()
    return declaration.make(values, cursor.position(plus), places, text)


def _look_up(spelled: str, cursor: Cursor) -> tuple[str | None, str]:
    """The registered name, and the first argument's name where the spelling ends with one."""
    if spelled in REGISTRY:
        return spelled, ""
    name, _, argument = spelled.rpartition(":")
    first = next(iter(REGISTRY.get(name, ())), None)
    if first is None or first.family is not Family.CONTROLLER_TOOLS or not first.arguments:
        return None, ""
    if cursor.peek() == "=":
        return name, argument
    if first.argument(argument) is not None:
        raise Fault(
            cursor.index, f"the argument {argument} of +{name} needs a value", code="missing-value"
        )
    return None, ""


def _refuse_unknown(spelled: str, plus: int, length: int) -> None:
    """Raise for a name in a namespace of ours, or nearly one of our names."""
    instead = RETIRED.get(spelled)
    if instead is not None:
        raise Fault(plus, f"+{spelled} is not a tag", code="unknown-tag", hint=f"write +{instead}")
    ours = is_ours(spelled)
    close = resembling(spelled)
    if not ours and close is None:
        return
    hint = f"did you mean +{close}?" if close else "`codegen tags` lists all tags"
    if close and spelled == f"{close}:":
        hint = f"the value follows an equals sign: +{close}=…"
    raise Fault(plus, f"unknown tag +{spelled}", code="unknown-tag", hint=hint)


def _at_place(name: str, place: Place, plus: int, nesting: int) -> TagDeclaration:
    """The meaning that a tag has at this place."""
    declared = REGISTRY[name]
    for declaration in declared:
        if nesting and declaration.reader != "validation":
            continue
        # What a type's tag wraps may be about an element or a member, and so stand on fields.
        if declaration.may_stand(place) or (nesting and declaration.may_stand(Place.FIELD)):
            return declaration
    if nesting:
        raise Fault(plus, f"+{name} cannot be nested in another tag here", code="wrong-place")
    places = dict.fromkeys(place for d in declared for place in d.places)
    belongs = " or ".join(place_names(places))
    if place is Place.ANYWHERE:
        raise Fault(
            plus,
            f"+{name} is not above a declaration",
            code="wrong-place",
            hint=f"it applies to {belongs}: put it in the comment directly above",
        )
    raise Fault(
        plus,
        f"+{name} does not apply to {place.value}",
        code="wrong-place",
        hint=f"it applies to {belongs}",
    )


def _note_what_is_unread(tags: Tags, place: Place, diagnostics: Diagnostics) -> None:
    """A tag that nothing reads must not seem to have done something."""
    for tag in tags:
        declaration = _declaration(tag, place)
        value = getattr(tag, "value", None)
        unread = declaration.unread
        if unread and not _switches_off(declaration, value):
            diagnostics.note(
                tag.position, f"+{tag.tag_name} has no effect", code="no-effect", hint=unread
            )
        elif isinstance(value, Ref):
            diagnostics.note(
                value.position,
                f"the reference to {value.name} has no effect: nothing sets the default yet",
                code="no-effect",
                hint="write the value itself, which becomes the default in the CRD",
            )


def _switches_off(declaration: TagDeclaration, value: object) -> bool:
    form = None if declaration.value is None else declaration.value.form
    return (form is Form.BOOLEAN and value is False) or (form is Form.WORD and value == "false")


def _declaration(tag: Tag, place: Place) -> TagDeclaration:
    return next(d for d in REGISTRY[tag.tag_name] if d.may_stand(place))


def _without_duplicates(tags: list[Tag], place: Place, diagnostics: Diagnostics) -> tuple[Tag, ...]:
    first: dict[str, Tag] = {}
    kept: list[Tag] = []
    for tag in tags:
        earlier = first.setdefault(tag.tag_name, tag)
        if earlier is not tag and not _declaration(tag, place).repeatable:
            diagnostics.error(
                tag.position,
                f"+{tag.tag_name} is repeated, first in line {earlier.position.line}",
                code="duplicate-tag",
                hint="keep one of them",
            )
            continue
        kept.append(tag)
    return tuple(kept)
