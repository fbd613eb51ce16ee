"""The workflows of a scaffold: what they may do, and that they run what the project has."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.codegen.scaffold import projects

WORKFLOWS = ("lint", "test", "test-e2e")
PINNED = re.compile(r" uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+)*")


@pytest.fixture
def root(stages: projects.Stages) -> Path:
    return stages.whole("plain")


def jobs(root: Path, workflow: str) -> list[dict[str, Any]]:
    text = (root / f".github/workflows/{workflow}.yml").read_text()
    return list(yaml.safe_load(text)["jobs"].values())


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_may_read_the_code_and_nothing_else(root: Path, workflow: str) -> None:
    path = root / f".github/workflows/{workflow}.yml"
    assert yaml.safe_load(path.read_text())["permissions"] == {}
    for job in jobs(root, workflow):
        assert job["permissions"] == {"contents": "read"}
        (checkout,) = (s for s in job["steps"] if "actions/checkout@" in s.get("uses", ""))
        assert checkout["with"] == {"persist-credentials": False}


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_pins_each_action_by_its_hash(root: Path, workflow: str) -> None:
    text = (root / f".github/workflows/{workflow}.yml").read_text()
    used = [line for line in text.splitlines() if " uses: " in line]
    assert used
    assert all(PINNED.search(line) for line in used)


def test_the_tests_run_on_every_python_that_the_project_takes(root: Path) -> None:
    (job,) = jobs(root, "test")
    pythons = job["strategy"]["matrix"]["python"]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={pythons[0]}"
    assert (root / "Dockerfile").read_text().count(f"=python:{pythons[-1]}-slim") == 1


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_what_a_workflow_makes_is_a_target(root: Path, workflow: str) -> None:
    makefile = (root / "Makefile").read_text()
    commands = [
        step["run"] for job in jobs(root, workflow) for step in job["steps"] if "run" in step
    ]
    targets = [command.split()[1] for command in commands if command.startswith("make ")]
    assert targets
    for target in targets:
        assert f"\n{target}: " in makefile
