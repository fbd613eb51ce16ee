"""The codes of faults in annotations, whose messages test_types holds."""

from __future__ import annotations

import pytest

HEAD = (
    "from typing import Generic, TypeVar\n\nfrom kube.runtime import Struct\n\n"
    'T = TypeVar("T")\n\nclass Spec(Struct): pass\n\n'
)


@pytest.mark.parametrize(
    ("annotation", "code"),
    [
        ("dict[int, str]", "bad-key"),
        ("Spec[int]", "type-arguments"),
        ('"list["', "bad-annotation"),
        ("T", "unbound-type-variable"),
    ],
)
def test_a_fault_of_an_annotation_has_its_code(project, annotation, code) -> None:
    assert project(f"{HEAD}class A(Struct):\n    x: {annotation}\n").codes == [code]
