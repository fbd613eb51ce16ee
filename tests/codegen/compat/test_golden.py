"""Golden cases: two states of CRDs in a folder, and what `codegen compat` says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.cli import command_line
from tests.golden import Golden

CASES = sorted(path for path in (Path(__file__).parent / "golden").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_answer_is_as_expected(
    case: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case)
    arguments = ["compat", "old.yaml", "new.yaml", "--root", str(case)]
    answer = CliRunner().invoke(command_line(), arguments)
    golden(case / "expected.txt", f"{answer.output}exit code {answer.exit_code}\n")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_state_compared_with_itself_has_no_changes(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case)
    for name in ("old.yaml", "new.yaml"):
        arguments = ["compat", name, name, "--root", str(case)]
        answer = CliRunner().invoke(command_line(), arguments)
        if answer.exit_code != 2:
            assert (answer.exit_code, answer.output) == (0, "no changes\n")
