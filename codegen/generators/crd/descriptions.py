"""How much of the documentation goes into a CRD.

A whole CRD has to fit into an annotation of `kubectl apply`, and descriptions are most of it. Cuts
are made as controller-gen makes them: at the end of a sentence, else of a word, counted in bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codegen.generators.schema.merging import Schema

_ENDS = ".!?\u3002\uff01\uff1f\u0964\u0589\u061f\u06d4"  # as Unicode has them, the common ones


def limited(
    schema: Schema, length: int | None, lengths: Mapping[str, int], path: str = ""
) -> Schema:
    """The schema with its descriptions cut to `length` bytes (None: none is cut; 0: none stays).

    `lengths` has other limits by the path of a member (`spec.template`), for all members below it.
    """
    length = lengths.get(path, length)
    if length is None and not any(key.startswith(f"{path}." if path else "") for key in lengths):
        return schema
    result = dict(schema)
    if length is not None and "description" in result:
        result["description"] = shortened(result["description"], length)
        if not result["description"]:
            del result["description"]
    if "properties" in result:
        result["properties"] = {
            name: limited(inner, length, lengths, f"{path}.{name}" if path else name)
            for name, inner in result["properties"].items()
        }
    for word in ("items", "additionalProperties"):
        inner: Any = result.get(word)
        if isinstance(inner, dict):
            result[word] = limited(inner, length, lengths, path)
    return result


def shortened(text: str, length: int) -> str:
    """At most `length` bytes of a text, and `...` where that ends inside of a sentence."""
    if length <= 0:
        return ""
    raw = text.encode()
    if len(raw) <= length:
        return text
    cut = raw[:length].decode(errors="ignore")
    end = max(cut.rfind(mark) for mark in _ENDS)
    if end > 0:
        return cut[: end + 1]
    blank = max((i for i, character in enumerate(cut) if character.isspace()), default=0)
    return f"{cut[:blank] if blank > 0 else cut}..."
