"""The expressions of one policy for one write and one parameter."""

from __future__ import annotations

import re
from typing import Any

from kube.envtest.apiserver.dynamic.conditions import Values
from kube.envtest.apiserver.schemas.cel.programs import CompileError, EvaluationError, NoValueError
from kube.envtest.apiserver.schemas.cel.requests import as_argument, expression
from kube.runtime.trees import Tree

_VARIABLE = re.compile(
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\bvariables\s*\.\s*(\w+)""", re.DOTALL
)
"""A string, which is not looked into, or the use of a variable."""
_MISSING = re.compile(r"no such key: (\w+)")


class FailedError(Exception):
    """An expression gave no value; the text is the real server's."""


class Evaluation:
    """Evaluates expressions; a variable is evaluated when the first expression that names it is."""

    def __init__(self, variables: list[Tree], values: Values) -> None:
        self._values = values
        self._declared = {str(each["name"]): str(each["expression"]) for each in variables}
        self._order = list(self._declared)
        self._results: dict[str, Any] = {}
        self._failed: dict[str, str] = {}
        self._inlined: dict[str, str] = {}
        """The expressions of variables that have no value in Python, such as optionals."""

    def evaluate(self, text: str) -> Any:
        """The value of an expression; raises FailedError."""
        try:
            return self._evaluate(text, len(self._order))
        except CompileError as error:
            raise FailedError(f"compilation error: compilation failed: {error}") from None
        except EvaluationError as error:
            why = self._explained(str(error))
            raise FailedError(f"expression '{text}' resulted in error: {why}") from None

    def _evaluate(self, text: str, declared: int) -> Any:
        """`declared` is the number of variables that the expression knows: those before it."""
        for name in dict.fromkeys(match[2] for match in _VARIABLE.finditer(text)):
            if name in self._order[:declared] and not self._is_known(name):
                self._add(name)
        program = expression(self._with_inlined(text))
        return program.evaluate({**self._values, "variables": self._results})

    def _is_known(self, name: str) -> bool:
        return name in self._results or name in self._failed or name in self._inlined

    def _add(self, name: str) -> None:
        text = self._declared[name]
        try:
            value = self._evaluate(text, self._order.index(name))
        except NoValueError:
            self._inlined[name] = self._with_inlined(text)
        except (CompileError, EvaluationError) as error:
            why = self._explained(str(error))
            self._failed[name] = f'composited variable "{name}" fails to evaluate: {why}'
        else:
            self._results[name] = as_argument(value)

    def _with_inlined(self, text: str) -> str:
        def replaced(match: re.Match[str]) -> str:
            found = self._inlined.get(match[2] or "")
            return match[0] if found is None else f"({found}\n)"

        return _VARIABLE.sub(replaced, text) if self._inlined else text

    def _explained(self, why: str) -> str:
        """An error, which is that of a variable where the variable is what is missing."""
        missing = _MISSING.fullmatch(why)
        return self._failed.get(missing[1], why) if missing else why
