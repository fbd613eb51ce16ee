"""Golden cases: two states of CRDs in a folder, and what `codegen compat` says of them.

`UPDATE_GOLDEN=1 pytest tests/codegen/compat` writes what is expected anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.cli import command_line

CASES = sorted(path for path in (Path(__file__).parent / "golden").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_answer_is_as_expected(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    arguments = ["compat", "old.yaml", "new.yaml", "--root", str(case)]
    answer = CliRunner().invoke(command_line(), arguments)
    found = f"{answer.output}exit code {answer.exit_code}\n"
    expected = case / "expected.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(found)
    assert found == expected.read_text(), "run `UPDATE_GOLDEN=1 pytest tests/codegen/compat`"


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
