"""The golden projects, put together so that they can be imported and used."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder, on the import path, with every golden project that was generated without error."""
    root = tmp_path_factory.mktemp("projects")
    for case in sorted(GOLDEN.glob("*/input")):
        expected = case.parent / "expected"
        if any(expected.rglob("*.py")):
            for part in (case, expected):
                skipped = shutil.ignore_patterns("__pycache__", "*.toml", "*.txt")
                shutil.copytree(part, root, dirs_exist_ok=True, ignore=skipped)
    sys.path.insert(0, str(root))
    yield root
    sys.path.remove(str(root))
