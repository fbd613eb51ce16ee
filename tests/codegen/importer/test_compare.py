"""How much of a CRD comes back: the grades, and what the server treats alike."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from codegen.importer import compare
from codegen.importer.compare import Grade
from tests.codegen.importer.rows import with_member


def compared(before: str, after: str) -> tuple[Grade, list[str]]:
    crds: list[dict[str, Any]] = [with_member(yaml.safe_load(text)) for text in (before, after)]
    differences = compare.differences(*crds)
    return compare.grade(differences), list(map(str, differences))


@pytest.mark.parametrize(
    ("before", "after", "grade"),
    [
        ("{type: string}", "{type: string, format: '', nullable: false}", Grade.EQUAL),
        ("{type: string, description: a}", "{type: string}", Grade.DESCRIPTIONS),
        ("{type: string, title: a}", "{type: string}", Grade.MEANING),
        ("{type: string, enum: [a, b]}", "{type: string, enum: [b, a]}", Grade.MEANING),
        ("{type: string, enum: [a, b]}", "{type: string, enum: [a]}", Grade.DIFFERENT),
        ("{type: string, minLength: 0}", "{type: string}", Grade.MEANING),
        ("{type: string, minLength: 1}", "{type: string}", Grade.DIFFERENT),
        ("{type: string, maxItems: 1}", "{type: string}", Grade.MEANING),
        ("{type: integer, maxLength: 1, description: a}", "{type: integer}", Grade.MEANING),
        ("{type: array, maxItems: 1}", "{type: string}", Grade.DIFFERENT),
        ("{x-kubernetes-int-or-string: true, maxLength: 1}", "{x-kubernetes-int-or-string: true}",
         Grade.DIFFERENT),
        ("{type: array, x-kubernetes-list-type: atomic}", "{type: array}", Grade.MEANING),
        ("{type: array, x-kubernetes-list-type: set}", "{type: array}", Grade.DIFFERENT),
        ("{type: object, oneOf: [{required: [a]}, {required: [b]}]}",
         "{type: object, oneOf: [{required: [b]}, {required: [a]}]}", Grade.MEANING),
        ("{type: string, default: ''}", "{type: string}", Grade.DIFFERENT),
        ("{type: integer, default: 1}", "{type: integer, default: true}", Grade.DIFFERENT),
        ("{type: object, additionalProperties: false}", "{type: object}", Grade.DIFFERENT),
        ("{type: string, title: a, pattern: a}", "{type: string, pattern: b}", Grade.DIFFERENT),
    ],
)  # fmt: skip
def test_a_grade_says_what_the_server_would_do_otherwise(
    before: str, after: str, grade: Grade
) -> None:
    found, differences = compared(before, after)
    assert found is grade, differences
    assert all(path.startswith("v1:.spec.x ") for path in differences)


def test_the_description_of_a_column_is_a_description() -> None:
    before, after = with_member({"type": "string"}), with_member({"type": "string"})
    column = {"name": "X", "type": "string", "jsonPath": ".spec.x"}
    before["spec"]["versions"][0]["additionalPrinterColumns"] = [{**column, "description": "a"}]
    after["spec"]["versions"][0]["additionalPrinterColumns"] = [column]
    assert compare.grade(compare.differences(before, after)) is Grade.DESCRIPTIONS
