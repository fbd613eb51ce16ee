"""`python -m tests.codegen.scaffold.record_release`: keep what this version makes of a project.

The next versions upgrade from it. What is kept is PROJECT and the record, which has every file.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from codegen import __version__
from codegen.scaffold import plan
from tests.codegen.scaffold import projects


def main() -> None:
    folder = Path(__file__).parent / "golden" / f"release-{__version__}"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        root = projects.Stages(Path(made)).whole("plain")
        for name in plan.FINAL:
            (folder / name).write_bytes((root / name).read_bytes())


if __name__ == "__main__":
    main()
