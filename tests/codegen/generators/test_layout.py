"""What generators lay out by hand is what ruff would: names of any length are the cases.

Random, but the same in every run: three hundred modules are made and given to one ruff.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from codegen import formatting
from codegen.formatting import WIDTH
from codegen.generators.deepcopy.expressions import (
    Comprehension,
    Expression,
    assignment,
    guard,
)
from codegen.generators.imports import Imports
from codegen.generators.render import bases, call, docstring, signature, subscript

CASES = 300
MODULES = ("typing", "functools", "home.v1", "home.v2.types", "home.v10", "home.A", ".b", "..b")


class Names:
    """A source of names."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def word(self) -> str:
        return "".join(self.random.choices("abcdefgh", k=self.random.randint(1, 9)))

    def snake(self) -> str:
        return "_".join(self.word() for _ in range(self.random.randint(1, 7))) + "_x"

    def pascal(self) -> str:
        return "X" + "".join(self.word().title() for _ in range(self.random.randint(1, 6)))

    def member(self) -> str:
        name = self.random.choice([self.snake(), self.pascal(), self.word(), self.word().upper()])
        return f"x{name}"[self.random.randint(0, 1) :] + self.random.choice(["", "", "2", "10"])

    def some(self, most: int, least: int = 1) -> range:
        return range(self.random.randint(least, most))


def import_block(names: Names) -> str:
    members = [names.member() for _ in names.some(12)]
    imports = Imports(members[:2])
    for member in members:
        imports.name(names.random.choice(MODULES), member)
        imports.name(names.random.choice(MODULES), members[0])
    return f"{imports}\n"


def expression(names: Names, value: str, depth: int = 1) -> Expression:
    item = f"i{depth}"
    match names.random.choice(["call", "copy", "list", "dict"] if depth < 4 else ["call"]):
        case "list":
            return Comprehension(expression(names, item, depth + 1), f"for {item} in {value}")
        case "dict":
            clause = f"for k{depth}, {item} in {value}.items()"
            return Comprehension(expression(names, item, depth + 1), clause, f"k{depth}: ")
        case "copy" if depth == 1:
            return f"{value}.copy()"
    return f"{names.snake()}({value})"


def function_and_class(names: Names) -> str:
    field, arguments = names.snake(), [names.snake() for _ in names.some(4)]
    parameters = [f"{name}: {names.pascal()}" for name in arguments]
    generic = subscript(names.pascal(), [names.pascal() for _ in names.some(3, 2)], 4)
    lines = [
        signature(names.snake(), parameters, names.pascal()),
        *guard(field, f"c.{field}"),
        *assignment(f"c.{field}", expression(names, field), 8),
        f"    {call(names.snake(), arguments, 4, 'return ')}",
        "",
        "",
        bases(names.pascal(), [generic]),
        f"    {docstring(' '.join(names.word() for _ in names.some(30)), 4)}",
    ]
    return "\n".join(lines) + "\n"


def literal(names: Names, depth: int = 0) -> formatting.Expression:
    match names.random.choice(
        ["name", "text", "list", "dict", "call", "type"] if depth < 3 else ["name"]
    ):
        case "text":
            return formatting.string(names.snake() + names.random.choice(["", '"', "'"]))
        case "list":
            items = [literal(names, depth + 1) for _ in names.some(6, 0)]
            return formatting.Brackets("", "[", "]", items)
        case "dict":
            pairs = [
                formatting.Prefixed(f'"{names.word()}": ', literal(names, depth + 1))
                for _ in names.some(4, 0)
            ]
            return formatting.Brackets("", "{", "}", pairs)
        case "call":
            arguments = [
                formatting.Prefixed(f"{names.word()}_{number}=", literal(names, depth + 1))
                for number in names.some(4, 0)
            ]
            return formatting.call(names.pascal(), arguments)
        case "type":
            return formatting.subscript(
                names.pascal(), [literal(names, depth + 1) for _ in names.some(4)]
            )
    return names.snake()


def constants(names: Names) -> str:
    return f"{formatting.assigned(f'{names.word()} =', literal(names), 0)}\n"


def ruff(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "--isolated", "--no-cache", "-q", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("make", [import_block, function_and_class, constants])
def test_it_is_laid_out_as_ruff_would(make: object, tmp_path: Path) -> None:
    assert callable(make)
    for seed in range(CASES):
        (tmp_path / f"case_{seed}.py").write_text(make(Names(seed)))
    width = f"--config=line-length={WIDTH}"
    assert ruff(tmp_path, "format", "--diff", width) == ""
    home = "--config=lint.isort.known-first-party=['home']"
    assert ruff(tmp_path, "check", "--select=I", width, home) == ""
