"""`codegen import crd` where the packages exist: they belong to their user."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.cli import command_line
from codegen.diagnostics import Diagnostics
from codegen.importer import command, documents

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


def renames(monkeypatch: pytest.MonkeyPatch, allowed: int) -> None:
    """Has the process killed at the rename after so many."""
    done = [0]
    replace = Path.replace

    def rename(path: Path, target: Path) -> Path:
        if path.name.endswith(".codegen-tmp"):
            if done[0] == allowed:
                raise KeyboardInterrupt
            done[0] += 1
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", rename)


@pytest.mark.parametrize("allowed", range(4))
def test_an_import_that_was_killed_is_finished_by_the_next_one(
    project: Path, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    edit(project, "class AppSpec", "# mine\nclass AppSpec")
    (project / "app.yaml").write_text(
        crd(f"{SIZE}, name: {{type: string}}").replace(
            "    - name: v1\n", "    - {name: v2, served: true, storage: false, schema: SCHEMA}\n"
            "    - name: v1\n",
        ).replace("SCHEMA", "{openAPIV3Schema: {type: object}}")
    )  # fmt: skip
    with monkeypatch.context() as patch:
        renames(patch, allowed)
        assert run("app.yaml").exit_code != 0
    result = run("app.yaml")
    assert result.exit_code == 0, result.output
    text = (project / MODULE).read_text()
    assert "# mine\nclass AppSpec" in text
    assert text.count("name: str | None = None") == 1
    assert (project / "apis/example_com/v2/types.py").is_file()
    assert [path for path in state(project) if path.endswith(".codegen-tmp")] == []
    assert run("app.yaml", "--check").exit_code == 0


def test_a_disk_that_is_full_leaves_everything_as_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(project, "class AppSpec", "# mine\nclass AppSpec")
    (project / "app.yaml").write_text(crd(f"{SIZE}, name: {{type: string}}"))
    before = state(project)
    write = Path.write_bytes

    def refuse(path: Path, content: bytes) -> int:
        if path.name == ".types.py.codegen-tmp":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", refuse)
    result = run("app.yaml")
    assert result.exit_code == 1
    assert f"{MODULE}: No space left on device; nothing was written" in result.output
    after = state(project)
    assert {path: after[path] for path in before} == before
    assert [path for path in after if path.endswith(".codegen-tmp")] == []


def test_an_empty_module_and_an_empty_file_are_no_faults_of_ours(project: Path) -> None:
    (project / MODULE).write_text("")
    (project / "app.yaml").write_text(crd(SIZE.replace("1", "3")))
    result = run("app.yaml")
    assert result.exit_code == 1
    assert "AppSpec was deleted here and changed by the import" in result.output
    (project / "empty.yaml").write_text("")
    assert "[nothing-to-import]" in run("empty.yaml").output


def test_an_unchanged_import_reads_hashes_and_stops(project: Path) -> None:
    first = run("app.yaml")
    assert "0 written, 5 unchanged" in first.output
    program = (
        "import sys; from codegen.cli import command_line\n"
        "try: command_line()(['import', 'crd', 'app.yaml'], standalone_mode=False)\n"
        "except SystemExit as end: assert not end.code\n"
        "loaded = ('yaml', 'libcst', 'codegen.importer.command', 'codegen.source')\n"
        "assert not [m for m in sys.modules if m.startswith(loaded)]"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.decode().partition(" (")[0] == first.output.partition(" (")[0]


@pytest.mark.parametrize("changed", ["app.yaml", MODULE, RECORD, "pyproject.toml", "apis/new.py"])
def test_an_import_is_done_again_when_anything_has_changed(
    project: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    (project / "crds").mkdir()
    (project / "app.yaml").rename(project / "crds/app.yaml")
    assert run("crds").exit_code == 0
    edit(project, "class AppSpec", "# mine\nclass AppSpec")
    assert run("crds").exit_code == 0
    if changed == "app.yaml":
        (project / "crds/more.yaml").write_text(crd(kind="Web"))
    elif changed == MODULE:
        edit(project, "# mine\n", "# <<<\nclass class\n")
    elif changed == RECORD:
        (project / RECORD).unlink()
    else:
        (project / changed).write_text("[tool.codegen]\n" if "toml" in changed else "x = 1\n")
    monkeypatch.setattr(command, "import_crd", lambda *_, **__: 7)
    assert run("crds").exit_code == 7


def test_a_text_that_was_read_once_is_not_read_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = crd(f"{SIZE}, name: {{type: string, description: {'x' * 4000}}}")
    for name in ("App", "Web"):
        (project / f"{name}.yaml").write_text(
            large.replace("App", name).replace("app", name.lower())
        )
    assert run("App.yaml").exit_code == 0
    read: list[str] = []
    trees = documents._trees

    def noted(text: bytes, path: str, diagnostics: Diagnostics) -> Iterator[tuple[object, int]]:
        read.append(path)
        return trees(text, path, diagnostics)

    monkeypatch.setattr(documents, "_trees", noted)
    result = run("App.yaml", "Web.yaml")
    assert result.exit_code == 0, result.output
    assert read == ["Web.yaml"]
    assert run("App.yaml", "Web.yaml", "--check").exit_code == 0
    assert read == ["Web.yaml"]


def test_progress_is_shown_on_a_terminal_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):
        (project / f"crds{number}.yaml").write_text(crd(kind=f"Kind{number}"))
    names = [f"crds{number}.yaml" for number in range(25)]
    program = [sys.executable, "-m", "codegen", "import", "crd", *names]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert "reading" not in done.stdout + done.stderr
    (project / "crds1.yaml").write_text(crd(kind="Kind1").replace("minimum", "maximum"))
    ours, theirs = os.openpty()
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # which is how a terminal ends
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert process.returncode == 0
    assert b"reading" in shown
    assert b"25/25" in shown


def test_a_version_stays_for_the_kinds_that_are_not_imported_again(project: Path) -> None:
    (project / "more.yaml").write_text(crd("size: {type: string}", "Web"))
    assert run("more.yaml").exit_code == 0
    (project / "app.yaml").write_text(crd().replace("name: v1\n", "name: v2\n"))
    assert run("app.yaml").exit_code == 0
    text = (project / MODULE).read_text()
    assert "class Web(Object)" in text
    assert "class App" not in text
    assert "groupName=example.com" in (project / RECORD).read_text()
    assert run("app.yaml", "more.yaml", "--check").exit_code == 0


def test_a_module_that_cannot_be_read_is_one_line(project: Path) -> None:
    (project / MODULE).unlink()
    (project / MODULE).mkdir()
    result = run("app.yaml")
    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    assert line.startswith("Error: ")
    assert line.endswith(f"{MODULE}: Is a directory; nothing was written")
