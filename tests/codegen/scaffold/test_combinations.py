"""Every scaffold passes its own checks untouched, in a folder of its own, whatever it is made of.

Eight projects, in which every two choices meet; `make test-all` makes all that there can be.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.codegen.scaffold import combinations
from tests.codegen.scaffold.projects import run

CHOSEN = combinations.possible() if "TEST_SCAFFOLDS" in os.environ else list(combinations.PAIRWISE)


def tool(root: Path, *command: str, **variables: str) -> None:
    """Run a tool of Python on a project, with none of this repository's settings."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_eight_projects_have_every_two_choices_that_can_meet() -> None:
    met = set().union(*map(combinations.pairs, combinations.PAIRWISE))
    assert met == set().union(*map(combinations.pairs, combinations.possible()))
    assert len(combinations.PAIRWISE) <= 8


@pytest.mark.parametrize("choices", CHOSEN, ids="-".join)
def test_a_project_is_formatted_linted_up_to_date_and_passes_its_tests(
    choices: combinations.Choices, tmp_path: Path
) -> None:
    root = combinations.make(tmp_path, choices)
    tool(root, "ruff", "format", "--check", ".")
    tool(root, "ruff", "check", ".")
    run(root, "verify")
    tool(root, "pytest", "-q", "-p", "no:cacheprovider")


def test_types_of_all_projects_are_strict(tmp_path: Path) -> None:
    """In one run, which reads the runtime once; each has a package of its own name."""
    roots = [combinations.make(tmp_path, choices) for choices in combinations.PAIRWISE]
    settings = (roots[0] / "pyproject.toml").as_posix()
    places = [str(root / folder) for root in roots for folder in ("src", "tests")]
    paths = os.pathsep.join(str(root / "src") for root in roots)
    tool(tmp_path, "mypy", "--config-file", settings, *places, MYPYPATH=paths)


@pytest.mark.skipif("TEST_SCAFFOLDS" not in os.environ, reason="`make test-all` runs pyright too")
@pytest.mark.parametrize("choices", combinations.PAIRWISE, ids="-".join)
def test_types_are_as_pyright_has_them(choices: combinations.Choices, tmp_path: Path) -> None:
    root = combinations.make(tmp_path, choices)
    tool(root, "pyright", "--pythonpath", sys.executable)
