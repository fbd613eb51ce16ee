"""Comments, tags and documentation of one statement, merged in three ways."""

from __future__ import annotations

from codegen.edit import leads
from codegen.edit.declared import Declaration, Member
from codegen.edit.places import Place
from codegen.edit.sides import Editing, Side, side


def change_texts(
    editing: Editing,
    place: Place,
    base: Declaration | Member,
    new: Declaration | Member,
    user: Declaration | Member,
) -> bool:
    """Changes what only the import changed; whether both changed one thing."""
    lines, is_conflict = leads.merged(base.lead, new.lead, user.lead)
    if lines != user.lead.lines:
        editing.set_lead(place, lines)
    doc = side(base.doc.text, new.doc.text, user.doc.text)
    if doc is Side.IMPORT:
        editing.edit().set_doc(place, new.doc.lines)
    return is_conflict or doc is Side.BOTH
