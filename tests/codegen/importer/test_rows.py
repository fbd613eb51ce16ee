"""Each habit of public CRDs comes back to the letter, and is said as readably as tags can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.codegen.importer.rows import MEMBERS, Schema, crds, root, with_member
from tests.codegen.importer.test_round_trip import assert_comes_back, imported

ROWS = {name: (crd, lines) for name, crd, lines in crds()}


@pytest.mark.parametrize("name", ROWS)
def test_a_habit_of_public_crds_is_imported_and_comes_back(name: str) -> None:
    crd, lines = ROWS[name]
    text = yaml.safe_dump(crd, allow_unicode=True)
    assert_comes_back(text.encode())
    module = _module(imported(text.encode()).files)
    missing = [line for line in lines if line not in module]
    assert missing == [], module


def _module(files: dict[str, Any]) -> str:
    return "\n".join(text for path, text in sorted(files.items()) if path.endswith("types.py"))


WRAPPED: dict[str, Callable[[Schema], Schema]] = {
    "as an element": lambda inner: {"type": "array", "items": inner},
    "as a value": lambda inner: {"type": "object", "additionalProperties": inner},
    "as an element of an element": lambda inner: {
        "type": "array",
        "items": {"type": "array", "items": inner, "x-kubernetes-list-type": "atomic"},
    },
    "as a described value of an element": lambda inner: {
        "type": "array",
        "items": {
            "type": "object",
            "description": "A map.",
            "additionalProperties": {"description": "A value.", **inner},
        },
    },
    "nullable and described": lambda inner: {
        "description": "A member.", **inner, "nullable": True
    },
    "as a nullable element": lambda inner: {
        "type": "array", "items": {**inner, "nullable": True}
    },
    "as a member of a described element": lambda inner: {
        "type": "array",
        "items": {
            "type": "object",
            "description": "An element.",
            "required": ["a"],
            "properties": {"a": inner, "b": inner},
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("how", WRAPPED)
def test_the_habits_of_members_come_back_wherever_they_are(how: str) -> None:
    crd = with_member({})
    root(crd)["properties"]["spec"]["properties"] = {
        name: WRAPPED[how](yaml.safe_load(schema)) for name, (schema, _) in MEMBERS.items()
    }
    assert_comes_back(yaml.safe_dump(crd, allow_unicode=True).encode())
