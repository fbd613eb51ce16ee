"""Checks of the CEL expressions in webhooks and policies, when they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kube.envtest.apiserver import status
from kube.envtest.apiserver.status import Cause

if TYPE_CHECKING:
    from kube.envtest.apiserver.schemas.cel.requests import Checker


class Expressions:
    """The expressions of one object, which may name the variables declared before them.

    Without the library of CEL each is a fault that says what to install: an expression that nobody
    evaluates would admit everything in silence.
    """

    def __init__(self, *, has_params: bool = False) -> None:
        self._has_params = has_params
        self._checker: Checker | None = None

    def check(
        self,
        path: str,
        text: str,
        wanted: Sequence[str],
        causes: list[Cause],
        *,
        has_authorizer: bool = True,
    ) -> None:
        """Append the fault of an expression that does not give one of the types wanted."""
        if (checker := self._loaded(path, causes)) is None:
            return
        from kube.envtest.apiserver.schemas.cel.programs import CompileError

        try:
            checker.check(text, wanted, has_authorizer=has_authorizer)
        except CompileError as error:
            causes.append(status.invalid_value(path, text, str(error)))

    def check_mutation(self, path: str, text: str, kind: str, causes: list[Cause]) -> None:
        """Append the fault of an expression that does not give a patch of this patchType."""
        if (checker := self._loaded(path, causes)) is None:
            return
        from kube.envtest.apiserver.schemas.cel.programs import CompileError

        try:
            if kind == "JSONPatch":
                checker.check_patch(text)
            else:
                checker.check_configuration(text)
        except CompileError as error:
            causes.append(status.invalid_value(path, text, str(error)))

    def declare(self, path: str, name: str, text: str, causes: list[Cause]) -> None:
        """Append the fault of a variable, and make it known to the expressions that follow."""
        if (checker := self._loaded(path, causes)) is None:
            return
        from kube.envtest.apiserver.schemas.cel.programs import CompileError

        try:
            checker.declare(name, text)
        except CompileError as error:
            causes.append(status.invalid_value(path, text, str(error)))

    def _loaded(self, path: str, causes: list[Cause]) -> Checker | None:
        if self._checker is None:
            try:
                from kube.envtest.apiserver.schemas.cel.requests import Checker
            except ImportError as error:
                why = (
                    "Internal error: expressions need a library that is missing "
                    f"({error}): pip install 'kube-codegen[envtest]'"
                )
                causes.append(Cause("InternalError", path, why))
                return None
            self._checker = Checker(has_params=self._has_params)
        return self._checker
