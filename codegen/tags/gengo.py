"""The grammar of code-generator's tags: `name[(arguments)][=value]`, `name[(arguments)]=+tag`.

Arguments are one positional value or several `key: value`, never both. A remark may trail after
`#`. Two shapes are older than that grammar and still in use: words separated by commas
(`+genclient:onlyVerbs=get,list`), and a word followed by `key=value` pairs (`+genclient:method`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from codegen.model import Position, Tag
from codegen.tags.cursor import Cursor, Fault, check_choice, integer, shorten
from codegen.tags.declaration import Argument, Form, Ref, TagDeclaration

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_INTEGER = re.compile(r"[+-]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)(?![\w.])")
_WORD = re.compile(r"[^\s#,]+")
_TEXT = re.compile(r"[^\s#][^#]*?(?=\s*(#|$))")
_KEY = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*")
_REF = re.compile(r"ref\(\s*([^()\s]+)\s*\)")
_END = re.compile(r"\s*(#.*)?$")

ReadNested = Callable[[Cursor], "Tag | None"]
Parts = tuple[dict[str, object], dict[str, Position]]


def read(declaration: TagDeclaration, cursor: Cursor, nested: ReadNested) -> Parts:
    """What follows a tag's name: its value and arguments by attribute, and where each stands.

    Raises Fault where the text cannot be read as the declaration says.
    """
    values: dict[str, object] = {}
    places: dict[str, Position] = {}
    name = declaration.name
    if cursor.peek() == "(":
        _arguments(declaration, cursor, values, places)
    in_parentheses = declaration.value is None or declaration.value.form is Form.TAG
    for argument in declaration.arguments if in_parentheses else ():
        if argument.required and argument.attribute not in values and not argument.open:
            wanted = f" {argument.name}" if argument.name else f", +{name}(…)"
            raise Fault(
                cursor.index, f"+{name} is missing its argument{wanted}", code="missing-argument"
            )
    _value_part(declaration, cursor, nested, values, places)
    if not cursor.looking_at(_END):
        text = cursor.rest.strip()
        raise Fault(
            cursor.index + len(cursor.rest) - len(cursor.rest.lstrip()),
            f"unexpected {shorten(text)!r} after +{name}",
            hint="a remark after a tag begins with #",
        )
    return values, places


def _value_part(
    declaration: TagDeclaration,
    cursor: Cursor,
    nested: ReadNested,
    values: dict[str, object],
    places: dict[str, Position],
) -> None:
    name, declared = declaration.name, declaration.value
    equals = cursor.index
    if not cursor.take("="):
        if declared is None:
            return
        if not declared.bare:
            raise Fault(
                cursor.index,
                f"+{name} needs a value, +{name}=…: {declared.form.value}",
                code="missing-value",
            )
        values["value"] = True
        return
    if declared is None:
        raise Fault(
            equals, f"+{name} takes no value", code="unexpected-value", hint=f"write +{name}"
        )
    places["value"] = cursor.position()
    if cursor.looking_at(_END):
        if not declared.empty:
            raise Fault(
                cursor.index,
                f"the value of +{name} is empty, not {declared.form.value}",
                code="missing-value",
            )
        values["value"] = ""
        return
    if declared.form is Form.TAG:
        values["value"] = _nested(name, cursor, nested)
        return
    values["value"] = _value(name, declared, cursor)
    if declared.form is Form.WORD and declaration.arguments:
        _pairs(declaration, cursor, values, places)


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


def _value(name: str, declared: Argument, cursor: Cursor) -> object:
    """The value, right of the `=`, of any kind but a nested tag."""
    start = cursor.index
    what = f"the value of +{name}"
    form = declared.form
    if form is Form.WORDS:
        return _words(name, declared, cursor, what)
    if form is Form.JSON:
        return _json(cursor, what)
    if form is Form.TEXT:
        return cursor.match(_TEXT)
    if form is Form.WORD:
        word = _word(declared, cursor, what)
        check_choice(start, word, declared.choices, what)
        return word
    value = _scalar(cursor, what)
    _check_form(start, value, form, what, cursor.text[start : cursor.index])
    if isinstance(value, str):
        check_choice(start, value, declared.choices, what)
    return value


def _word(declared: Argument, cursor: Cursor, what: str) -> str:
    """A word; one whose choices hold commas may hold them too. Quotes around it do not count."""
    if cursor.peek() in ('"', "`"):
        return cursor.quoted()
    start = cursor.index
    word = cursor.match(_WORD)
    if word is None:
        raise Fault(start, f"{what} is a word")
    if any("," in choice for choice in declared.choices):
        while cursor.take(","):
            word += "," + (cursor.match(_WORD) or "")
    return word


def _words(name: str, declared: Argument, cursor: Cursor, what: str) -> list[str]:
    words: list[str] = []
    while True:
        cursor.skip_blanks()
        start = cursor.index
        word = cursor.match(_WORD)
        if word is None:
            raise Fault(start, f"{what} has an empty element")
        try:
            check_choice(start, word, declared.choices, f"an element of +{name}")
            words.append(word)
        except Fault as fault:
            cursor.report(fault)
        if not cursor.take(","):
            return words


def _pairs(
    declaration: TagDeclaration,
    cursor: Cursor,
    values: dict[str, object],
    places: dict[str, Position],
) -> None:
    """`,key=value` after the first word. Every fault of the pairs is reported."""
    while cursor.take(","):
        cursor.skip_blanks()
        start = cursor.index
        match = _KEY.match(cursor.text, start)
        if match is None:
            raise Fault(start, f"expected an argument of +{declaration.name}, key=value")
        key = match.group(1)
        cursor.index = match.end()
        value_at = cursor.index
        value = cursor.match(_WORD)
        try:
            argument = _declared(declaration, key, start, values)
            places[argument.attribute] = cursor.position(value_at)
            if value is None:
                raise Fault(value_at, f"the argument {key} is empty", code="missing-value")
            check_choice(value_at, value, argument.choices, f"the argument {key}")
            values[argument.attribute] = value
        except Fault as fault:
            cursor.report(fault)
    for wanted in declaration.arguments:
        if wanted.required and wanted.attribute not in places:
            raise Fault(
                cursor.index,
                f"+{declaration.name} is missing its argument {wanted.name}=",
                code="missing-argument",
            )


def _declared(
    declaration: TagDeclaration, key: str, index: int, values: dict[str, object]
) -> Argument:
    """The argument of this name, which has no value yet."""
    argument = declaration.argument(key)
    if argument is None and not key:
        raise Fault(
            index,
            f"+{declaration.name} takes only named arguments",
            code="unknown-argument",
            hint="write each as `name: value`",
        )
    argument = argument or declaration.open_arguments
    if argument is None:
        known = ", ".join(a.name for a in declaration.arguments if a.name)
        raise Fault(
            index,
            f"+{declaration.name} has no argument {key!r}",
            code="unknown-argument",
            hint=f"its arguments are: {known}" if known else "",
        )
    earlier = values.get(argument.attribute, {} if argument.open else None)
    if key in earlier if isinstance(earlier, dict) else earlier is not None:
        raise Fault(index, f"the argument {key} is repeated", code="duplicate-argument")
    return argument


def _arguments(
    declaration: TagDeclaration,
    cursor: Cursor,
    values: dict[str, object],
    places: dict[str, Position],
) -> None:
    """`(value)` or `(key: value, …)`, from the opening parenthesis."""
    name = declaration.name
    opening = cursor.index
    if not declaration.arguments:
        raise Fault(opening, f"+{name} takes no arguments", code="unknown-argument")
    cursor.take("(")
    names: list[str] = []
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
        if names and (key == "" or "" in names):
            raise Fault(
                start,
                f"+{name} mixes positional arguments, or has several of them",
                hint="write one positional argument, or several as `name: value`",
            )
        argument = _declared(declaration, key, start, values)
        value_at = cursor.index
        what = f"the argument {key}" if key else f"the argument of +{name}"
        value = _scalar(cursor, what)
        _check_form(value_at, value, argument.form, what, cursor.text[value_at : cursor.index])
        if isinstance(value, str):
            check_choice(value_at, value, argument.choices, what)
        if argument.open:
            collected = values.setdefault(argument.attribute, {})
            assert isinstance(collected, dict)
            collected[key] = value
        else:
            values[argument.attribute] = value
            places[argument.attribute] = cursor.position(value_at)
        names.append(key)
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
            f"{what} is not a string, an integer, true or false: {shorten(text)!r}",
            code="bad-value",
            hint="put a string that is not one plain word between double quotes",
        )
    return identifier == "true" if identifier in ("true", "false") else identifier


def _check_form(index: int, value: object, form: Form, what: str, text: str) -> None:
    expected = {Form.INTEGER: int, Form.BOOLEAN: bool, Form.STRING: str}.get(form)
    if expected is not None and type(value) is not expected:
        raise Fault(
            index, f"expected {form.value} as {what}, got {shorten(text)}", code="bad-value"
        )


def _json(cursor: Cursor, what: str) -> object:
    """JSON, or `ref(name)`."""
    import json  # seldom needed, and not free to import

    start = cursor.index
    match = _REF.match(cursor.text, start)
    if match is not None:
        cursor.index = match.end()
        return Ref(match.group(1), cursor.position(match.start(1)))

    def refuse(constant: str) -> object:
        raise ValueError(constant)

    try:
        value: object
        value, cursor.index = json.JSONDecoder(parse_constant=refuse).raw_decode(cursor.text, start)
    except json.JSONDecodeError as error:
        raise Fault(
            max(error.pos, start),
            f"{what} is not valid JSON: {error.msg}",
            code="bad-value",
            hint="put a string between double quotes, or write ref(name)",
        ) from None
    except (ValueError, RecursionError):
        raise Fault(start, f"{what} is not valid JSON", code="bad-value") from None
    return value
