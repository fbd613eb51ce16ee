"""`codegen delete api` undoes what `codegen create api` did."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.scaffold import projects
from tests.codegen.scaffold.test_edited_projects import MAIN, TYPES, codegen, create, edit, tree

LOAF = ("bakery", "v1alpha1", "Loaf", "--resource", "--controller")
LATER = ("bakery", "v1", "Loaf", "--resource", "--no-controller")
OVEN = ("bakery", "v1alpha1", "Oven", "--resource", "--no-controller")
MILL = ("mill", "v1", "Flour", "--resource", "--controller", "--no-namespaced")
OWN = ("apps", "v1", "Deployment", "--no-resource", "--controller")


def delete(root: Path, api: tuple[str, ...], *options: str) -> str:
    result = codegen(
        root, "delete", "api", "--group", api[0], "--version", api[1], "--kind", api[2], *options
    )
    return f"{result.exit_code}: {result.output}"


@pytest.mark.parametrize(
    ("layout", "kept", "gone"),
    [
        (("--namespaced",), [], LOAF),
        ((), [LOAF], LATER),
        ((), [OVEN], OWN),
        (("--multigroup",), [LOAF], MILL),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_delete_api_undoes_create_api_to_the_byte(
    tmp_path: Path, layout: tuple[str, ...], kept: list[tuple[str, ...]], gone: tuple[str, ...]
) -> None:
    root = projects.init(tmp_path, *layout)
    for api in kept:
        assert create(root, api).exit_code == 0
    before = tree(root)
    result = create(root, gone)
    assert result.exit_code == 0, result.output
    between = tree(root)
    assert delete(root, gone, "--dry-run").startswith("0: ")
    assert tree(root) == between
    output = delete(root, gone)
    assert output.startswith("0: "), output
    assert tree(root) == before
    assert delete(root, gone).startswith("2: ")


def test_it_names_every_edited_file_and_removes_nothing(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    create(root, LOAF)
    edit(root, TYPES, "foo:", "bar:")
    controller = f"src/{projects.PACKAGE}/controllers/loaf_controller.py"
    edit(root, controller, "import logging", "import logging\nimport os")
    before = tree(root)
    refusal = delete(root, LOAF)
    assert refusal.startswith("1: ")
    for path in (TYPES, controller):
        assert f"{path}:1:1: error: this file was edited since the scaffold made it" in refusal
    assert "2 errors: nothing was written" in refusal
    assert tree(root) == before
    forced = delete(root, LOAF, "--force")
    assert forced.startswith("0: ")
    for path in (TYPES, controller):
        assert f"{path}:1:1: warning: this file was edited, and goes with its edits" in forced
    assert not (root / TYPES).exists()


def test_edits_of_shared_files_stay(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    edit(root, MAIN, "import asyncio", "import asyncio\nimport os  # mine")
    before = tree(root)
    create(root, LOAF)
    edit(root, MAIN, "LoafReconciler\n", "LoafReconciler as Bakes\n")
    edit(root, MAIN, "LoafReconciler(", "Bakes(")
    assert delete(root, LOAF).startswith("0: ")
    assert tree(root) == before


def test_what_refers_to_a_module_that_goes_is_named_with_its_place(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    create(root, LOAF)
    own = f"src/{projects.PACKAGE}/own.py"
    (root / own).write_text(
        '"""Mine."""\n\nfrom .api.v1alpha1.loaf_types import Loaf\n\nx = Loaf\n'
    )
    edit(root, MAIN, "import asyncio", "import asyncio  # mine")
    (root / MAIN).write_text((root / MAIN).read_text() + "\n\nOTHERS = [LoafReconciler]\n")
    before = tree(root)
    refusal = delete(root, LOAF)
    line = len((root / MAIN).read_text().splitlines())
    module = f"{projects.PACKAGE}.api.v1alpha1.loaf_types"
    assert f"{own}:3:1: error: this refers to {module}, which goes" in refusal
    assert f"{MAIN}:{line}:11: error: this refers to {projects.PACKAGE}.controllers" in refusal
    assert tree(root) == before


def test_a_file_of_the_users_in_a_package_that_goes_is_left(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    create(root, LOAF)
    own = root / f"src/{projects.PACKAGE}/api/v1alpha1/own.py"
    own.write_text('"""Mine."""\n')
    output = delete(root, LOAF)
    assert output.startswith("0: "), output
    assert own.read_text() == '"""Mine."""\n'
    assert sorted(path.name for path in own.parent.iterdir()) == ["own.py"]


def test_what_other_tools_wrote_of_a_kind_does_not_go_unasked(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    create(root, LOAF)
    edit(root, "PROJECT", "  kind: Loaf\n", "  kind: Loaf\n  webhooks:\n    defaulting: true\n")
    refusal = delete(root, LOAF)
    assert "PROJECT:1:1: error: PROJECT has `webhooks` of Loaf, which codegen did not" in refusal
    assert (root / TYPES).exists()
    assert delete(root, LOAF, "--force").startswith("0: ")


def test_a_project_with_other_line_ends_stays_one(tmp_path: Path) -> None:
    """As git checks it out on some systems."""
    root = projects.init(tmp_path)
    for path, content in tree(root).items():
        (root / path).write_bytes(content.replace(b"\n", b"\r\n"))
    before = tree(root)
    assert create(root, LOAF, "--no-make").exit_code == 0
    for path, content in tree(root).items():
        if path in before:
            assert content.count(b"\n") == content.count(b"\r\n"), path
    assert delete(root, LOAF, "--no-make").startswith("0: ")
    assert tree(root) == before
