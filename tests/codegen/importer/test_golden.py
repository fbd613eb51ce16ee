"""What CRDs become: a folder of `golden/` is a case, with the CRDs in `input/` and the packages and
what was reported in `expected/`.

`every_feature` and `names` have a row each for what public CRDs hold.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.diagnostics import Diagnostics
from codegen.importer import documents
from codegen.importer.command import tell
from codegen.importer.crds import import_crds
from tests.golden import Golden, beside, reported

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(folder.name for folder in GOLDEN.iterdir())


def made(case: str) -> dict[str, str]:
    """The files that a case should have in `expected/`."""
    folder = GOLDEN / case / "input"
    diagnostics = Diagnostics()
    crds = documents.read([folder], folder.resolve(), diagnostics)
    if diagnostics.failed:
        return beside({}, reported(diagnostics))
    result = import_crds(crds, "apis")
    tell(result, diagnostics, allow_losses=False)
    return beside(result.files, reported(diagnostics))


@pytest.mark.parametrize("case", NAMES)
def test_crds_become_the_packages_and_the_report_that_stand_beside_them(
    case: str, golden: Golden
) -> None:
    golden(GOLDEN / case / "expected", made(case))
