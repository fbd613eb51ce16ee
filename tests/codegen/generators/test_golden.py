"""Golden cases: projects as users write them, and what the toolchain makes of each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codegen import config, run
from codegen.diagnostics import Diagnostics
from codegen.generators import GENERATORS
from tests.golden import Golden, beside, reported

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.parent.name for folder in GOLDEN.glob("*/input"))
TREES = ("deepcopy", "register", "applyconfiguration", "clientset", "lister", "informer")


def made_of(
    project: Path,
    generators: tuple[str, ...] = (),
) -> dict[str, str]:
    """What the toolchain would change in a project, and what it says, as a file too."""
    diagnostics = Diagnostics()
    configuration = config.load(project, diagnostics, generators=generators)
    made: dict[str, str] = {}
    if configuration is not None:
        result = run.run(
            configuration,
            diagnostics,
            read_packages=run.read_packages,
            generators=GENERATORS,
            arguments=None,
        )
        if not diagnostics.failed:
            made = {c.path: (c.new or b"").decode() for c in result.plan.changes}
    return beside(made, reported(diagnostics))


@pytest.mark.parametrize("case", CASES)
def test_the_toolchain_makes_what_is_expected(case: str, golden: Golden) -> None:
    golden(GOLDEN / case / "expected", made_of(GOLDEN / case / "input"))


def test_what_is_checked_in_is_what_the_toolchain_makes() -> None:
    made = made_of(ROOT, TREES)
    made.pop("diagnostics.txt", None)
    assert sorted(made) == [], "run `hack/update-codegen.sh`"


@pytest.mark.parametrize("command", [["format", "--check"], ["check"]], ids=["format", "check"])
def test_generated_code_is_as_ruff_would_have_it(command: list[str]) -> None:
    outputs = [str(p) for p in ROOT.glob("[ak]*/**/zz_generated_*.py")]
    outputs += [str(ROOT / "kube" / tree) for tree in ("clientset", "listers", "informers")]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "-q", GOLDEN, ROOT / "generated", *outputs],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_generated_code_is_strictly_typed_for_mypy(projects: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file="),
            "--follow-imports=silent",  # what it stands on is checked elsewhere
            *("--cache-dir", ROOT / ".mypy_cache" / "goldens", "."),
        ],
        cwd=projects,
        env={"MYPYPATH": f"{projects}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_generated_code_is_typed_for_pyright(projects: Path) -> None:
    (projects / "pyrightconfig.json").write_text(f'{{"extraPaths": ["{ROOT}"], "include": ["."]}}')
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "-p", projects, "--pythonpath", sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
