"""The grammar of controller-tools' markers: `name=value`, or `name:argument=value,argument=value`.

Strings are quoted, raw between backticks, or bare up to a delimiter; lists are `a;b` or `{a,b}`,
maps `{key: value}`. A value of any kind is guessed as controller-tools guesses it: what does not
look wholly like a number, true or false is a string (`100Mi`, `0987`), and a list's first element
says what the others are.
"""

from __future__ import annotations

import re

from codegen.diagnostics import closest
from codegen.model import Position
from codegen.tags.cursor import Cursor, Fault, check_choice, integer, shorten
from codegen.tags.declaration import Argument, Form, TagDeclaration

_DELIMITER = r"(?=\s*([,;}]|$))"
_INTEGER = re.compile(r"-?(0[0-7]*|[1-9][0-9]*)" + _DELIMITER)
# `0987` is not a number: digits after a zero would be octal, and these are not.
_NUMBER = re.compile(
    r"-?(?!0[0-9]+\s*([,;}]|$))([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][+-]?[0-9]+)?" + _DELIMITER
)
_BOOLEAN = re.compile(r"(true|false)" + _DELIMITER)
_NAME = re.compile(r"[A-Za-z_]\w*")
_UNTIL_COMMA = re.compile(r"[^,]*")
_PIECE = re.compile(r"[^,;}:\"`]+")
_MAX_DEPTH = 50

Parts = tuple[dict[str, object], dict[str, Position]]


def read(declaration: TagDeclaration, cursor: Cursor, argument: str = "") -> Parts:
    """What follows a marker's name: its value and arguments by attribute, and where each stands.

    `argument` is the name of the first argument where the text left of `=` ended with it: the
    cursor then stands at the `=`, as it does for a value. Raises Fault where the text cannot be
    read as the declaration says; faults of single arguments are all reported.
    """
    values: dict[str, object] = {}
    places: dict[str, Position] = {}
    name = declaration.name
    if not cursor.take("="):
        cursor.skip_blanks()
        if not cursor.at_end:
            raise Fault(cursor.index, f"unexpected {shorten(cursor.rest)!r} after +{name}")
        if declaration.value is not None:
            raise Fault(
                cursor.index,
                f"+{name} needs a value, +{name}=…: {declaration.value.form.value}",
                code="missing-value",
            )
    elif declaration.value is not None:
        _whole_value(name, declaration.value, cursor, values, places)
    elif argument:
        cursor.index -= len(argument) + 1
        _arguments(declaration, cursor, values, places)
    else:
        hint = f"write +{name}:argument=value" if declaration.arguments else f"write +{name}"
        raise Fault(cursor.index - 1, f"+{name} takes no value", code="unexpected-value", hint=hint)
    missing = [a.name for a in declaration.arguments if a.required and a.attribute not in places]
    if missing:
        plural = "arguments" if len(missing) > 1 else "argument"
        raise Fault(
            len(cursor.text.rstrip()),
            f"+{name} is missing its {plural} {', '.join(missing)}",
            code="missing-argument",
        )
    return values, places


def _whole_value(
    name: str,
    declared: Argument,
    cursor: Cursor,
    values: dict[str, object],
    places: dict[str, Position],
) -> None:
    cursor.skip_blanks()
    places["value"] = cursor.position()
    if cursor.at_end:
        raise Fault(
            cursor.index,
            f"the value of +{name} is empty, not {declared.form.value}",
            code="missing-value",
        )
    _checked(cursor, declared, f"the value of +{name}", values)
    cursor.skip_blanks()
    if not cursor.at_end:
        raise Fault(
            cursor.index,
            f"unexpected {shorten(cursor.rest.strip())!r} after the value of +{name}",
            code="extra-argument",
            hint="put a string that contains , ; } or : between backticks",
        )


def _arguments(
    declaration: TagDeclaration,
    cursor: Cursor,
    values: dict[str, object],
    places: dict[str, Position],
) -> None:
    name = declaration.name
    while True:
        cursor.skip_blanks()
        start = cursor.index
        key = cursor.match(_NAME)
        cursor.skip_blanks()
        if key is None or not cursor.take("="):
            text = shorten(cursor.text[start:].strip())
            raise Fault(start, f"expected an argument of +{name}, key=value, got {text!r}")
        cursor.skip_blanks()
        try:
            _argument(declaration, key, start, cursor, values, places)
        except Fault as fault:
            if fault.code not in ("unknown-argument", "duplicate-argument", "bad-value"):
                raise
            cursor.report(fault)
            cursor.match(_UNTIL_COMMA)
        cursor.skip_blanks()
        if cursor.at_end:
            return
        if not cursor.take(","):
            raise Fault(
                cursor.index,
                f"expected a comma, got {shorten(cursor.rest)!r}",
                code="extra-argument",
                hint="put a string that contains , ; } or : between quotes or backticks",
            )


def _argument(
    declaration: TagDeclaration,
    key: str,
    start: int,
    cursor: Cursor,
    values: dict[str, object],
    places: dict[str, Position],
) -> None:
    argument = declaration.argument(key)
    if argument is None:
        _skip_value(cursor)
        meant = _meant(declaration, key, places)
        if meant is not None:
            places[meant.attribute] = cursor.position(start)  # a misspelt argument is not missing
        known = ", ".join(a.name for a in declaration.arguments)
        raise Fault(
            start,
            f"+{declaration.name} has no argument {key!r}",
            code="unknown-argument",
            hint=f"its arguments are: {known}" if meant is None else f"did you mean {meant.name}?",
        )
    if argument.attribute in places:
        _skip_value(cursor)
        raise Fault(start, f"the argument {key} is repeated", code="duplicate-argument")
    places[argument.attribute] = cursor.position()
    _checked(cursor, argument, f"the argument {key}", values)


def _meant(declaration: TagDeclaration, key: str, places: dict[str, Position]) -> Argument | None:
    """The argument that a misspelt name is most like, unless it has its value already."""
    by_name = {a.name.lower(): a for a in declaration.arguments if a.attribute not in places}
    name = closest(key.lower(), by_name)
    return None if name is None else by_name[name]


def _skip_value(cursor: Cursor) -> None:
    """Step over the value of an argument that nobody knows, so that the next is still read."""
    start = cursor.index
    try:
        _value(cursor, Form.ANY, "")
    except Fault:
        cursor.index = start
        cursor.match(_UNTIL_COMMA)


def _checked(cursor: Cursor, declared: Argument, what: str, values: dict[str, object]) -> None:
    """Read a value, and refuse one that is none of the choices after it was set."""
    start = cursor.index
    choices = declared.choices
    value = _value(cursor, declared.form, what)
    if declared.any_case and isinstance(value, str):
        value = {choice.casefold(): choice for choice in choices}.get(value.casefold(), value)
    values[declared.attribute] = value
    if choices:
        for element in value if isinstance(value, list) else [value]:
            check_choice(start, str(element), choices, what)


def _value(
    cursor: Cursor,
    form: Form,
    what: str,
    *,
    listed: bool = False,
    in_map: bool = False,
    depth: int = 0,
) -> object:
    """One value of a kind. `listed`: an element of a list, so `;` ends it."""
    if depth > _MAX_DEPTH:
        raise Fault(cursor.index, f"{what} is nested too deeply")
    if form is Form.STRINGS:
        return _list(cursor, Form.STRING, what, depth)
    if form is Form.VALUES:
        return _list(cursor, Form.ANY, what, depth)
    if form is Form.ANY:
        return _any(cursor, what, listed=listed, in_map=in_map, depth=depth)
    if form is Form.STRING:
        return _string(cursor, what, in_map=in_map)
    return _plain(cursor, form, what)


def _plain(cursor: Cursor, form: Form, what: str) -> object:
    """An integer, a number, true or false."""
    start = cursor.index
    if form is Form.INTEGER:
        text = cursor.match(_INTEGER)
        if text is not None:
            return integer(start, text)
    elif form is Form.NUMBER:
        text = cursor.match(_INTEGER)
        if text is not None:
            return integer(start, text)
        text = cursor.match(_NUMBER)
        if text is not None:
            return float(text)
    else:
        text = cursor.match(_BOOLEAN)
        if text is not None:
            return text == "true"
    got = shorten(re.split(r"[,;}]", cursor.rest, maxsplit=1)[0].strip())
    message = f"expected {form.value} as {what}, got {got!r}" if got else f"{what} is empty"
    raise Fault(start, message, code="bad-value")


def _string(cursor: Cursor, what: str, *, in_map: bool = False) -> str:
    """Quoted, raw, or bare: then it ends before a delimiter that is in no quotes."""
    start = cursor.index
    if cursor.peek() == '"' or (cursor.peek() == "`" and "`" in cursor.text[start + 1 :]):
        return cursor.quoted()
    while not cursor.at_end:
        if cursor.match(_PIECE) is not None:
            continue
        character = cursor.peek()
        if character == '"' or (character == "`" and "`" in cursor.text[cursor.index + 1 :]):
            cursor.quoted()
        elif character == "`" or (character == ":" and not in_map):
            cursor.index += 1
        else:
            break
    text = cursor.text[start : cursor.index].rstrip()
    if not text:
        raise Fault(start, f"{what} is empty", code="bad-value", hint='write "" for no text')
    return text


def _list(cursor: Cursor, form: Form, what: str, depth: int) -> list[object]:
    """`{a, b}` or `a;b`, with elements of one kind."""
    elements: list[object] = []
    braces = cursor.peek() == "{"
    opening = cursor.index
    if cursor.peek() in ("", ","):
        raise Fault(opening, f"{what} is empty", code="bad-value", hint='write "" for no text')
    if braces:
        cursor.index += 1
        cursor.skip_blanks()
    ends = ("}",) if braces else ("", ",", "}")
    separator = "," if braces else ";"
    while cursor.peek() not in ends:
        if cursor.at_end:
            raise Fault(opening, "the brace that opens here is never closed")
        element = f"an element of {what}"
        elements.append(_value(cursor, form, element, listed=True, depth=depth + 1))
        cursor.skip_blanks()
        if cursor.peek() in ends:
            break
        between = cursor.index
        if not cursor.take(separator):
            if cursor.at_end:
                raise Fault(opening, "the brace that opens here is never closed")
            raise Fault(cursor.index, f"expected {separator} in a list, got {cursor.peek()!r}")
        cursor.skip_blanks()
        if form is Form.ANY and cursor.peek() in ends:
            # An empty value may be meant. In a list of strings it cannot be, as in controller-gen.
            raise Fault(
                between,
                f"no element follows the last {separator} of {what}",
                code="bad-value",
                hint='remove it, or write "" for an element that is empty',
            )
    if braces:
        cursor.index += 1
    elif not elements:
        raise Fault(opening, f"{what} is empty", code="bad-value", hint='write "" for no text')
    return elements


def _any(cursor: Cursor, what: str, *, listed: bool, in_map: bool, depth: int) -> object:
    form = _guess(cursor)
    if not listed and _is_list(cursor):
        return _list(cursor, form, what, depth)
    if form is not Form.ANY:
        return _value(cursor, form, what, in_map=in_map, depth=depth)
    opening = cursor.index
    cursor.index += 1
    cursor.skip_blanks()
    if cursor.take("}"):
        return {}
    if _guess(cursor) is Form.STRING:
        try:
            _string(cursor, what, in_map=True)
        except Fault:
            cursor.index = opening
            raise
        cursor.skip_blanks()
        is_map = cursor.peek() == ":"
        cursor.index = opening
        if is_map:
            return _map(cursor, what, depth)
    cursor.index = opening + 1
    cursor.skip_blanks()
    element = _guess(cursor)
    cursor.index = opening
    return _list(cursor, element, what, depth)


def _guess(cursor: Cursor) -> Form:
    """What the next value looks like; Form.ANY for what stands in braces."""
    if cursor.peek() == "{":
        return Form.ANY
    if cursor.looking_at(_BOOLEAN):
        return Form.BOOLEAN
    if cursor.looking_at(_INTEGER):
        return Form.INTEGER
    if cursor.looking_at(_NUMBER):
        return Form.NUMBER
    return Form.STRING


def _is_list(cursor: Cursor) -> bool:
    """Whether a `;` comes before what ends the value, quotes and braces aside."""
    start, depth = cursor.index, 0
    try:
        while not cursor.at_end:
            character = cursor.peek()
            if character == '"' or (character == "`" and "`" in cursor.text[cursor.index + 1 :]):
                cursor.quoted()
                continue
            if not depth and character in ";,}":
                return character == ";"
            depth += {"{": 1, "}": -1}.get(character, 0)
            cursor.index += 1
        return False
    except Fault:
        return False
    finally:
        cursor.index = start


def _map(cursor: Cursor, what: str, depth: int) -> dict[str, object]:
    members: dict[str, object] = {}
    opening = cursor.index
    cursor.index += 1
    cursor.skip_blanks()
    while cursor.peek() != "}":
        start = cursor.index
        key = _string(cursor, f"a key of {what}", in_map=True)
        if key in members:
            raise Fault(start, f"the key {shorten(key)!r} is repeated", code="bad-value")
        cursor.skip_blanks()
        if not cursor.take(":"):
            raise Fault(cursor.index, f"expected : after the key {shorten(key)!r}")
        cursor.skip_blanks()
        members[key] = _value(cursor, Form.ANY, what, depth=depth + 1)
        cursor.skip_blanks()
        if cursor.peek() != "}" and not cursor.take(","):
            if cursor.at_end:
                raise Fault(opening, "the brace that opens here is never closed")
            raise Fault(cursor.index, f"expected , in a map, got {cursor.peek()!r}")
        cursor.skip_blanks()
        if cursor.at_end:
            raise Fault(opening, "the brace that opens here is never closed")
    cursor.index += 1
    return members
