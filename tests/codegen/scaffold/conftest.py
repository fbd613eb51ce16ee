"""What the tests of scaffolds share: commands in an empty folder, and what is in it afterwards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from codegen.cli import command_line
from tests.codegen.scaffold.projects import Stages

REPOSITORY = Path(__file__).parents[3]

Codegen: TypeAlias = Callable[..., Result]


@pytest.fixture
def codegen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Codegen:
    """Runs `codegen` with arguments, in an empty folder that is the current one."""
    folder = tmp_path / "nginx-operator"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return run


def run(*arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(command_line(), arguments, input=input)


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """The projects of each layout, after each command."""
    return Stages(tmp_path_factory.mktemp("stages"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout, in a folder of its own."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: pip install -e '.[dev]'")
    folder = tmp_path_factory.mktemp("wheels")
    program = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", program, folder], cwd=REPOSITORY, check=True)
    (built,) = folder.glob("kube_codegen-*.whl")
    return built
