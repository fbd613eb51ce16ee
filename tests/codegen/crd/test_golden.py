"""What each marker, and each of Python's own ways, does to a CRD, and what a misuse is told.

A folder of `golden/` is a case: `input/` has the packages, `expected/` the CRDs and what was
reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.crd import Options
from codegen.generators.crd.generate import generate
from tests.golden import Golden, beside, reported

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
    files = {} if diagnostics.failed else {Path(a.path).name: a.text for a in artifacts}
    return beside(files, reported(diagnostics))


@pytest.mark.parametrize("case", NAMES)
def test_a_case_makes_the_crd_and_the_report_that_stand_beside_it(
    case: str, golden: Golden
) -> None:
    golden(GOLDEN / case / "expected", made(case))
