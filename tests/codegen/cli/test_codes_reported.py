"""The codes of faults in the configuration and in what is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from codegen.diagnostics import Diagnostics
from codegen.generators import Artifact, Context
from codegen.output import Folder, plan
from tests.codegen.cli.conftest import Fake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.codegen.cli.conftest import Project


def nothing(_: Context) -> Iterator[Artifact]:
    return iter(())


TABLE = '[tool.codegen]\ninput = ["apis/example/v1"]\n'
LISTERS = "generated/listers/apis_example_v1/listers.py"


def codes(project: Project, *arguments: str) -> list[str]:
    answer = json.loads(project.run(*arguments, "--format", "json").stdout)
    return [diagnostic["code"] for diagnostic in answer["diagnostics"]]


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        ("[project]\n", "config"),
        ("[tool.codegen\n", "toml"),
        (f"{TABLE}inptu = 1\n", "config-unknown-key"),
        (f"{TABLE}generators = 1\n", "config-value"),
        (f'{TABLE}header-file = "header.txt"\n', "config-header"),
    ],
)
def test_a_fault_of_the_configuration_has_its_code(
    project: Project, configuration: str, code: str
) -> None:
    project.write("pyproject.toml", configuration)
    project.write("header.txt", "no comment\n")
    assert codes(project, "generate") == [code]


def test_a_file_that_is_somebody_elses_has_its_code(project: Project) -> None:
    project.write(LISTERS, "mine = 1\n")
    assert codes(project, "generate") == ["output-foreign-file"]


def test_a_file_of_a_generator_that_no_longer_runs_has_its_code(project: Project) -> None:
    project.run("generate")
    project.write("pyproject.toml", f'{TABLE}generators = ["deepcopy"]\n')
    assert codes(project, "generate") == ["left-behind"]


def test_a_file_that_is_out_of_date_has_its_code(project: Project) -> None:
    assert set(codes(project, "verify")) == {"stale"}


def test_two_contents_for_one_file_have_their_code(tmp_path: Path) -> None:
    artifacts = [Artifact("made/a.py", text, "lister") for text in ("x = 1\n", "x = 2\n")]
    diagnostics = Diagnostics()
    plan(tmp_path, artifacts, [Folder("made", "lister", True)], diagnostics)
    assert [d.code for d in diagnostics] == ["output-conflict"]


def test_a_generator_that_was_asked_for_alone_and_has_nothing_to_write_says_so(
    project: Project,
) -> None:
    lister = project.generators["lister"]
    project.generators["lister"] = Fake("lister", lister.help, lister.options, make=nothing)
    assert codes(project, "lister") == ["nothing-generated"]
    assert codes(project, "generate") == []
    text = project.run("lister").output
    assert "warning: no tag in the input asks for what `codegen lister` writes" in text
