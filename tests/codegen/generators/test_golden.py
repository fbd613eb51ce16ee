"""Golden cases: projects as users write them, and what the toolchain makes of each.

What is expected is written anew by `python tests/codegen/generators/test_golden.py`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codegen import config, run
from codegen.diagnostics import Diagnostics
from codegen.generators import GENERATORS

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.parent.name for folder in GOLDEN.glob("*/input"))
DIAGNOSTICS = "diagnostics.txt"
FIVE = ("deepcopy", "register", "clientset", "lister", "informer")


def made_of(project: Path, generators: tuple[str, ...] = ()) -> dict[str, str]:
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
    said = [
        f"{d.position}: {d.severity.value}: {d.message} [{d.code}]\n    {d.hint}\n"
        for d in diagnostics
    ]
    return made | ({DIAGNOSTICS: "".join(said)} if said else {})


def expected_of(case: str) -> dict[str, str]:
    folder = GOLDEN / case / "expected"
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.mark.parametrize("case", CASES)
def test_the_toolchain_makes_what_is_expected(case: str) -> None:
    made = made_of(GOLDEN / case / "input")
    assert made == expected_of(case), (
        "run `python tests/codegen/generators/test_golden.py` if this is what should be made"
    )


def test_what_is_checked_in_is_what_the_toolchain_makes() -> None:
    made = made_of(ROOT, FIVE)
    made.pop(DIAGNOSTICS, None)
    assert sorted(made) == [], "run `hack/update-codegen.sh`"


@pytest.mark.parametrize("command", [["format", "--check"], ["check"]], ids=["format", "check"])
def test_generated_code_is_as_ruff_would_have_it(command: list[str]) -> None:
    outputs = [str(p) for p in ROOT.glob("apis/**/zz_generated_*.py")]
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


def regenerate() -> None:
    """Write anew what is expected of every case."""
    for case in CASES:
        folder = GOLDEN / case / "expected"
        shutil.rmtree(folder, ignore_errors=True)
        for path, text in made_of(GOLDEN / case / "input").items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)


if __name__ == "__main__":
    regenerate()
