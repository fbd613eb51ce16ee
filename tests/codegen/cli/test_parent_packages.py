"""The folders above the output folders are packages, where they are the toolchain's alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TYPES = '''
from kube.runtime import Object, ObjectList

# +genclient
class Loaf(Object):
    """A loaf."""

class LoafList(ObjectList[Loaf]):
    """Loaves."""
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    package = tmp_path / "apis" / "bakery" / "v1"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("# +groupName=bakery.example.com\n")
    (package / "types.py").write_text(TYPES)
    for folder in (package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text('[tool.codegen]\ninput = ["apis/bakery/v1"]\n')
    return tmp_path


def codegen(root: Path, command: str, *options: str) -> int:
    arguments = [sys.executable, "-m", "codegen", command, "--root", str(root), *options]
    return subprocess.run(arguments, capture_output=True, check=False).returncode


def test_a_type_checker_may_be_given_the_generated_folder(root: Path) -> None:
    assert codegen(root, "generate") == 0
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", "--follow-imports=skip", "."],
        cwd=root,
        env={"MYPYPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "found twice" not in done.stdout + done.stderr
    assert codegen(root, "verify") == 0


def test_what_stands_in_the_file_is_its_author_s(root: Path) -> None:
    init = root / "generated" / "__init__.py"
    init.parent.mkdir()
    init.write_text('"""Ours."""\n')
    assert codegen(root, "generate") == 0
    assert init.read_text() == '"""Ours."""\n'
    init.unlink()
    assert codegen(root, "verify") == 1
    assert codegen(root, "generate") == 0
    assert init.read_text() == ""


def test_a_folder_that_others_use_may_stay_a_namespace(root: Path) -> None:
    (root / "generated").mkdir()
    (root / "generated" / "notes.md").touch()
    assert codegen(root, "generate") == 0
    assert not (root / "generated" / "__init__.py").exists()
    assert codegen(root, "verify") == 0


def test_under_src_only_what_is_imported_is_a_package(root: Path) -> None:
    options = ("--output-dir", "src/made/clients", "--output-package", "made.clients")
    assert codegen(root, "clientset", *options) == 0
    assert (root / "src" / "made" / "__init__.py").exists()
    assert not (root / "src" / "__init__.py").exists()
