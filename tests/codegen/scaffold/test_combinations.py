"""Every scaffold passes its own checks untouched, in a folder of its own, whatever it is made of.

Eight projects, in which every two choices meet; `make test-all` makes all that there can be, and
has each run its tests alone. Here all eight run theirs in one process, and are type-checked in one:
what takes long is to read the runtime, and their settings differ by the package's name alone.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.codegen.scaffold import combinations
from tests.codegen.scaffold.combinations import PAIRWISE, Choices
from tests.codegen.scaffold.projects import run

ALL = pytest.mark.skipif("TEST_SCAFFOLDS" not in os.environ, reason="for `make test-all`")

Make: TypeAlias = Callable[[Choices], Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes a project of the eight, once."""
    folder = tmp_path_factory.mktemp("scaffolds")
    return functools.cache(lambda choices: combinations.make(folder, choices))


def tool(root: Path, *command: str, **variables: str) -> str:
    """Run a tool of Python on a project, with none of this repository's settings."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(root: Path) -> None:
    """Format, lint, and what is generated."""
    tool(root, "ruff", "format", "--check", ".")
    tool(root, "ruff", "check", ".")
    run(root, "verify")


def test_eight_projects_have_every_two_choices_that_can_meet() -> None:
    met = set().union(*map(combinations.pairs, PAIRWISE))
    assert met == set().union(*map(combinations.pairs, combinations.possible()))
    assert len(PAIRWISE) <= 8


@pytest.mark.parametrize("choices", PAIRWISE, ids="-".join)
def test_a_project_is_formatted_linted_and_up_to_date(choices: Choices, make: Make) -> None:
    check(make(choices))


@pytest.mark.timeout(900)
def test_all_projects_pass_their_tests_and_have_strict_types(make: Make) -> None:
    roots = [make(choices) for choices in PAIRWISE]
    folder, settings = roots[0].parent, str(roots[0] / "pyproject.toml")
    sources, tests = ([f"{root.name}/{part}" for root in roots] for part in ("src", "tests"))
    paths = f"pythonpath={' '.join(str(folder / source) for source in sources)}"
    only = ("-q", "-p", "no:cacheprovider", "--rootdir", str(folder))
    passed = tool(folder, "pytest", "-c", settings, *only, "-o", paths, *tests)
    written = [path.read_text().count("def test_") for path in folder.glob("*/tests/**/test_*.py")]
    in_clusters = passed.partition("passed, ")[2].split()[0]
    assert f"{sum(written) - int(in_clusters)} passed" in passed
    places = os.pathsep.join(str(folder / source) for source in sources)
    tool(folder, "mypy", "--config-file", settings, *sources, *tests, MYPYPATH=places)


@ALL
@pytest.mark.parametrize("choices", combinations.possible(), ids="-".join)
def test_every_project_passes_all_its_checks_alone(choices: Choices, tmp_path: Path) -> None:
    root = combinations.make(tmp_path, choices)
    check(root)
    tool(root, "pytest", "-q", "-p", "no:cacheprovider")
    tool(root, "mypy")


@ALL
@pytest.mark.parametrize("choices", PAIRWISE, ids="-".join)
def test_types_are_as_pyright_has_them(choices: Choices, tmp_path: Path) -> None:
    tool(combinations.make(tmp_path, choices), "pyright", "--pythonpath", sys.executable)
