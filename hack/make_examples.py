"""Makes the operators in examples/ anew: by the commands in their READMEs, and what was filled in.

    .venv/bin/python hack/make_examples.py [NAME...]

A README has the commands in the block below "How it was made", and the files that were filled in by
hand in the list below it; of the Makefile that is the target `demo` alone. All else is as the
commands make it. tests/examples/operators/test_projects.py compares.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from codegen.cli import command_line  # noqa: E402

EXAMPLES = ROOT / "examples"
NAMES = ("elasticweb", "kube-falcon", "nginx-operator", "podtoip")

_NEXT_TARGET = "\n##@ Build\n"
_DEMO = """\
.PHONY: demo
demo: $(INSTALLED) ## Watch it work on an API server in its own process.
	PYTHONPATH=src $(PYTHON) demo.py
"""


def commands(project: Path) -> list[list[str]]:
    """The arguments of each `codegen` that made a project."""
    return [line.split()[1:] for line in _how(project).splitlines() if line.startswith("codegen ")]


def filled_in(project: Path) -> list[str]:
    """The paths of the files that were filled in by hand, the README's among them."""
    return re.findall(r"^- `(.+?)`", _how(project), re.MULTILINE)


def scaffold(project: Path, folder: Path) -> None:
    """What the commands of a project make in an empty folder, with the target `demo`."""
    for arguments in commands(project):
        _codegen(*arguments, "--root", str(folder))
    makefile = folder / "Makefile"
    text = makefile.read_text()
    makefile.write_text(text.replace(_NEXT_TARGET, f"\n{_DEMO}{_NEXT_TARGET}"))


def make(project: Path) -> None:
    """Put what the commands make now in a project's place."""
    with tempfile.TemporaryDirectory(prefix="examples-") as temporary:
        folder = Path(temporary) / project.name
        folder.mkdir()
        scaffold(project, folder)
        for path in filled_in(project):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(project / path, folder / path)
        _codegen("generate", "--root", str(folder))
        shutil.rmtree(folder / ".cache")
        shutil.rmtree(project)
        shutil.copytree(folder, project)


def _how(project: Path) -> str:
    """The section of a README that tells how its project was made."""
    _, _, rest = (project / "README.md").read_text().partition("\n## How it was made\n")
    return rest.partition("\n## ")[0]


def _codegen(*arguments: str) -> None:
    done = CliRunner().invoke(command_line(), arguments)
    if done.exit_code:
        raise SystemExit(f"codegen {' '.join(arguments)}\n{done.output}")


def main(names: Sequence[str]) -> None:
    for name in names or NAMES:
        make(EXAMPLES / name)
        print(f"made examples/{name}")


if __name__ == "__main__":
    main(sys.argv[1:])
