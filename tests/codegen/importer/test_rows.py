"""Each habit of public CRDs comes back to the letter, and is said as readably as tags can."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.codegen.importer.rows import crds
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
