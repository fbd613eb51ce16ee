"""A cursor over one comment line, and the faults it finds, each at its column.

Readers of both families raise `Fault` where they cannot go on, and `report` where they can; the
grammar turns both into diagnostics, so nothing of this leaves the package.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegen.diagnostics import Diagnostics, closest
from codegen.model import Position

_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    '"': '"',
    "'": "'",
}
_NUMERIC = {"x": (16, 2), "u": (16, 4), "U": (16, 8)}
_BLANK = re.compile(r"\s*")
_INT64 = range(-(2**63), 2**63)


class Fault(Exception):
    """The text at `index` cannot be read."""

    def __init__(
        self, index: int, message: str, *, code: str = "tag-syntax", hint: str = ""
    ) -> None:
        super().__init__(message)
        self.index = index
        self.message = message
        self.code = code
        self.hint = hint


class Cursor:
    """`text` is the comment line from its `#`, `index` the next character to read."""

    def __init__(self, text: str, start: Position, diagnostics: Diagnostics) -> None:
        self.text = text
        self.start = start
        self.diagnostics = diagnostics
        self.index = 0
        self.faulty = False

    def position(self, index: int | None = None) -> Position:
        offset = self.index if index is None else index
        return Position(self.start.path, self.start.line, self.start.column + offset)

    def report(self, fault: Fault) -> None:
        self.faulty = True
        self.diagnostics.error(
            self.position(fault.index), fault.message, code=fault.code, hint=fault.hint
        )

    @property
    def rest(self) -> str:
        return self.text[self.index :]

    @property
    def at_end(self) -> bool:
        return self.index >= len(self.text)

    def peek(self) -> str:
        """The next character, "" at the end."""
        return self.text[self.index : self.index + 1]

    def take(self, character: str) -> bool:
        if self.peek() != character:
            return False
        self.index += 1
        return True

    def match(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self.text, self.index)
        if match is None:
            return None
        self.index = match.end()
        return match.group()

    def looking_at(self, pattern: re.Pattern[str]) -> bool:
        return pattern.match(self.text, self.index) is not None

    def skip_blanks(self) -> None:
        self.match(_BLANK)

    def quoted(self) -> str:
        """A string between double quotes with Go's escapes, or a raw one between backticks."""
        opening = self.index
        quote = self.text[opening]
        if quote == "`":
            end = self.text.find("`", opening + 1)
            if end < 0:
                raise Fault(opening, "the string that begins here has no closing `")
            self.index = end + 1
            return self.text[opening + 1 : end]
        self.index += 1
        out = bytearray()
        while not self.at_end:
            character = self.text[self.index]
            if character == '"':
                self.index += 1
                return out.decode("utf-8", "replace")
            if character == "\\":
                out += self._escape()
            else:
                out += character.encode("utf-8", "replace")
                self.index += 1
        raise Fault(opening, 'the string that begins here has no closing "')

    def _escape(self) -> bytes:
        """One escape of a Go string; `\\x` and octal ones are bytes, the others characters."""
        start = self.index
        kind = self.text[start + 1 : start + 2]
        if kind in _ESCAPES:
            self.index += 2
            return _ESCAPES[kind].encode()
        if kind in _NUMERIC:
            base, length = _NUMERIC[kind]
            first = start + 2
        elif kind in "01234567" and kind:
            base, length, first = 8, 3, start + 1
        else:
            raise Fault(
                start,
                f"unknown escape \\{kind} in a string",
                hint="write \\\\ for a backslash, or put the string between backticks",
            )
        digits = self.text[first : first + length]
        alphabet = "01234567" if base == 8 else "0123456789abcdefABCDEF"
        if len(digits) < length or digits.strip(alphabet):
            raise Fault(start, f"the escape \\{kind} needs {length} digits")
        code = int(digits, base)
        if code > 0x10FFFF or 0xD800 <= code < 0xE000 or (base == 8 and code > 255):
            raise Fault(start, f"the escape {self.text[start : first + length]} is not a character")
        self.index = first + length
        return bytes([code]) if base == 8 or kind == "x" else chr(code).encode()


def integer(index: int, text: str, base: int = 10) -> int:
    """The value of an integer literal that fits in 64 bits."""
    value = int(text, base) if len(text) <= 72 else 2**64
    if value not in _INT64:
        raise Fault(index, f"the integer {shorten(text)} does not fit in 64 bits")
    return value


def check_choice(index: int, value: str, choices: Sequence[str], what: str) -> None:
    """Refuse a value that is none of the choices; no choices admit everything."""
    if not choices or value in choices:
        return
    folded = {choice.casefold(): choice for choice in choices}
    close = folded.get(value.casefold()) or closest(value, choices)
    listed = ", ".join(choices)
    raise Fault(
        index,
        f"{what} cannot be {shorten(value)!r}",
        code="bad-value",
        hint=f"did you mean {close}?" if close else f"it is one of: {listed}",
    )


def shorten(text: str) -> str:
    """Text as a message quotes it."""
    return text if len(text) <= 60 else text[:57] + "..."
