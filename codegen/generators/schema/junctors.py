"""What the server accepts in `oneOf`, `anyOf`, `allOf` and `not` of a structural schema.

They validate values, and shape nothing: a branch has no type, no default and no documentation, and
names only members that are declared outside of it.
"""

from __future__ import annotations

from collections.abc import Mapping

_VALIDATIONS = frozenset(
    (
        "enum", "format", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
        "multipleOf", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
        "maxProperties", "minProperties", "required",
    )
)  # fmt: skip
_LISTS = ("oneOf", "anyOf", "allOf")


_RULES = "x-kubernetes-validations"
_EITHER = [{"type": "integer"}, {"type": "string"}]


def fault(
    keyword: str,
    value: object,
    members: Mapping[str, object] | None,
    *,
    is_int_or_string: bool = False,
    rules: bool = True,
) -> str:
    """What is wrong with the value of a junctor; empty if nothing is.

    `members` are those of the schema that it belongs to; None where they are not known. The server
    takes the types of an int-or-string in the first branch of `allOf`, and CEL rules in `allOf`
    unless another junctor is around it (`rules`).
    """
    if keyword in _LISTS:
        if not isinstance(value, list) or not value:
            return f"{keyword} is a list of schemas, with at least one"
        branches = value
    else:
        branches = [value]
    rules = rules and keyword == "allOf"
    for index, branch in enumerate(branches):
        if keyword == "allOf" and index == 0 and is_int_or_string and isinstance(branch, dict):
            branch = {w: v for w, v in branch.items() if (w, v) != ("anyOf", _EITHER)}
        text = _in_branch(keyword, branch, members, rules=rules)
        if text:
            return text
    return ""


def _in_branch(
    keyword: str, branch: object, members: Mapping[str, object] | None, *, rules: bool
) -> str:
    if not isinstance(branch, dict):
        return f"each schema of {keyword} is a JSON object"
    for word, value in branch.items():
        if word in _VALIDATIONS or (word == _RULES and rules):
            continue
        if word in (*_LISTS, "not"):
            text = fault(word, value, members, rules=rules)
        elif word == "properties" and isinstance(value, dict):
            text = _in_members(keyword, value, members, rules=rules)
        elif word in ("items", "additionalProperties"):
            text = _in_branch(keyword, value, None, rules=rules)
        else:
            return f"{word} cannot stand in {keyword}: the server accepts only validations there"
        if text:
            return text
    return ""


def _in_members(
    keyword: str,
    branches: Mapping[str, object],
    members: Mapping[str, object] | None,
    *,
    rules: bool,
) -> str:
    for name, branch in branches.items():
        if members is not None and name not in members:
            return f"{keyword} names {name!r}, which is not a member of the schema"
        text = _in_branch(keyword, branch, None, rules=rules)
        if text:
            return text
    return ""
