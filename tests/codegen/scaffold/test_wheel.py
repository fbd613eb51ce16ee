"""A wheel of this checkout has what makes scaffolds; a newcomer needs nothing but it and pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
TEMPLATES = REPOSITORY / "codegen/scaffold/templates"


def run(*command: str, cwd: Path, **variables: str) -> str:
    """What a program prints; it has to succeed, and knows nothing of this repository."""
    own = ("PYTHON", "PIP_FIND_LINKS")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    done = subprocess.run(
        command, cwd=cwd, env={**inherited, **variables}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_wheel_has_every_template(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    folder = "codegen/scaffold/templates/"
    packed = {name.removeprefix(folder) for name in names if name.startswith(folder)}
    files = (path for path in TEMPLATES.rglob("*") if path.is_file())
    assert packed == {path.relative_to(TEMPLATES).as_posix() for path in files}


def test_an_installed_wheel_makes_the_same_project_as_a_checkout(
    wheel: Path, tmp_path: Path
) -> None:
    installed, made = tmp_path / "installed", []
    zipfile.ZipFile(wheel).extractall(installed)
    for home in (installed, REPOSITORY):
        root = tmp_path / home.name / "nginx-operator"
        root.mkdir(parents=True)
        command = (sys.executable, "-m", "codegen", "init", "--domain", "example.com")
        run(*command, cwd=root, PYTHONPATH=str(home))
        paths = (path for path in root.rglob("*") if path.is_file() and ".cache" not in path.parts)
        made.append({path.relative_to(root): path.read_text() for path in paths})
    assert made[0] == made[1]
    assert str(REPOSITORY) not in "".join(made[0].values())


@pytest.mark.skipif("TEST_SCAFFOLDS" not in os.environ, reason="`make test-all` installs it")
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.timeout(900)
def test_a_newcomer_tests_a_new_project_with_the_wheel_and_an_index(
    wheel: Path, tmp_path: Path
) -> None:
    tools = tmp_path / "tools"
    run(sys.executable, "-m", "venv", str(tools), cwd=tmp_path)
    python = str(tools / "bin/python")
    run(python, "-m", "pip", "install", "-q", f"{wheel}[codegen]", cwd=tmp_path)
    root = tmp_path / "nginx-operator"
    root.mkdir()
    codegen = str(tools / "bin/codegen")
    kind = ("--group", "proxy", "--version", "v1alpha1", "--kind", "Nginx")
    run(codegen, "init", "--domain", "example.com", cwd=root)
    run(codegen, "create", "api", *kind, "--resource", "--controller", cwd=root)
    for target in ("test", "lint", "verify"):
        run("make", target, cwd=root, PIP_FIND_LINKS=str(wheel.parent))
