"""Commands in any order, with edits in between: PROJECT says what a project is, edits stay.

One sequence here, fifty by `TEST_SCAFFOLDS`, which `make test-all` sets.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from click.testing import Result

from codegen.output import generator_of
from codegen.scaffold import plan
from codegen.scaffold.tree import tree as scaffold
from tests.codegen.scaffold import projects
from tests.codegen.scaffold.test_edited_projects import codegen, create, tree
from tests.codegen.scaffold.test_upgrade import read_project

SEEDS = range(50 if "TEST_SCAFFOLDS" in os.environ else 1)
KINDS = (
    ("web", "v1", "Site", "--resource", "--controller"),
    ("web", "v2", "Site", "--resource", "--no-controller"),
    ("web", "v1", "Page", "--resource", "--no-controller"),
    ("apps", "v1", "Deployment", "--no-resource", "--controller"),
    ("mail", "v1", "Box", "--resource", "--controller"),
)


def step(root: Path, rng: random.Random) -> Result:
    """One command, which may have to be refused."""
    api = rng.choice(KINDS)
    named = ("--group", api[0], "--version", api[1], "--kind", api[2])
    chosen = rng.random()
    if chosen < 0.6:
        return create(root, api, "--no-make")
    if chosen < 0.8:
        return codegen(root, "delete", "api", *named, "--no-make")
    if chosen < 0.9:
        return codegen(root, "edit", "--multigroup", "--no-make")
    return codegen(root, "upgrade", "--no-make")


def edit_some_file(root: Path, rng: random.Random, mark: str) -> bool:
    """Adds a comment at one end of a file; False where the one drawn has none to add to."""
    path = rng.choice([p for p in scaffold(read_project(root)) if p not in plan.FINAL])
    content = root / path
    if not content.is_file() or not content.read_text().strip():
        return False
    text = content.read_text()
    content.write_text(text + mark if rng.random() < 0.5 else mark + text)
    return True


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_commands_a_project_is_what_its_project_file_says_and_what_the_user_wrote(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    root = projects.init(tmp_path, *rng.choice([(), ("--multigroup",), ("--namespaced",)]))
    marks: list[str] = []
    for number in range(10):
        mark = f"# mine {number}\n"
        if rng.random() < 0.3 and edit_some_file(root, rng, mark):
            marks.append(mark)
        before = tree(root)
        result = step(root, rng)
        assert isinstance(result.exception, SystemExit | None), result.exception
        if result.exit_code:  # an edited file was to go, a second group to come, and so on
            assert tree(root) == before
        contents = {
            path: content.decode()
            for path, content in tree(root).items()
            if generator_of(content) is None and path not in plan.FINAL
        }
        assert all(any(mark in text for text in contents.values()) for mark in marks)
        for each in marks:
            contents = {path: text.replace(each, "") for path, text in contents.items()}
        files = scaffold(read_project(root))
        assert contents == {p: file.text for p, file in files.items() if p not in plan.FINAL}
