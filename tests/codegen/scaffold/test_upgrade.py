"""`codegen upgrade`: a project that an older version made, with its user's changes.

What stands for an older version is today's templates with some of them altered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import Result
from jinja2 import ChoiceLoader, DictLoader

from codegen import __version__
from codegen.diagnostics import Diagnostics
from codegen.scaffold import plan, project, record, rendering
from codegen.scaffold.tree import tree as scaffold
from tests.codegen.scaffold import projects
from tests.codegen.scaffold.test_edited_projects import MAIN, codegen, create, edit, tree

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = Path(rendering.__file__).parent / "templates"
LOAF = ("bakery", "v1alpha1", "Loaf", "--resource", "--controller")

Older = Callable[[Mapping[str, tuple[str, str]]], None]


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Iterator[Older]:
    """Has templates be other ones, until `undo`: name → what is replaced in it, and by what."""
    environment = rendering._environment()
    packaged = environment.loader
    assert packaged is not None

    def use(altered: Mapping[str, tuple[str, str]]) -> None:
        texts = {}
        for name, (today, before) in altered.items():
            text = (TEMPLATES / f"{name}.j2").read_text()
            assert today in text, name
            texts[f"{name}.j2"] = text.replace(today, before, 1)
        environment.loader = ChoiceLoader([DictLoader(texts), packaged]) if texts else packaged
        if environment.cache is not None:
            environment.cache.clear()

    monkeypatch.setattr(environment, "bytecode_cache", None)
    yield use
    use({})


ALTERED = {
    "Makefile": ("help", "assist"),
    "src/package/__main__.py": ("if __name__", "# An older line.\nif __name__"),
    "README.md": ("\n", "\nAn older text.\n"),
    "src/package/controllers/controller.py": ("import logging\n", "import logging\nimport abc\n"),
    "config/manager/manager.yaml": ("replicas: 1", "replicas: 2"),
}


def upgrade(root: Path, *options: str) -> Result:
    return codegen(root, "upgrade", *options)


def made_before(folder: Path, older: Older) -> tuple[Path, dict[str, bytes]]:
    """A project of the older templates, and what today's make of the same commands."""
    (folder / "today").mkdir()
    fresh = projects.init(folder / "today")
    assert create(fresh, LOAF).exit_code == 0
    older(ALTERED)
    root = projects.init(folder)
    assert create(root, LOAF).exit_code == 0
    older({})
    return root, tree(fresh)


def test_an_untouched_project_becomes_identical_to_a_fresh_one(
    tmp_path: Path, older: Older
) -> None:
    root, fresh = made_before(tmp_path, older)
    before = tree(root)
    assert before != fresh
    check = upgrade(root, "--check")
    assert check.exit_code == 1
    assert "~ Makefile" in check.output
    assert "+++ b/Makefile" in check.output
    dry = upgrade(root, "--dry-run")
    assert (dry.exit_code, tree(root)) == (0, before)
    done = upgrade(root)
    assert done.exit_code == 0, done.output
    assert tree(root) == fresh
    assert upgrade(root).output.startswith("nothing to change")
    assert upgrade(root, "--check").exit_code == 0


def test_edits_in_every_file_stay(tmp_path: Path) -> None:
    """Each file of a scaffold, as an older version had it, and edited: by the plan alone."""
    root = projects.init(tmp_path)
    create(root, LOAF)
    today = scaffold(read_project(root))
    before, edited, expected = {}, {}, {}
    for path, file in today.items():
        lines = file.text.splitlines(keepends=True)
        if path in plan.FINAL or len(lines) < 3:
            continue
        before[path] = "".join([*lines[:-1], "an older last line\n"])
        mine = "# mine\n"
        edited[path] = (mine + before[path]).encode()
        expected[path] = (mine + file.text).encode()
    new = {path: today[path] for path in before}
    planned = plan.upgrade(before, new, edited.get, Diagnostics())
    contents = {c.path: c.new for c in planned.changes if c.path != record.NAME}
    assert contents == expected
    assert planned.conflicts == ()


def test_a_conflict_is_marked_and_named_until_it_is_resolved(tmp_path: Path, older: Older) -> None:
    root, fresh = made_before(tmp_path, older)
    edit(root, "config/manager/manager.yaml", "replicas: 2", "replicas: 5")
    (root / "README.md").unlink()
    edit(root, MAIN, "annotations\n", "annotations\n\nimport os\n")
    edit(root, "Makefile", "assist", "help")  # as the new version has it
    done = upgrade(root)
    assert done.exit_code == 1
    text = (root / "config/manager/manager.yaml").read_text()
    marked = re.search(r"<<<<<<< yours\n(.*)\n=======\n(.*)\n>>>>>>> codegen (.*)\n", text)
    assert marked is not None
    assert [part.strip() for part in marked.groups()] == ["replicas: 5", "replicas: 1", __version__]
    line = text[: marked.start()].count("\n") + 1
    assert f"config/manager/manager.yaml:{line}:1: error: conflict: you and the" in done.output
    assert not (root / "README.md").exists()
    between = tree(root)
    again = upgrade(root)
    assert again.exit_code == 1
    assert f"config/manager/manager.yaml:{line}:1: error: conflict" in again.output
    assert "nothing was written" in again.output
    assert tree(root) == between
    (root / "config/manager/manager.yaml").write_text(
        text[: marked.start()] + marked.group(1) + "\n" + text[marked.end() :]
    )
    assert (root / MAIN).read_bytes().replace(b"\nimport os\n", b"", 1) == fresh[MAIN]
    resolved = tree(root)
    last = upgrade(root)
    assert last.exit_code == 0, last.output
    assert tree(root) == resolved
    assert {path for path in fresh if resolved.get(path) != fresh[path]} == {
        "README.md",
        "config/manager/manager.yaml",
        MAIN,
    }


def test_a_project_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    edit(root, "PROJECT", f"cliVersion: {__version__}", "cliVersion: 99.0.0")
    result = upgrade(root)
    assert result.exit_code == 2
    assert "codegen 99.0.0 made this project" in result.output


@pytest.mark.parametrize("release", sorted(path.name for path in GOLDEN.iterdir()))
def test_a_project_of_each_release_becomes_what_today_makes_of_its_project_file(
    tmp_path: Path, release: str
) -> None:
    """A release is its PROJECT and its record, which has every file that it made."""
    folder = GOLDEN / release
    recorded = record.read((folder / record.NAME).read_bytes(), Diagnostics())
    assert recorded is not None
    for path, text in recorded.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    for name in plan.FINAL:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert codegen(tmp_path, "generate").exit_code == 0
    done = upgrade(tmp_path)
    assert done.exit_code == 0, done.output
    files = scaffold(read_project(tmp_path))
    assert {path: (tmp_path / path).read_text() for path in files} == {
        path: file.text for path, file in files.items()
    }
    stale = {*recorded} - {*files}
    assert not [path for path in stale if (tmp_path / path).exists()]
    assert codegen(tmp_path, "verify").exit_code == 0


def read_project(root: Path) -> project.Project:
    read = project.read((root / project.NAME).read_text(), project.NAME, Diagnostics())
    assert read is not None
    return read
