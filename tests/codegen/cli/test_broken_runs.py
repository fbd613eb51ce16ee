"""Runs that end badly, each in a process of its own: killed, no space left, no right to write."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.codegen.cli.conftest import Project

REPOSITORY = Path(__file__).parents[3]
COPIES = "apis/example/v1/zz_generated_deepcopy.py"
LISTERS = "generated/listers/apis_example_v1/listers.py"

# Runs the command line over the fakes, and kills itself at the given write or rename.
DRIVER = """
import os, pathlib, signal, sys
sys.path.insert(0, sys.argv[1])
from tests.codegen.cli.conftest import Project
from codegen import cli

method, count, *arguments = sys.argv[2:]
left = int(count)
original = getattr(pathlib.Path, method, None)

def fatal(self, *given):
    global left
    if "codegen-tmp" in self.name:
        left -= 1
        if left == 0:
            if method == "write_bytes":
                original(self, given[0][: len(given[0]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
    return original(self, *given)

if left:
    setattr(pathlib.Path, method, fatal)
project = Project(pathlib.Path.cwd())
cli.command_line(project.read, project.generators)(arguments)
"""


def drive(
    project: Project,
    *arguments: str,
    die_in: str = "none",
    at: int = 0,
    prefix: tuple[str, ...] = (),
    limits: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    driver = (sys.executable, "-c", DRIVER, str(REPOSITORY), die_in, str(at))
    return subprocess.run(
        [*prefix, *driver, *arguments],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limits,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.mark.parametrize(("die_in", "at"), [("write_bytes", 1), ("write_bytes", 2)])
def test_a_run_killed_while_it_writes_has_changed_nothing(
    project: Project, die_in: str, at: int
) -> None:
    project.run("generate")
    expected = project.tree()
    project.write("apis/example/v1/more.py", "")
    project.write("header.txt", "# Ours.\n")
    changed = '[tool.codegen]\ninput = ["apis/example/v1"]\nheader-file = "header.txt"\n'
    project.write("pyproject.toml", changed)
    assert drive(project, "generate", die_in=die_in, at=at).returncode == -9
    tree = project.tree()
    assert {path: tree[path] for path in (COPIES, LISTERS)} == {
        path: expected[path] for path in (COPIES, LISTERS)
    }
    assert any(path.endswith(".codegen-tmp") for path in tree)
    assert drive(project, "generate").returncode == 0
    assert not any(path.endswith(".codegen-tmp") for path in project.tree())
    assert project.run("verify").exit_code == 0


@pytest.mark.parametrize("at", [1, 2])
def test_a_run_killed_between_renames_leaves_whole_files_and_is_mended_by_the_next(
    project: Project, at: int
) -> None:
    project.run("generate")
    before = project.tree()
    project.write("header.txt", "# Ours.\n")
    changed = '[tool.codegen]\ninput = ["apis/example/v1"]\nheader-file = "header.txt"\n'
    project.write("pyproject.toml", changed)
    project.write("apis/example/v1/more.py", "")
    assert drive(project, "generate", die_in="replace", at=at).returncode == -9
    between = project.tree()
    assert drive(project, "generate").returncode == 0
    reference = project.tree()
    for path in (COPIES, LISTERS):
        assert between[path] in (before[path], reference[path])
    assert not any(path.endswith(".codegen-tmp") for path in reference)
    assert project.run("verify").exit_code == 0


def test_a_full_disk_is_one_line_and_changes_nothing(project: Project) -> None:
    project.run("generate")
    project.write("apis/example/v1/more.py", "")
    project.write("header.txt", "# A header longer than the limit.\n" * 100)
    changed = '[tool.codegen]\ninput = ["apis/example/v1"]\nheader-file = "header.txt"\n'
    project.write("pyproject.toml", changed)
    before = project.tree()

    def limits() -> None:  # a write beyond this many bytes fails, as on a disk without space
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    result = drive(project, "generate", limits=limits)
    assert result.returncode == 1
    assert result.stderr == f"error: {LISTERS}: File too large; nothing was written\n"
    assert project.tree() == before


def _without_privileges() -> tuple[str, ...]:
    """What to run before a command so that modes of files count for it."""
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may write anywhere, and there is no setpriv to give that up")
    return (setpriv, "--inh-caps=-all", "--bounding-set=-all")


@pytest.mark.parametrize("existing", [True, False])
def test_a_read_only_folder_is_one_line_and_changes_nothing(
    project: Project, existing: bool
) -> None:
    prefix = _without_privileges()
    project.write("generated/listers/apis_example_v1/mine.py", "")
    if existing:
        project.run("generate")
        project.write("apis/example/v1/more.py", "")
        project.write(LISTERS, "# Code generated by codegen lister. DO NOT EDIT.\nold = True\n")
    before = project.tree()
    folder = (project.root / LISTERS).parent
    folder.chmod(0o555)
    try:
        result = drive(project, "generate", prefix=prefix)
    finally:
        folder.chmod(0o755)
    assert result.returncode == 1
    assert result.stderr == f"error: {LISTERS}: Permission denied; nothing was written\n"
    assert project.tree() == before


def test_a_stale_file_in_a_read_only_folder_stops_the_run_before_it_writes(
    project: Project,
) -> None:
    prefix = _without_privileges()
    project.write(
        "generated/listers/old/x.py", "# Code generated by codegen lister. DO NOT EDIT.\n"
    )
    before = project.tree()
    folder = project.root / "generated/listers/old"
    folder.chmod(0o555)
    try:
        result = drive(project, "generate", prefix=prefix)
    finally:
        folder.chmod(0o755)
    assert result.returncode == 1
    assert result.stderr == (
        "error: generated/listers/old/x.py: Permission denied; nothing was written\n"
    )
    assert project.tree() == before


def test_a_read_only_project_that_is_up_to_date_needs_no_writing(project: Project) -> None:
    prefix = _without_privileges()
    project.run("generate")
    shutil.rmtree(project.root / ".cache")
    folders = [project.root, *(p for p in project.root.rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        result = drive(project, "generate", prefix=prefix)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert result.returncode == 0
    assert "0 written, 2 unchanged" in result.stdout


def test_two_runs_at_once_do_not_disturb_each_other(project: Project) -> None:
    driver = (sys.executable, "-c", DRIVER, str(REPOSITORY), "none", "0", "generate")
    runs = [
        subprocess.Popen(driver, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [run.communicate()[1] for run in runs] == [b"", b"", b""]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert project.run("verify").exit_code == 0


def test_a_folder_where_a_file_should_go_is_one_line(project: Project) -> None:
    (project.root / LISTERS).mkdir(parents=True)
    result = drive(project, "generate")
    assert result.returncode == 1
    assert result.stderr == f"error: {LISTERS}: Is a directory; nothing was written\n"
    assert COPIES not in project.tree()
