"""The grammar of code-generator's tags: `name[(arguments)][=value]`, `name[(arguments)]=+tag`.

Arguments are one positional value or several `key: value`, never both. A remark may trail after
`#`. Two shapes are older than that grammar and still in use: words separated by commas
(`+genclient:onlyVerbs=get,list`), and a word followed by `key=value` pairs (`+genclient:method`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from codegen.model import Position, Tag
from codegen.tags.cursor import Cursor, Fault, check_choice, integer, shorten
from codegen.tags.declaration import Declaration, Kind

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_INTEGER = re.compile(r"[+-]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)(?![\w.])")
_WORD = re.compile(r"[^\s#,]+")
_TEXT = re.compile(r"[^\s#][^#]*?(?=\s*(#|$))")
_KEY = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*")
_REF = re.compile(r"ref\(\s*([^()\s]+)\s*\)")
_END = re.compile(r"\s*(#.*)?$")

ReadNested = Callable[[Cursor], "Tag | None"]
Parts = tuple[object, dict[str, object], dict[str, Position]]


def read(declaration: Declaration, cursor: Cursor, nested: ReadNested) -> Parts:
    """What follows a tag's name: its value, its arguments and where each of them stands.

    Raises Fault where the text cannot be read as the declaration says.
    """
    arguments: dict[str, object] = {}
    places: dict[str, Position] = {}
    name = declaration.name
    if cursor.peek() == "(":
        _arguments(declaration, cursor, arguments, places)
    for argument in declaration.arguments:
        in_parentheses = declaration.value in (Kind.NONE, Kind.TAG)
        if argument.required and in_parentheses and argument.name not in arguments:
            wanted = f" {argument.name}" if argument.name else f", +{name}(…)"
            raise Fault(
                cursor.index, f"+{name} misses its argument{wanted}", code="missing-argument"
            )
    value = _value_part(declaration, cursor, nested, arguments, places)
    if not cursor.looking_at(_END):
        text = cursor.rest.strip()
        raise Fault(
            cursor.index + len(cursor.rest) - len(cursor.rest.lstrip()),
            f"unexpected {shorten(text)!r} after +{name}",
            hint="a remark after a tag begins with #",
        )
    return value, arguments, places


def _value_part(
    declaration: Declaration,
    cursor: Cursor,
    nested: ReadNested,
    arguments: dict[str, object],
    places: dict[str, Position],
) -> object:
    name, kind = declaration.name, declaration.value
    equals = cursor.index
    if not cursor.take("="):
        if kind is Kind.NONE:
            return None
        if declaration.bare:
            return True if kind is Kind.BOOLEAN else None
        raise Fault(
            cursor.index, f"+{name} needs a value, +{name}=…: {kind.value}", code="missing-value"
        )
    if kind is Kind.NONE:
        raise Fault(
            equals, f"+{name} takes no value", code="unexpected-value", hint=f"write +{name}"
        )
    places["="] = cursor.position()
    if cursor.looking_at(_END):
        if declaration.empty:
            return ""
        raise Fault(
            cursor.index, f"the value of +{name} is empty, not {kind.value}", code="missing-value"
        )
    if kind is Kind.TAG:
        return _nested(name, cursor, nested)
    value = _value(declaration, cursor)
    if kind is Kind.WORD and declaration.arguments:
        _pairs(declaration, cursor, arguments, places)
    return value


def _nested(name: str, cursor: Cursor, nested: ReadNested) -> Tag:
    if cursor.peek() != "+":
        raise Fault(cursor.index, f"the value of +{name} is a tag", hint=f"write +{name}=+k8s:…")
    tag = nested(cursor)
    if tag is None:
        raise Fault(
            cursor.index,
            f"only validation tags may be the value of +{name}",
            code="bad-value",
        )
    return tag


def _value(declaration: Declaration, cursor: Cursor) -> object:
    """The value, right of the `=`, of any kind but a nested tag."""
    start = cursor.index
    kind = declaration.value
    what = f"the value of +{declaration.name}"
    if kind is Kind.WORDS:
        return _words(declaration, cursor, what)
    if kind is Kind.JSON:
        return _json(cursor, what)
    if kind is Kind.TEXT:
        return cast("str", cursor.match(_TEXT))
    if kind is Kind.WORD:
        word = _word(declaration, cursor)
        check_choice(start, word, declaration.choices, what)
        return word
    value = _scalar(cursor, what)
    _check_kind(start, value, kind, what, cursor.text[start : cursor.index])
    if isinstance(value, str):
        check_choice(start, value, declaration.choices, what)
    return str(value) if kind is Kind.STRING else value


def _word(declaration: Declaration, cursor: Cursor) -> str:
    """A word; one whose choices hold commas may hold them too. Quotes around it are no part."""
    if cursor.peek() in ('"', "`"):
        return cursor.quoted()
    start = cursor.index
    word = cursor.match(_WORD)
    if word is None:
        raise Fault(start, f"the value of +{declaration.name} is a word")
    if any("," in choice for choice in declaration.choices):
        while cursor.take(","):
            word += "," + (cursor.match(_WORD) or "")
    return word


def _words(declaration: Declaration, cursor: Cursor, what: str) -> list[str]:
    words: list[str] = []
    while True:
        cursor.skip_blanks()
        start = cursor.index
        word = cursor.match(_WORD)
        if word is None:
            raise Fault(start, f"{what} has an empty element")
        try:
            check_choice(start, word, declaration.choices, f"an element of +{declaration.name}")
        except Fault as fault:
            cursor.report(fault)
        words.append(word)
        if not cursor.take(","):
            return words


def _pairs(
    declaration: Declaration,
    cursor: Cursor,
    arguments: dict[str, object],
    places: dict[str, Position],
) -> None:
    """`,key=value` after the first word. Every fault of the pairs is reported."""
    while cursor.take(","):
        cursor.skip_blanks()
        start = cursor.index
        found = _KEY.match(cursor.text, start)
        if found is None:
            raise Fault(start, f"expected an argument of +{declaration.name}, key=value")
        key = found.group(1)
        cursor.index = found.end()
        value_at = cursor.index
        value = cursor.match(_WORD)
        try:
            argument = _declared(declaration, key, start, arguments)
            if value is None:
                raise Fault(value_at, f"the argument {key} is empty", code="missing-value")
            check_choice(value_at, value, argument, f"the argument {key}")
            arguments[key] = value
        except Fault as fault:
            cursor.report(fault)
        places.setdefault(key, cursor.position(value_at))
    for wanted in declaration.arguments:
        if wanted.required and wanted.name not in places:
            raise Fault(
                cursor.index,
                f"+{declaration.name} misses its argument {wanted.name}=",
                code="missing-argument",
            )


def _declared(
    declaration: Declaration, key: str, index: int, given: dict[str, object]
) -> tuple[str, ...]:
    """The choices of an argument, if it is one and not yet given."""
    argument = declaration.argument(key)
    if argument is None and not key:
        raise Fault(
            index,
            f"+{declaration.name} takes only named arguments",
            code="unknown-argument",
            hint="give each as `name: value`",
        )
    if argument is None and not declaration.open_arguments:
        known = ", ".join(a.name for a in declaration.arguments if a.name)
        raise Fault(
            index,
            f"+{declaration.name} has no argument {key!r}",
            code="unknown-argument",
            hint=f"its arguments are: {known}" if known else "",
        )
    if key in given:
        raise Fault(index, f"the argument {key} is given twice", code="duplicate-argument")
    return argument.choices if argument is not None else ()


def _arguments(
    declaration: Declaration,
    cursor: Cursor,
    arguments: dict[str, object],
    places: dict[str, Position],
) -> None:
    """`(value)` or `(key: value, …)`, from the opening parenthesis."""
    name = declaration.name
    opening = cursor.index
    if not declaration.arguments and not declaration.open_arguments:
        raise Fault(opening, f"+{name} takes no arguments", code="unknown-argument")
    cursor.take("(")
    count = 0
    while True:
        cursor.skip_blanks()
        if cursor.take(")"):
            return
        if cursor.at_end:
            raise Fault(opening, "the parenthesis that opens here is never closed")
        start = cursor.index
        key = ""
        identifier = cursor.match(_IDENTIFIER)
        cursor.skip_blanks()
        if identifier is not None and cursor.take(":"):
            key = identifier
            cursor.skip_blanks()
        else:
            cursor.index = start
        if count and (key == "" or "" in arguments):
            raise Fault(
                start,
                f"+{name} mixes positional arguments, or has several",
                hint="give one positional argument, or several as `name: value`",
            )
        choices = _declared(declaration, key, start, arguments) if key or count == 0 else ()
        value_at = cursor.index
        what = f"the argument {key}" if key else f"the argument of +{name}"
        value = _scalar(cursor, what)
        argument = declaration.argument(key)
        kind = argument.kind if argument is not None else Kind.SCALAR
        _check_kind(value_at, value, kind, what, cursor.text[value_at : cursor.index])
        if isinstance(value, str):
            check_choice(value_at, value, choices, what)
        arguments[key] = value
        places[key] = cursor.position(value_at)
        count += 1
        cursor.skip_blanks()
        if not cursor.take(",") and cursor.peek() != ")":
            raise Fault(cursor.index, f"expected , or ) in the arguments of +{name}")


def _scalar(cursor: Cursor, what: str) -> str | int | bool:
    start = cursor.index
    if cursor.peek() in ('"', "`"):
        return cursor.quoted()
    number = cursor.match(_INTEGER)
    if number is not None:
        digits = number.lstrip("+-")
        octal = digits[:1] == "0" and digits.isdigit() and len(digits) > 1
        return integer(start, number, 8 if octal else 0)
    identifier = cursor.match(_IDENTIFIER)
    if identifier is None:
        text = cursor.rest.strip()
        raise Fault(
            start,
            f"{what} is no string, integer, true or false: {shorten(text)!r}",
            code="bad-value",
            hint='put a string that is no plain word between "',
        )
    return identifier == "true" if identifier in ("true", "false") else identifier


def _check_kind(index: int, value: object, kind: Kind, what: str, text: str) -> None:
    expected = {Kind.INTEGER: int, Kind.BOOLEAN: bool, Kind.STRING: str}.get(kind)
    if expected is not None and type(value) is not expected:
        raise Fault(
            index, f"expected {kind.value} as {what}, got {shorten(text)}", code="bad-value"
        )


def _json(cursor: Cursor, what: str) -> object:
    """JSON, or `ref(name)`, which comes out as a Tag `ref` with the name as its argument."""
    import json  # seldom needed, and not free to import

    start = cursor.index
    found = _REF.match(cursor.text, start)
    if found is not None:
        cursor.index = found.end()
        return Tag(
            "ref",
            cursor.position(start),
            arguments={"": found.group(1)},
            places={"": cursor.position(found.start(1))},
            text=found.group(),
        )

    def refuse(constant: str) -> object:
        raise ValueError(constant)

    try:
        value, cursor.index = json.JSONDecoder(parse_constant=refuse).raw_decode(cursor.text, start)
    except json.JSONDecodeError as error:
        raise Fault(
            max(error.pos, start),
            f"{what} is no JSON: {error.msg}",
            code="bad-value",
            hint='a string stands between ", or write ref(name)',
        ) from None
    except (ValueError, RecursionError):
        raise Fault(start, f"{what} is no JSON", code="bad-value") from None
    return cast("object", value)
