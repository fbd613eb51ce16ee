"""Commands on projects that their user has edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.cli import command_line
from tests.codegen.scaffold import projects

MAIN = f"src/{projects.PACKAGE}/__main__.py"
TYPES = f"src/{projects.PACKAGE}/api/v1alpha1/loaf_types.py"
CRDS = "config/crd/kustomization.yaml"
LOAF = ("bakery", "v1alpha1", "Loaf", "--resource", "--controller")
OVEN = ("bakery", "v1alpha1", "Oven", "--resource", "--controller")


def codegen(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command_line(), [*arguments, "--root", str(root)])


def create(root: Path, api: tuple[str, ...], *options: str) -> Result:
    group, version, kind, *flags = api
    named = ("--group", group, "--version", version, "--kind", kind)
    return codegen(root, "create", "api", *named, *flags, *options)


def tree(root: Path) -> dict[str, bytes]:
    """Every file of the project but those of codegen's cache."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".cache" not in path.parts and "__pycache__" not in path.parts
    }


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_bytes().decode()
    assert old in text
    (root / path).write_bytes(text.replace(old, new, 1).encode())


def test_create_api_after_edits_touches_only_markers_and_its_own_new_files(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    assert create(root, LOAF).exit_code == 0
    edit(root, MAIN, "import asyncio", "import asyncio\nimport os  # mine")
    edit(root, CRDS, "resources:", "# Ours first.\nresources:\n- mine.yaml")
    edit(root, "README.md", "\n", "\nOur own words.\n")
    edit(root, TYPES, '"""', '"""Ours. ')
    (root / "Makefile").write_bytes((root / "Makefile").read_bytes().replace(b"\n", b"\r\n"))
    (root / "mine.txt").write_text("mine\n")
    before = tree(root)
    assert create(root, OVEN).exit_code == 0
    after = tree(root)
    for path, content in before.items():
        if b"DO NOT EDIT" not in content and path != ".codegen-scaffold":
            assert not {*content.splitlines()} - {*after[path].splitlines()}, path
    assert after["Makefile"] == before["Makefile"]
    assert after[TYPES] == before[TYPES]
    assert b"OvenReconciler(" in after[MAIN]
    assert b"\n# Ours first.\nresources:\n- mine.yaml\n- bases/" in after[CRDS]
    assert create(root, OVEN).stdout.startswith("nothing to change")
    assert tree(root) == after


@pytest.mark.parametrize("path", [MAIN, CRDS])
def test_a_file_that_cannot_take_its_fragment_stops_the_command_and_changes_nothing(
    tmp_path: Path, path: str
) -> None:
    root = projects.init(tmp_path)
    (root / path).write_text("entirely = [mine\n")
    before = tree(root)
    result = create(root, LOAF)
    assert result.exit_code == 1
    assert f"{path}:" in result.output
    assert tree(root) == before


def test_a_project_without_its_record_is_refused(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    (root / ".codegen-scaffold").unlink()
    before = tree(root)
    result = create(root, LOAF)
    assert result.exit_code == 1
    assert "has no record of what its scaffold wrote" in result.output
    assert tree(root) == before
