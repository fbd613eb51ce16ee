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
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel of this checkout; to build it, pip needs an index."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    subprocess.run([*command, folder, Path(__file__).parents[3]], check=True)
    return folder
