"""Which warnings reach the client, as kube-apiserver's recorder decides it (filters/warning.go).

Each text once, none with a control character, and when all are too long together, each cut.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_MOST_CHARACTERS = 4096
_WHEN_CUT = 256


def recorded(texts: Iterable[str]) -> list[str]:
    whole: list[str] = []
    for text in dict.fromkeys(texts):
        if text and not any(unicodedata.category(char) == "Cc" for char in text):
            whole.append(text)
    if sum(map(len, whole)) <= _MOST_CHARACTERS:
        return whole
    kept, total = [], 0
    for text in whole:
        if total >= _MOST_CHARACTERS:
            break
        kept.append(text[:_WHEN_CUT])
        total += len(kept[-1])
    return kept
