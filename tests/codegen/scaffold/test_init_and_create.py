"""A project from nothing: what `codegen init` and `codegen create api` write, refuse and repeat."""

from __future__ import annotations

from pathlib import Path

from .conftest import Codegen

INIT = ("init", "--domain", "example.com")
API = ("create", "api", "--group", "proxy", "--version", "v1", "--kind", "Nginx", "--resource")


def contents() -> dict[str, str]:
    paths = (path for path in Path().rglob("*") if path.is_file() and ".cache" not in path.parts)
    return {path.as_posix(): path.read_text() for path in paths}


def test_a_command_that_is_repeated_changes_nothing(codegen: Codegen) -> None:
    for command in (INIT, (*API, "--controller")):
        codegen(*command)
        before = contents()
        again = codegen(*command)
        assert again.output.startswith("nothing to change"), again.output
        assert contents() == before


def test_a_dry_run_shows_the_tree_and_the_diff_and_writes_nothing(codegen: Codegen) -> None:
    shown = codegen(*INIT, "--dry-run")
    assert "+ PROJECT\n" in shown.output
    assert "+++ b/pyproject.toml\n" in shown.output
    assert contents() == {}


def test_a_file_in_the_way_is_refused_and_nothing_is_written(codegen: Codegen) -> None:
    Path("pyproject.toml").write_text("mine\n")
    refused = codegen(*INIT)
    assert refused.exit_code == 1
    assert "pyproject.toml:1:1: error: this file exists" in refused.output
    assert "[scaffold-exists]" in refused.output
    assert contents() == {"pyproject.toml": "mine\n"}


def test_a_file_that_is_gone_and_needs_a_line_is_refused(codegen: Codegen) -> None:
    codegen(*INIT)
    Path("src/nginx_operator/__main__.py").unlink()
    refused = codegen(*API, "--controller")
    assert refused.exit_code == 1
    assert "[scaffold-missing]" in refused.output


def test_a_project_file_that_cannot_be_read_is_reported_with_its_line(codegen: Codegen) -> None:
    codegen(*INIT)
    project = Path("PROJECT")
    project.write_text(project.read_text().replace("domain: example.com", "domain: [a, b]"))
    refused = codegen(*API, "--controller")
    assert refused.exit_code == 1
    assert "PROJECT:4:1: error: domain is ['a', 'b'], which is not text [bad-project]" in (
        refused.output
    )
