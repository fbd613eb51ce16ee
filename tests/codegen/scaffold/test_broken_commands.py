"""Commands that end badly: killed at any point, each is completed by running it again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from codegen import output
from codegen.scaffold import generation
from tests.codegen.scaffold import projects
from tests.codegen.scaffold.test_edited_projects import MAIN, codegen, create, tree

LOAF = ("bakery", "v1alpha1", "Loaf", "--resource", "--controller")
OVEN = ("bakery", "v1alpha1", "Oven", "--resource", "--controller")
NAMED = ("--group", "bakery", "--version", "v1alpha1", "--kind", "Loaf")
COMMANDS = {
    "create api": ("create", "api", *NAMED, "--resource", "--controller", "--no-make"),
    "delete api": ("delete", "api", *NAMED, "--no-make"),
    "edit": ("edit", "--multigroup", "--no-make"),
}


class Killed(BaseException):
    """The end of a process that can do nothing any more: what would clean up fails as well."""


def kill(patch: pytest.MonkeyPatch, method: str, at: int) -> None:
    """Ends the next command at this rename or removal; -1 is the last one."""
    is_dead = False
    left = at
    apply = output.apply

    def counted(root: Path, plan: output.Plan) -> None:
        nonlocal left
        if left < 0:
            left += len(plan.written if method == "replace" else plan.removed) + 1
        for name in ("replace", "unlink", "rmdir"):
            patch.setattr(Path, name, guarded(name, getattr(Path, name)))
        apply(root, plan)

    def guarded(name: str, original: Any) -> Any:
        def run(self: Path, *arguments: Any, **more: Any) -> Any:
            nonlocal left, is_dead
            left -= name == method
            is_dead = is_dead or left == 0
            if is_dead:
                raise Killed
            return original(self, *arguments, **more)

        return run

    patch.setattr(output, "apply", counted)


@pytest.mark.parametrize(
    ("command", "method", "at"),
    [
        ("create api", "replace", 2),
        ("create api", "replace", -1),
        ("delete api", "unlink", 2),
        ("delete api", "replace", -2),
        ("edit", "unlink", 3),
        ("edit", "replace", -1),
    ],
)
def test_a_command_that_is_killed_leaves_whole_files_and_is_completed_by_the_next(
    tmp_path: Path, command: str, method: str, at: int
) -> None:
    root = projects.init(tmp_path)
    if command != "create api":
        assert create(root, LOAF, "--no-make").exit_code == 0
    if command == "edit":
        (root / f"src/{projects.PACKAGE}/api/v1alpha1/own.py").write_text("X = 1\n")
    before = tree(root)
    reference = tmp_path / "reference" / root.name
    shutil.copytree(root, reference)
    assert codegen(reference, *COMMANDS[command]).exit_code == 0
    after = tree(reference)
    with pytest.MonkeyPatch.context() as patch:
        kill(patch, method, at)
        with pytest.raises(Killed):
            codegen(root, *COMMANDS[command])
    between = tree(root)
    assert any(".codegen-tmp" in path for path in between)
    for path, content in between.items():
        if ".codegen-tmp" not in path:
            assert content in (before.get(path), after.get(path)), path
    again = codegen(root, *COMMANDS[command])
    assert again.exit_code == 0, again.output
    assert tree(root) == after


def test_of_two_commands_at_once_the_slower_one_changes_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = projects.init(tmp_path)
    made = generation.generated

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(generation, "generated", made)
        assert create(root, OVEN).exit_code == 0
        return made(*arguments)

    monkeypatch.setattr(generation, "generated", meanwhile)
    slower = create(root, LOAF)
    assert slower.exit_code == 1
    assert "changed while this command ran; nothing was written" in slower.output
    assert b"Loaf" not in (root / MAIN).read_bytes()
    assert create(root, LOAF).exit_code == 0
    (tmp_path / "one-by-one").mkdir()
    other = projects.init(tmp_path / "one-by-one")
    for api in (LOAF, OVEN):
        assert create(other, api).exit_code == 0
    assert tree(root) == tree(other)
