"""Every command and program in the docs is run, and says what the docs show.

A `console` block holds commands after `$ ` and what they print; `...` stands for any text. A
`python` block is run, and the `text` block after it is what it prints; with `file=PATH` after the
language a block is that file. Blocks of other languages are for reading.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: write a file, or run a command and compare what it prints."""

    line: int
    command: str = ""
    stdin: str = ""
    prints: str = ""
    file: str = ""


def steps(document: str) -> Iterator[Step]:
    blocks = list(FENCE.finditer(document))
    for i, block in enumerate(blocks):
        language, file, text = block.groups()
        line = document[: block.start()].count("\n") + 1
        if file:
            yield Step(line, file=file, stdin=text)
        elif language == "console":
            for command in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                first, _, prints = command.partition("\n")
                yield Step(line, command=first, prints=prints)
        elif language == "python":
            after = blocks[i + 1].groups() if i + 1 < len(blocks) else ("", None, "")
            yield Step(
                line, command="python -", stdin=text, prints=after[2] if after[0] == "text" else ""
            )


def as_pattern(expected: str) -> re.Pattern[str]:
    parts = re.split(r"\.\.\.", expected.strip())
    return re.compile(".*?".join(map(re.escape, parts)), re.DOTALL)


# Takes minutes, and shows how to measure.
MEASUREMENTS = "docs/benchmarks.md"
# These make a project of their own; everything else speaks of this checkout.
OWN_PROJECT = {
    "README.md",
    "docs/deploying.md",
    "docs/first-api.md",
    "docs/first-controller.md",
    "docs/import.md",
    "docs/scaffolding.md",
    "docs/testing.md",
    "docs/your-project.md",
}


def pages() -> list[str]:
    """The pages with something to run."""
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    names = [str(p.relative_to(ROOT)) for p in paths if any(steps(p.read_text()))]
    return [name for name in names if name != MEASUREMENTS]


@pytest.mark.parametrize("name", pages())
def test_the_docs_show_what_happens(name: str, tmp_path: Path) -> None:
    folder = tmp_path if name in OWN_PROJECT else ROOT
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "COLUMNS": "100"}
    environment.pop("PYTHONPATH", None)
    for step in steps((ROOT / name).read_text()):
        if step.file:
            path = folder / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.stdin)
            continue
        command = step.command.replace(".venv/bin/", f"{bin_folder}/")
        done = subprocess.run(
            command,
            shell=True,
            cwd=folder,
            env=environment,
            input=step.stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        where = f"{name}:{step.line}: $ {step.command}\n{done.stdout}"
        assert as_pattern(step.prints).fullmatch(done.stdout.strip()), where
