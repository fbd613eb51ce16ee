"""Tags back to text: what the grammar reads as an equal tag."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from codegen.tags.declaration import Argument, Family, Form, Ref, TagDeclaration

# What both grammars read as one string without quotes.
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
# What controller-tools' grammar reads as one bare string where only a string may stand.
_BARE = re.compile(r"[A-Za-z0-9_./$*^+\-]([A-Za-z0-9_./$*^+\- ]*[A-Za-z0-9_./$*^+\-])?")
_BOOLEANS = ("true", "false")


def printed(declaration: TagDeclaration, values: Mapping[str, object], name: str = "") -> str:
    """`+name=value`, with the arguments as the tag's family writes them."""
    text = f"+{name or declaration.name}"
    value = declaration.value
    arguments = [a for a in declaration.arguments if values[a.attribute] is not None]
    if declaration.family is Family.CONTROLLER_TOOLS:
        if value is not None:
            return f"{text}={_marker_value(values['value'], value.form)}"
        pairs = ",".join(
            f"{a.name}={_marker_value(values[a.attribute], a.form)}" for a in arguments
        )
        return f"{text}:{pairs}" if pairs else text
    if value is not None and value.form is Form.WORD:
        pairs = "".join(f",{a.name}={values[a.attribute]}" for a in arguments)
        return f"{text}={values['value']}{pairs}"
    if arguments:
        text += f"({', '.join(_parenthesised(arguments, values))})"
    if value is None:
        return text
    return f"{text}={_gengo_value(values['value'], value.form)}"


def _parenthesised(arguments: list[Argument], values: Mapping[str, object]) -> Iterator[str]:
    for argument in arguments:
        value = values[argument.attribute]
        if argument.open and isinstance(value, Mapping):
            for key, inner in value.items():
                yield f"{key}: {_scalar(inner)}"
        elif argument.name:
            yield f"{argument.name}: {_scalar(value)}"
        else:
            yield _scalar(value)


def _gengo_value(value: object, form: Form) -> str:
    match form:
        case Form.WORDS if isinstance(value, tuple):
            return ",".join(value)
        case Form.JSON:
            return f"ref({value.name})" if isinstance(value, Ref) else json.dumps(value)
        case Form.TEXT | Form.TAG:
            return str(value)
        case _:
            return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return text if _PLAIN.fullmatch(text) and text not in _BOOLEANS else quoted(text)


def _marker_value(value: object, form: Form) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case tuple() | list():
            return _marker_list(list(value), form)
        case Mapping():
            inner = (f"{quoted(str(k))}: {_marker_value(v, Form.ANY)}" for k, v in value.items())
            return f"{{{', '.join(inner)}}}"
        case _:
            text = str(value)
            plain = _BARE if form in (Form.STRING, Form.STRINGS) else _PLAIN
            is_plain = plain.fullmatch(text) and (form is Form.STRING or text not in _BOOLEANS)
            return text if is_plain else quoted(text)


def _marker_list(values: list[object], form: Form) -> str:
    """`a;b`, or `{a, b}` where a value may be of any kind and would not be read as a list."""
    if form in (Form.STRINGS, Form.VALUES):
        inner = Form.STRINGS if form is Form.STRINGS else Form.ANY
        if values:
            return ";".join(_marker_value(value, inner) for value in values)
    return f"{{{', '.join(_marker_value(value, Form.ANY) for value in values)}}}"


def quoted(text: str) -> str:
    """A string between double quotes, or between backticks where that needs no escape."""
    if ("\\" in text or '"' in text) and "`" not in text and text.isprintable():
        return f"`{text}`"
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped)
