"""What markers of webhooks are told where they are wrong.

`expected/` is written anew by `python tests/codegen/webhook/test_golden_webhook.py`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.webhook.generate import generate

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
    said = "".join(
        f"{Path(d.position.path).name}:{d.position.line}:{d.position.column}: "
        f"{d.severity.value}: {d.message} [{d.code}]\n" + (f"    {d.hint}\n" if d.hint else "")
        for d in diagnostics
        if d.severity.value != "note"
    )
    files = {"diagnostics.txt": said} if said else {}
    if not diagnostics.failed:
        files |= {Path(a.path).name: a.text for a in artifacts}
    return files


@pytest.mark.parametrize("case", NAMES)
def test_a_case_makes_the_role_and_the_report_that_stand_beside_it(case: str) -> None:
    expected = {p.name: p.read_text() for p in (GOLDEN / case / "expected").iterdir()}
    assert made(case) == expected, (
        "run `python tests/codegen/webhook/test_golden_webhook.py` if this is right"
    )


if __name__ == "__main__":
    for each in NAMES:
        target = GOLDEN / each / "expected"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for name, text in made(each).items():
            (target / name).write_text(text)
