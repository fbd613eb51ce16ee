"""A project from nothing: what `codegen init` and `codegen create api` make works untouched."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.cli import command_line


@pytest.fixture
def codegen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    folder = tmp_path / "nginx-operator"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(command_line(), [*arguments])

    return run


def test_a_new_operator_passes_its_own_checks(codegen: Callable[..., Result]) -> None:
    made = codegen("init", "--domain", "example.com")
    assert made.exit_code == 0, made.output
    api = ("--group", "proxy", "--version", "v1alpha1", "--kind", "Nginx")
    made = codegen("create", "api", *api, "--resource", "--controller")
    assert made.exit_code == 0, made.output
    for tool in (
        ("ruff", "format", "--check"),
        ("ruff", "check"),
        ("pytest", "-q", "-p", "no:cacheprovider"),
        ("codegen", "verify"),
    ):
        done = subprocess.run([sys.executable, "-m", *tool], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


API = ("create", "api", "--group", "proxy", "--version", "v1", "--kind", "Nginx", "--resource")


def test_a_command_that_is_repeated_changes_nothing(codegen: Callable[..., Result]) -> None:
    for command in (("init", "--domain", "example.com"), (*API, "--controller")):
        codegen(*command)
        before = contents()
        again = codegen(*command)
        assert again.output.startswith("nothing to change"), again.output
        assert contents() == before


def test_a_dry_run_shows_the_tree_and_the_diff_and_writes_nothing(
    codegen: Callable[..., Result],
) -> None:
    shown = codegen("init", "--domain", "example.com", "--dry-run")
    assert "+ PROJECT\n" in shown.output
    assert "+++ b/pyproject.toml\n" in shown.output
    assert contents() == {}


def test_a_file_in_the_way_is_refused_and_nothing_is_written(
    codegen: Callable[..., Result],
) -> None:
    Path("pyproject.toml").write_text("mine\n")
    refused = codegen("init", "--domain", "example.com")
    assert refused.exit_code == 1
    assert "pyproject.toml:1:1: error: this file exists" in refused.output
    assert "[scaffold-exists]" in refused.output
    assert contents() == {"pyproject.toml": "mine\n"}


def test_a_file_that_is_gone_and_needs_a_line_is_refused(codegen: Callable[..., Result]) -> None:
    codegen("init", "--domain", "example.com")
    Path("src/nginx_operator/__main__.py").unlink()
    refused = codegen(*API, "--controller")
    assert refused.exit_code == 1
    assert "[scaffold-missing]" in refused.output


def test_a_project_file_that_cannot_be_read_is_reported_with_its_line(
    codegen: Callable[..., Result],
) -> None:
    codegen("init", "--domain", "example.com")
    project = Path("PROJECT")
    project.write_text(project.read_text().replace("domain: example.com", "domain: [a, b]"))
    refused = codegen(*API)
    assert refused.exit_code == 1
    assert "PROJECT:4:1: error: domain is ['a', 'b'], which is not text [bad-project]" in (
        refused.output
    )


def contents() -> dict[str, str]:
    paths = (path for path in Path().rglob("*") if path.is_file() and ".cache" not in path.parts)
    return {path.as_posix(): path.read_text() for path in paths}
