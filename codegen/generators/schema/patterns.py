"""Regular expressions as the API server reads them, which is as Go's regexp (RE2) does."""

from __future__ import annotations

import re

# What RE2 does not have, and the server would refuse.
_FOREIGN = (
    (re.compile(r"\(\?<?[=!]"), "Go's regular expressions have no lookaround"),
    (re.compile(r"\\[1-9]|\(\?P=\w+\)"), "Go's regular expressions have no backreferences"),
    (re.compile(r"\(\?>|[*+?}]\+"), "Go's regular expressions have no atomic groups"),
)
_ESCAPED = re.compile(r"\\\\|\\Q.*?(?:\\E|\Z)|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]")
# What Python does not have, with something of the same shape in its place.
_TRANSLATED = (
    (re.compile(r"\[:\^?\w+:\]"), "a"),
    (re.compile(r"\\[pP](\{\^?\w+\}|\w)"), "a"),
    (re.compile(r"\\z"), r"\\Z"),
    (re.compile(r"\\C"), "."),
    (re.compile(r"\\x\{[0-9A-Fa-f]+\}"), "a"),
    (re.compile(r"\(\?([a-zA-Z]*)U([a-zA-Z]*)"), r"(?\1\2"),
    (re.compile(r"\\Q.*?(?:\\E|\Z)"), "a"),
    (re.compile(r"\(\?<(\w+)>"), r"(?P<\1>"),
    (re.compile(r"(?<!^)\(\?[ims]+\)"), ""),
)


def fault_of(pattern: str) -> str:
    """Why a pattern does not compile; empty for one that does."""
    outside = _ESCAPED.sub("a", pattern)
    for foreign, why in _FOREIGN:
        if foreign.search(outside):
            return why
    for shape, replacement in _TRANSLATED:
        pattern = shape.sub(replacement, pattern)
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return str(error)
    return ""
