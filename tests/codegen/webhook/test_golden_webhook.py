"""What markers of webhooks are told where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.webhook.generate import generate
from tests.golden import Golden, beside, reported

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(folder.name for folder in GOLDEN.iterdir())


def made(case: str) -> dict[str, str]:
    folder = (GOLDEN / case / "input").relative_to(ROOT).as_posix()
    diagnostics = Diagnostics()
    packages = [f"{folder}/webhooks"]
    universe = source.read(ROOT, packages, diagnostics)
    settings = Settings()
    artifacts = list(generate(Context(universe, settings, diagnostics)))
    files = {} if diagnostics.failed else {Path(a.path).name: a.text for a in artifacts}
    return beside(files, reported(diagnostics, short=True))


@pytest.mark.parametrize("case", NAMES)
def test_a_case_makes_the_configurations_and_the_report_that_stand_beside_it(
    case: str, golden: Golden
) -> None:
    golden(GOLDEN / case / "expected", made(case))
