"""Each code of a diagnostic is declared once, used, documented and tested."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen import codes
from codegen.cli import command_line
from codegen.diagnostics import Severity

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "diagnostics.md"
# The code is a keyword of these calls; a fault of a tag or of a schema is an error by default.
SEVERITIES = {
    "error": "error",
    "warning": "warning",
    "note": "note",
    "Fault": "error",
    "Refused": "error",
}


def uses() -> Iterator[tuple[str, str | None]]:
    """Each code that the toolchain names, with its severity where the call tells it."""
    for path in sorted((ROOT / "codegen").rglob("*.py")):
        tree = ast.parse(path.read_text())
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                function = getattr(node.func, "attr", getattr(node.func, "id", ""))
                for keyword in node.keywords:
                    if keyword.arg == "code":
                        for code in _codes(keyword.value, constants):
                            yield code, SEVERITIES.get(function)
                if function == "Diagnostic" and len(node.args) > 3:
                    yield from ((code, "error") for code in _codes(node.args[3], constants))
            elif isinstance(node, ast.FunctionDef):
                defaults = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
                for argument, default in defaults:
                    if argument.arg == "code" and default is not None:
                        yield from ((code, "error") for code in _codes(default, constants))


def _codes(node: ast.expr, constants: dict[str, object]) -> list[str]:
    match node:
        case ast.Constant(str(code)) if code:
            return [code]
        case ast.Name(name) if name in constants:
            return [str(constants[name])]
        case ast.JoinedStr([ast.Constant("compat-"), *_]):
            return [f"compat-{level}" for level in ("breaking", "risky", "safe")]
    return []  # handed on, and named where it comes from


def test_every_code_that_is_used_is_declared_and_the_other_way_round() -> None:
    assert sorted({code for code, _ in uses()}) == sorted(codes.CODES)


def test_a_code_is_declared_with_the_severity_that_it_has() -> None:
    used: dict[str, set[str]] = {}
    for code, severity in uses():
        if severity is not None:
            used.setdefault(code, set()).add(severity)
    declared = {code: set(severity.split(", ")) for code, (severity, _) in codes.CODES.items()}
    assert {c for s in declared.values() for c in s} <= {severity.value for severity in Severity}
    assert {c: s for c, s in used.items() if not s <= declared[c]} == {}


def test_every_code_is_named_by_a_test() -> None:
    here = Path(__file__)
    texts = "\n".join(
        path.read_text(errors="replace")
        for path in sorted((ROOT / "tests").rglob("*"))
        if path.suffix in (".py", ".txt") and path != here
    )
    assert [
        code for code in codes.CODES if not re.search(rf"(?<![\w-]){code}(?![\w-])", texts)
    ] == []


@pytest.mark.parametrize("code", codes.CODES)
def test_a_code_has_one_sentence_of_help(code: str) -> None:
    help = codes.CODES[code][1]
    assert help.endswith(".")
    assert ". " not in help
    assert help[0].isupper() or help.startswith(("`", "pyproject"))


def test_the_page_is_what_the_declarations_print() -> None:
    assert DOCUMENT.read_text() == codes.render_markdown(), (
        "run `codegen diagnostics --markdown > docs/diagnostics.md`"
    )


def test_the_command_prints_all_codes_or_those_that_contain_a_text() -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(command_line(), ["diagnostics", *arguments])
        return result.exit_code, result.output

    assert run() == (0, codes.render_text())
    assert run("--markdown") == (0, codes.render_markdown())
    code, output = run("unread-tag")
    assert code == 0
    assert [line.split()[0] for line in output.splitlines()] == ["Tags", "unread-tag"]
    assert run("[unread-tag]") == (code, output)
    assert run("no-such-code")[0] == 2
