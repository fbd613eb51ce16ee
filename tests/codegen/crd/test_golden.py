"""What each marker, and each of Python's own ways, does to a CRD, and what a misuse is told.

A folder of `golden/` is a case: `input/` has the packages, `expected/` the CRDs and what was
reported. `expected/` is written anew by `python tests/codegen/crd/test_golden.py`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.crd import Options
from codegen.generators.crd.generate import generate

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(folder.name for folder in GOLDEN.iterdir())


def made(case: str) -> dict[str, str]:
    """The files that a case should have in `expected/`."""
    folder = GOLDEN / case / "input"
    diagnostics = Diagnostics()
    universe = source.read(folder, sorted(p.name for p in folder.glob("v*")), diagnostics)
    artifacts = list(
        generate(Context(universe, Settings(options=(Options(output_dir="crds"),)), diagnostics))
    )
    said = "".join(
        f"{d.position}: {d.severity.value}: {d.message} [{d.code}]\n"
        + (f"    {d.hint}\n" if d.hint else "")
        for d in diagnostics
    )
    files = {"diagnostics.txt": said} if said else {}
    if not diagnostics.failed:
        files |= {Path(a.path).name: a.text for a in artifacts}
    return files


@pytest.mark.parametrize("case", NAMES)
def test_a_case_makes_the_crd_and_the_report_that_stand_beside_it(case: str) -> None:
    expected = GOLDEN / case / "expected"
    stored = {p.name: p.read_text() for p in expected.iterdir()} if expected.is_dir() else {}
    assert made(case) == stored, (
        "run `python tests/codegen/crd/test_golden.py` if this is what it should be"
    )


if __name__ == "__main__":
    for each in sys.argv[1:] or NAMES:
        target = GOLDEN / each / "expected"
        shutil.rmtree(target, ignore_errors=True)
        for name, text in made(each).items():
            target.mkdir(exist_ok=True)
            (target / name).write_text(text)
