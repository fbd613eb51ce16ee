"""Compiling expressions: against the types of a schema to find faults, and to programs that run."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from cel_expr_python import cel

from kube.envtest.apiserver.schemas.cel import library
from kube.envtest.apiserver.schemas.cel.shapes import Shape
from kube.envtest.apiserver.schemas.cel.types import Types

# What kube-apiserver's environment has in its release 1.36, by the names and versions of cel-cpp.
LIBRARIES = """
extensions:
- {name: strings, version: 2}
- {name: lists, version: 2}
- {name: sets}
- {name: optional, version: 2}
- {name: two-var-comprehensions}
"""
_OLD = "oldSelf"
_HOLDER = "oldSelfHolder"


class CompileError(Exception):
    """An expression is refused; the text is the API server's message."""


class EvaluationError(Exception):
    """An expression gave an error instead of a value; the text is cel-go's."""


class NoValueError(EvaluationError):
    """An expression gave what Python has no type for, such as an optional."""


class Checker:
    """Compiles the expressions of one schema against the types that it declares."""

    def __init__(self, shape: Shape) -> None:
        self._types = Types(shape)

    def check(self, shape: Shape, expression: str, *, optional_old: bool) -> cel.Type:
        """The type of an expression about a value of this shape; raises CompileError."""
        own = self._types.of(shape)
        old = f"optional_type<{own}>" if optional_old else own
        variables = f"variables: [{{name: self, type: '{own}'}}, {{name: {_OLD}, type: '{old}'}}]"
        env = cel.NewEnv(
            self._types.pool,
            config=cel.NewEnvConfigFromYaml(LIBRARIES + library.DECLARED + variables),
            extensions=[library.declarations()],
        )
        try:
            return env.compile(expression).return_type()
        except RuntimeError as error:
            raise CompileError(compile_error(str(error), expression)) from error


@functools.cache
def _environment() -> cel.Env:
    # `bind` is ours alone: it makes oldSelf an optional, which no plain value is.
    return cel.NewEnv(
        config=cel.NewEnvConfigFromYaml(LIBRARIES + "- {name: bindings}"),
        variables={"self": cel.Type.DYN, _OLD: cel.Type.DYN, _HOLDER: cel.Type.DYN},
        extensions=[library.implementations()],
    )


class Program:
    """A compiled expression."""

    def __init__(self, expression: str, *, optional_old: bool) -> None:
        """Raises CompileError."""
        self._optional_old = optional_old
        if optional_old:
            expression = f"cel.bind({_OLD}, {_HOLDER}[?'value'], {expression}\n)"
        environment = _environment()
        try:
            self._compiled = environment.compile(expression)
        except RuntimeError:
            # The schema's types have been checked elsewhere; here an int may meet a double.
            try:
                self._compiled = environment.compile(expression, disable_check=True)
            except RuntimeError as error:
                raise CompileError(compile_error(str(error), expression)) from error

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value for `self` and, where there is one, `oldSelf`; raises EvaluationError."""
        data = dict(values)
        if self._optional_old:
            data[_HOLDER] = {"value": data.pop(_OLD)} if _OLD in data else {}
        return value(self._compiled, data)


def value(program: Any, data: dict[str, Any]) -> Any:
    """What a program gives for these variables; raises EvaluationError."""
    try:
        result = program.eval(data=data)
    except RuntimeError as error:
        raise EvaluationError(_evaluation_error(str(error))) from error
    try:
        found = result.value()
        if result.type() != cel.Type.ERROR:
            return _plain(found)
    except TypeError as error:  # of an optional the type is an error too
        raise NoValueError("the expression gives a value that JSON does not have") from error
    raise EvaluationError(_evaluation_error(str(found)))


def _plain(found: Any) -> Any:
    """A result as Python's own values: cel-cpp gives the items of lists and maps as accessors."""
    if isinstance(found, list):
        return [_plain(item.value()) for item in found]
    if isinstance(found, dict):
        return {key: _plain(item.value()) for key, item in found.items()}
    return found


@functools.lru_cache(maxsize=4096)
def compiled(expression: str, *, optional_old: bool) -> Program:
    """The program of an expression; raises CompileError."""
    return Program(expression, optional_old=optional_old)


def uses_old_self(expression: str) -> bool:
    """Whether the expression reads oldSelf (not a field, a string or a comment of that name)."""
    code = re.sub(r"//[^\n]*|[rR]?\"(?:\\.|[^\"\\])*\"|[rR]?'(?:\\.|[^'\\])*'", "''", expression)
    return re.search(r"(?<![\w.])oldSelf\b", code) is not None


_ERROR = re.compile(
    r"ERROR: <input>:(?P<line>\d+):(?P<column>\d+): (?P<why>.*?)\n \| [^\n]*\n \| \.*\^", re.DOTALL
)


def compile_error(text: str, expression: str) -> str:
    """The errors of cel-cpp in the words of cel-go, without those that others cause."""
    errors = list(_ERROR.finditer(text))
    if not errors:
        return re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]$", "", text)
    lines = expression.split("\n")
    shown = []
    for match in errors:
        line = int(match["line"])
        source = lines[line - 1]
        why, column = _reworded(match["why"], source, int(match["column"]))
        if "'*error*'" not in why:
            where = f"ERROR: <input>:{line}:{column}: {why}"
            shown.append(f"{where}\n | {source}\n | {'.' * (column - 1)}^")
    return "\n".join(shown)


def _reworded(why: str, source: str, column: int) -> tuple[str, int]:
    """One error and its position."""
    before = source[: column - 1]
    if match := re.fullmatch(r"(undefined field '.*') not found in struct '.*'", why):
        return match[1], column
    if match := re.fullmatch(r"expression of type '(.*)' cannot be the operand of a .*", why):
        return f"type '{match[1]}' does not support field selection", column
    why = why.replace(" cannot be the range of a ", " cannot be range of a ")
    if match := re.match(r"undeclared reference to '((\w+)\.[\w.]+)'", why):
        # cel-cpp points to the last dot of a qualified name, cel-go to where it begins.
        start = source.rfind(match[2], 0, column - 1)
        return why.replace(match[1], match[2], 1), start + 1 if start >= 0 else column
    why = re.sub(r"optional_type<(.*?)>", r"optional_type(\1)", why)
    match = re.fullmatch(r"(.*? for '(\w+)' applied to )'\((.+?)(?:, (.*))?\)'", why)
    if match and re.search(rf"\.\s*{match[2]}$", before):
        return f"{match[1]}'{match[3]}.({match[4] or ''})'", column
    return why, column


_SAID_DIFFERENTLY = [
    (re.compile(r"Key not found in map : \"(.*)\"", re.DOTALL), r"no such key: \1"),
    (re.compile(r"Key not found in map : (.*)"), r"no such key: \1"),
    (re.compile(r"Index error: index=(-?\d+) size=\d+"), r"index out of bounds: \1"),
    (re.compile(r"divide by zero"), "division by zero"),
    (re.compile(r"No matching overloads found.*", re.DOTALL), "no such overload"),
    (re.compile(r"Applying SELECT to non-message type"), "no such overload"),
    (
        re.compile(r"cannot convert (string|int|uint|double|bytes) to (\w+)"),
        r"type conversion error from '\1' to '\2'",
    ),
]


def _evaluation_error(text: str) -> str:
    text = re.sub(r"^[A-Z_]+: ", "", text)
    for pattern, wording in _SAID_DIFFERENTLY:
        text, count = pattern.subn(wording, text)
        if count:
            break
    return text
