"""The real toolchain on the reference API, as its users run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.generators import GENERATORS

REPOSITORY = Path(__file__).parents[3]
INPUT = "apis/clusterprovisioner/v1alpha1"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("zz_generated_*", "__pycache__")
    shutil.copytree(REPOSITORY / "apis", tmp_path / "apis", ignore=ignored)
    (tmp_path / "pyproject.toml").write_text(f'[tool.codegen]\ninput = ["{INPUT}"]\n')
    return tmp_path


def codegen(
    root: Path, *arguments: str, python: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *python, "-m", "codegen", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )


def generated(root: Path) -> dict[str, bytes]:
    paths = [*root.glob("apis/**/zz_generated_*.py"), *root.glob("generated/**/*.py")]
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in paths}


def imported(root: Path, *arguments: str) -> set[str]:
    result = codegen(root, *arguments, python=("-X", "importtime"))
    assert result.returncode == 0
    lines = result.stderr.splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


WORK = {"codegen.model", "codegen.config", "codegen.source", "jinja2", "libcst", "tomllib"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["generate", "--help"],
        ["lister", "--help"],
        ["init", "--help"],
        ["create", "--help"],
        ["create", "api", "--help"],
    ],
)
def test_help_imports_nothing_that_works(root: Path, arguments: list[str]) -> None:
    names = imported(root, *arguments)
    assert "codegen.cli" in names
    assert not names & WORK


def test_a_run_with_nothing_to_do_imports_nothing_that_works(root: Path) -> None:
    assert codegen(root, "generate").returncode == 0
    names = imported(root, "generate")
    assert "codegen.stamp" in names
    assert not names & WORK


def test_one_run_makes_what_each_generator_makes_alone(root: Path) -> None:
    for name in GENERATORS:
        result = codegen(root, name)
        assert result.returncode == 0, result.stderr
    alone = generated(root)
    assert codegen(root, "verify").returncode == 0
    shutil.rmtree(root / "generated")
    assert codegen(root, "generate").returncode == 0
    assert generated(root) == alone
    assert any(path.startswith("generated/") for path in alone)


def test_text_is_all_that_is_read(root: Path) -> None:
    types = root / INPUT / "types.py"
    types.write_text(f"{types.read_text()}\n\nraise SystemExit('this module was run')\n")
    assert codegen(root, "generate").returncode == 0
    assert generated(root)


def test_faults_of_tags_types_and_syntax_come_in_one_report(root: Path) -> None:
    types = root / INPUT / "types.py"
    text = types.read_text().replace("+genclient:noStatus", "+genclient:noStatu", 1)
    types.write_text(text.replace("status: ClusterStatus ", "status: ClusterStatuss ", 1))
    (root / INPUT / "more.py").write_text("class A(:\n")
    result = codegen(root, "generate")
    assert result.returncode == 1
    assert "[syntax-error]" in result.stderr
    assert "[unknown-tag]" in result.stderr
    assert "[unresolved-name]" in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.endswith("3 errors, 4 notes: nothing was written\n")
    assert generated(root) == {}
