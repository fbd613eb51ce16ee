"""Go's regular expressions (RE2), which patterns of schemas are written in, as Python's.

The two differ in what they refuse (Go has no look-ahead and no back-references), in what `$`,
`\\d` and `\\s` match, and in classes such as `[[:alpha:]]` and `\\p{L}`. Errors have Go's words.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

Range = tuple[int, int]


class PatternError(ValueError):
    """A pattern that Go refuses; the text is Go's."""

    def __init__(self, why: str, where: str) -> None:
        super().__init__(f"error parsing regexp: {why}: `{where}`")


def fault(pattern: str) -> str:
    """Why Go refuses a pattern; '' if it does not."""
    try:
        compiled(pattern)
    except PatternError as error:
        return str(error)
    return ""


@functools.lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as Python's; raises PatternError."""
    try:
        return re.compile(translated(pattern), re.ASCII)
    except re.error as error:
        raise PatternError(str(error), pattern) from None


def translated(pattern: str) -> str:
    """The text of the pattern as Python spells it; raises PatternError."""
    return _Translator(pattern).text()


_NUMBER = r"(0|[1-9]\d*)"
_REPEATED = re.compile(rf"\{{{_NUMBER}(,{_NUMBER}?)?\}}", re.ASCII)
_MOST_REPEATS = 1000
_BOUNDARIES = {"A": r"(?:\A)", "z": r"(?:\Z)", "b": r"(?:\b)", "B": r"(?:(?!\b))"}
_HEX = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})")
_OCTAL = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{1,2}")
_LETTERS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_EVERY: Range = (0, sys.maxunicode)


def _ranges(text: str) -> list[Range]:
    """Pairs of letters as ranges."""
    return [(ord(low), ord(high)) for low, high in zip(text[::2], text[1::2], strict=True)]


_PERL = {"d": _ranges("09"), "w": _ranges("09AZ__az"), "s": _ranges("\t\n\f\r  ")}
_POSIX = {
    "alnum": _ranges("09AZaz"), "alpha": _ranges("AZaz"), "ascii": [(0, 127)],
    "blank": _ranges("\t\t  "), "cntrl": [(0, 31), (127, 127)], "digit": _ranges("09"),
    "graph": _ranges("!~"), "lower": _ranges("az"), "print": _ranges(" ~"),
    "punct": _ranges("!/:@[`{~"), "space": _ranges("\t\r  "), "upper": _ranges("AZ"),
    "word": _ranges("09AZ__az"), "xdigit": _ranges("09AFaf"),
}  # fmt: skip


def _negated(ranges: Iterable[Range]) -> list[Range]:
    found, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    return [*found, (start, sys.maxunicode)] if start <= sys.maxunicode else found


def _shown(ranges: Iterable[Range], *, negative: bool = False) -> str:
    # Python negates after it folds cases, as Go does; so the ranges themselves are not negated.
    spelled = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)
    return f"[{'^' if negative else ''}{spelled}]"


@functools.cache
def _category(name: str) -> list[Range] | None:
    """The letters of a category (`Lu`), or of a script by its name (`Greek`)."""
    if name == "Any":
        return [_EVERY]
    is_category = re.fullmatch(r"[CLMNPSZ][a-z]?", name) is not None
    begin = f"{'CJK UNIFIED' if name == 'Han' else name.upper().replace('_', ' ')} "
    found: list[Range] = []
    for point in range(sys.maxunicode + 1):
        letter = chr(point)
        holds = (
            unicodedata.category(letter).startswith(name)
            if is_category
            else unicodedata.name(letter, "").startswith(begin)
        )
        if holds and found and found[-1][1] == point - 1:
            found[-1] = (found[-1][0], point)
        elif holds:
            found.append((point, point))
    return found or None


@dataclass
class _Group:
    """An open group: the flags before it, and how many groups of ours are open inside it."""

    flags: frozenset[str]
    ours: int = 0


class _Translator:
    def __init__(self, pattern: str) -> None:
        self._whole = pattern
        self._out: list[str] = []
        self._flags: frozenset[str] = frozenset()
        self._groups = [_Group(frozenset())]
        self._operand = False
        """Whether there is something before that can be repeated."""
        self._repeated = ""
        """The pattern from the repetition that was just read, '' for none."""

    def text(self) -> str:
        rest = self._whole
        while rest:
            repeated, self._repeated = self._repeated, ""
            match rest[0]:
                case "(":
                    rest = self._open(rest)
                case "|":
                    self._alternative()
                    rest = rest[1:]
                case ")":
                    self._close()
                    rest = rest[1:]
                case "^" | "$" | ".":
                    self._put(self._place(rest[0]))
                    rest = rest[1:]
                case "[":
                    rest = self._class(rest)
                case "*" | "+" | "?":
                    rest = self._repeat(rest, rest[0], repeated)
                case "{" if match := _REPEATED.match(rest):
                    rest = self._repeat(rest, match[0], repeated)
                case "\\":
                    rest = self._escape(rest)
                case letter:
                    self._put(re.escape(letter))
                    rest = rest[1:]
        if len(self._groups) > 1:
            raise PatternError("missing closing )", self._whole)
        return "".join(self._out) + ")" * self._groups[0].ours

    def _put(self, text: str) -> None:
        self._out.append(text)
        self._operand = True

    def _place(self, letter: str) -> str:
        if letter == ".":
            return r"(?s:.)" if "s" in self._flags else r"[^\n]"
        if "m" in self._flags:
            return f"(?m:{letter})"
        return r"(?:\A)" if letter == "^" else r"(?:\Z)"

    def _open(self, rest: str) -> str:
        if not rest.startswith("(?"):
            self._push("(")
            return rest[1:]
        named = re.match(r"\(\?P?<", rest)
        if named and len(rest) > named.end():
            name, end, _ = rest[named.end() :].partition(">")
            if not end:
                raise PatternError("invalid named capture", rest)
            if not re.fullmatch(r"[A-Za-z0-9_]+", name):
                raise PatternError("invalid named capture", f"{named[0]}{name}>")
            self._push("(")
            return rest[named.end() + len(name) + 1 :]
        flags = re.match(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])", rest)
        if flags is None:
            wrong = re.match(r"\(\?[imsU]*(-[imsU]*)?.?", rest, re.DOTALL)
            assert wrong is not None
            raise PatternError("invalid or unsupported Perl syntax", wrong[0])
        wanted = (self._flags | frozenset(flags[1])) - frozenset(flags[2] or "")
        if flags[3] == ":":
            self._push("(?:")
        self._set(wanted)
        return rest[flags.end() :]

    def _push(self, text: str) -> None:
        self._out.append(text)
        self._groups.append(_Group(self._flags))
        self._operand = False

    def _set(self, flags: frozenset[str]) -> None:
        if ("i" in flags) != ("i" in self._flags):
            self._out.append("(?i:" if "i" in flags else "(?-i:")
            self._groups[-1].ours += 1
        self._flags = flags

    def _alternative(self) -> None:
        group, flags = self._groups[-1], self._flags
        self._out.append(")" * group.ours + "|")
        group.ours, self._flags = 0, group.flags
        self._set(flags)
        self._operand = False

    def _close(self) -> None:
        if len(self._groups) == 1:
            raise PatternError("unexpected )", self._whole)
        group = self._groups.pop()
        self._put(")" * (group.ours + 1))
        self._flags = group.flags

    def _repeat(self, rest: str, operator: str, repeated: str) -> str:
        lazy = "?" if rest[len(operator) :].startswith("?") else ""
        after = rest[len(operator) + len(lazy) :]
        counts = [int(count) for count in re.findall(r"\d+", operator)]
        if counts and (max(counts) > _MOST_REPEATS or counts != sorted(counts)):
            raise PatternError("invalid repeat count", operator)
        if repeated:
            where = repeated[: len(repeated) - len(after)]
            raise PatternError("invalid nested repetition operator", where)
        if not self._operand:
            why = "missing argument to repetition operator"
            raise PatternError(why, operator + lazy)
        self._out.append(operator + lazy)
        self._repeated = rest
        return after

    def _escape(self, rest: str) -> str:
        letter = rest[1:2]
        if letter and letter in "AzbB":
            self._put(_BOUNDARIES[letter])
            return rest[2:]
        if letter == "C":
            raise PatternError("invalid escape sequence", rest[:2])
        if letter == "Q":
            literal, _, after = rest[2:].partition("\\E")
            for each in literal:
                self._put(re.escape(each))
            return after
        ranges, after = self._named(rest)
        if ranges is None:
            point, after = _escaped(rest)
            ranges = [(point, point)]
        self._put(_shown(ranges))
        return after

    def _named(self, rest: str) -> tuple[list[Range] | None, str]:
        """The class that an escape names, such as `\\d` or `\\p{L}`; None for a single letter."""
        letter = rest[1:2]
        if letter and letter in "pP":
            return _by_property(rest)
        if letter and letter.lower() in _PERL:
            ranges = _PERL[letter.lower()]
            return (_negated(ranges) if letter.isupper() else ranges), rest[2:]
        return None, rest

    def _class(self, whole: str) -> str:
        rest, ranges = whole[1:], []
        negative = rest.startswith("^")
        rest = rest.removeprefix("^")
        first = True
        while first or not rest.startswith("]"):
            first = False
            if rest.startswith("[:") and ":]" in rest[2:]:
                name, _, rest = rest[2:].partition(":]")
                posix = _POSIX.get(name.removeprefix("^"))
                if posix is None:
                    raise PatternError("invalid character class range", f"[:{name}:]")
                ranges += _negated(posix) if name.startswith("^") else posix
                continue
            if rest.startswith("\\"):
                found, after = self._named(rest)
                if found is not None:
                    ranges += found
                    rest = after
                    continue
            begin = rest
            low, rest = _letter(rest, whole)
            high = low
            if len(rest) >= 2 and rest[0] == "-" and rest[1] != "]":
                high, rest = _letter(rest[1:], whole)
                if high < low:
                    where = begin[: len(begin) - len(rest)]
                    raise PatternError("invalid character class range", where)
            ranges.append((low, high))
        self._put(_shown(ranges, negative=negative))
        return rest[1:]


def _letter(rest: str, whole: str) -> tuple[int, str]:
    if not rest:
        raise PatternError("missing closing ]", whole)
    return _escaped(rest) if rest[0] == "\\" else (ord(rest[0]), rest[1:])


def _escaped(rest: str) -> tuple[int, str]:
    """The letter of an escape, and what follows."""
    text = rest[1:]
    if not text:
        raise PatternError("trailing backslash at end of expression", "")
    if text[0] in _LETTERS:
        return _LETTERS[text[0]], text[1:]
    if match := _OCTAL.match(text):
        return int(match[0], 8), text[match.end() :]
    if match := _HEX.match(text):
        point = int(match[1] or match[2], 16)
        if point <= sys.maxunicode:
            return point, text[match.end() :]
    if text[0].isascii() and not text[0].isalnum():
        return ord(text[0]), text[1:]
    raise PatternError("invalid escape sequence", rest[:2])


def _by_property(rest: str) -> tuple[list[Range], str]:
    match = re.match(r"\\[pP](?:\{([^}]*)\}|([^{]))", rest, re.DOTALL)
    if match is None:
        raise PatternError("invalid character class range", rest)
    name = match[1] if match[1] is not None else match[2]
    negative = (rest[1] == "P") != name.startswith("^")
    ranges = _category(name.removeprefix("^"))
    if ranges is None:
        raise PatternError("invalid character class range", match[0])
    return (_negated(ranges) if negative else ranges), rest[match.end() :]
