"""Golden cases: projects as users write them, and what the toolchain makes of each."""

from __future__ import annotations

import shutil
from pathlib import Path

from codegen import config, run
from codegen.diagnostics import Diagnostics
from codegen.generators import GENERATORS

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.parent.name for folder in GOLDEN.glob("*/input"))
DIAGNOSTICS = "diagnostics.txt"


def made_of(project: Path) -> dict[str, str]:
    """Each file that the toolchain makes of a project, and what it says, as a file too."""
    diagnostics = Diagnostics()
    configuration = config.load(project, diagnostics)
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
        if path.is_file() and "__pycache__" not in path.parts
    }


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
