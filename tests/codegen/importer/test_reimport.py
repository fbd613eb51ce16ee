"""`codegen import crd` where the packages exist: they belong to their user."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.cli import command_line

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: PLURAL.example.com}
spec:
  group: example.com
  names: {kind: KIND, plural: PLURAL}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: {spec: {type: object, properties: {PROPERTIES}}}
"""
SIZE = "size: {type: integer, minimum: 1}"
MODULE = "apis/example_com/v1/types.py"
RECORD = "apis/example_com/v1/.codegen-import"


def crd(properties: str = SIZE, kind: str = "App") -> str:
    text = CRD.replace("PLURAL", f"{kind.lower()}s").replace("KIND", kind)
    return text.replace("PROPERTIES", properties)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(crd())
    assert run("app.yaml").exit_code == 0
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line(), ["import", "crd", *arguments])


def edit(project: Path, old: str, new: str, path: str = MODULE) -> None:
    text = (project / path).read_text()
    assert old in text
    (project / path).write_text(text.replace(old, new))


def state(project: Path) -> dict[str, str]:
    return {str(p.relative_to(project)): p.read_text() for p in project.rglob("*") if p.is_file()}


def test_an_edit_stays_and_what_the_crd_changed_is_shown_and_written(project: Path) -> None:
    edit(project, "class AppSpec", "# mine\nclass AppSpec")
    (project / "app.yaml").write_text(crd(f"{SIZE}, name: {{type: string}}"))
    result = run("app.yaml")
    assert result.exit_code == 0, result.output
    assert f"+++ b/{MODULE}" in result.output
    assert "+    name: str | None = None" in result.output
    assert RECORD not in result.output
    text = (project / MODULE).read_text()
    assert "# mine\nclass AppSpec" in text
    assert "name: str | None = None" in text
    again = run("app.yaml")
    assert again.exit_code == 0
    assert "0 written" in again.output
    assert "+++" not in again.output


def test_a_check_shows_what_would_change_and_writes_nothing(project: Path) -> None:
    assert run("app.yaml", "--check").exit_code == 0
    (project / "app.yaml").write_text(crd(f"{SIZE}, name: {{type: string}}"))
    before = state(project)
    result = run("app.yaml", "--check")
    assert result.exit_code == 1
    assert "+    name: str | None = None" in result.output
    assert "[outdated-import]" in result.output
    assert "2 files out of date" in result.output
    assert state(project) == before


def test_a_conflict_is_marked_and_is_an_error_until_it_is_resolved(project: Path) -> None:
    edit(project, "Minimum=1", "Minimum=2")
    (project / "app.yaml").write_text(crd(SIZE.replace("1", "3")))
    result = run("app.yaml")
    assert result.exit_code == 1
    assert f"{MODULE}:5:5: error: conflict: size of AppSpec was changed here" in result.output
    assert "[merge-conflict]" in result.output
    text = (project / MODULE).read_text()
    assert "# | # +kubebuilder:validation:Minimum=3" in text
    assert "# +kubebuilder:validation:Minimum=2" in text
    for again in (
        run("app.yaml"),
        CliRunner().invoke(command_line(), ["crd", "--input", "apis/example_com/v1"]),
    ):
        assert again.exit_code == 1
        assert "[merge-conflict]" in again.output
        assert (project / MODULE).read_text() == text
    lines = [line for line in text.splitlines() if "# | " not in line and "conflict" not in line]
    (project / MODULE).write_text("\n".join(lines) + "\n")
    assert run("app.yaml", "--check").exit_code == 0


def test_a_package_without_a_record_is_not_merged(project: Path) -> None:
    (project / RECORD).unlink()
    assert run("app.yaml").exit_code == 0
    assert (project / RECORD).is_file()  # nothing was edited, so what is there is the record
    (project / RECORD).unlink()
    edit(project, "class AppSpec", "# mine\nclass AppSpec")
    before = state(project)
    result = run("app.yaml")
    assert result.exit_code == 1
    assert "has no record of its last import" in result.output
    assert "[no-import-record]" in result.output
    assert state(project) == before


def test_a_record_that_cannot_be_read_is_an_error_with_its_line(project: Path) -> None:
    (project / RECORD).write_text("# x\n<<<<<<< HEAD\n")
    result = run("app.yaml")
    assert result.exit_code == 1
    assert f"{RECORD}:2:1: error" in result.output
    assert "[bad-import-record]" in result.output


def test_a_module_that_does_not_parse_is_an_error_with_its_place(project: Path) -> None:
    edit(project, "class AppSpec", "class class AppSpec")
    result = run("app.yaml")
    assert result.exit_code == 1
    assert f"{MODULE}:4:7: error: syntax error" in result.output


def test_kinds_that_are_not_imported_again_stay(project: Path) -> None:
    (project / "more.yaml").write_text(crd("size: {type: string}", "Web"))
    assert run("more.yaml").exit_code == 0
    text = (project / MODULE).read_text()
    assert "class App(Object)" in text
    assert "class Web(Object)" in text
    assert run("app.yaml", "more.yaml", "--check").exit_code == 0
    assert run("app.yaml", "--check").exit_code == 0


def test_a_version_that_the_crd_has_no_longer_goes_with_its_kinds(project: Path) -> None:
    (project / "app.yaml").write_text(crd().replace("name: v1\n", "name: v2\n"))
    result = run("app.yaml")
    assert result.exit_code == 0, result.output
    assert not (project / MODULE).exists()
    assert not (project / RECORD).exists()
    assert (project / "apis/example_com/v2/types.py").is_file()


def test_the_line_ends_and_the_mark_of_a_file_stay(project: Path) -> None:
    module = project / MODULE
    text = module.read_text().replace("class AppSpec", "# mine\nclass AppSpec")
    module.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    (project / "app.yaml").write_text(crd(f"{SIZE}, name: {{type: string, description: A\\nb}}"))
    assert run("app.yaml").exit_code == 0
    content = module.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"name: str" in content
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_check_reports_files_to_programs(project: Path) -> None:
    (project / "app.yaml").write_text(crd(SIZE.replace("1", "3")))
    result = run("app.yaml", "--check", "--format", "json")
    records = json.loads(result.stdout)
    assert [record["path"] for record in records] == [RECORD, MODULE]
    assert {record["code"] for record in records} == {"outdated-import"}
