"""Conditions in CEL: which writes a webhook or a policy is for; what expressions see of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kube.envtest.apiserver.authorization.authorizer import aggregate
from kube.envtest.apiserver.authorization.rules import Attributes as Asked
from kube.envtest.apiserver.authorization.users import User
from kube.envtest.apiserver.dynamic.attributes import Attributes
from kube.runtime.trees import Tree

__all__ = ["Values", "aggregate", "authorized_by", "hold", "values"]

Values = dict[str, Any]
"""The variables of expressions, by name."""


def values(attributes: Attributes, version: str, new: Tree | None, old: Tree | None) -> Values:
    """What every expression about a write sees."""
    from kube.envtest.apiserver.schemas.cel import authorization

    subject = attributes.subject
    request = attributes.review(version)
    resource = {
        "group": subject.group,
        "resource": subject.plural,
        "subresource": subject.subresource,
        "namespace": subject.namespace,
        "name": subject.name,
    }
    return {
        "object": attributes.shown(new, version),
        "oldObject": attributes.shown(old, version),
        "request": {"subResource": "", "requestSubResource": "", "namespace": "", **request},
        "authorizer": authorization.authorizer(attributes.request["userInfo"], resource),
    }


@contextmanager
def authorized_by(attributes: Attributes) -> Iterator[None]:
    """Evaluate expressions within; their checks ask the server's roles."""
    from kube.envtest.apiserver.schemas.cel.authorization import deciding

    def decide(user: Values, asked: Values) -> tuple[bool, str]:
        groups, extra = tuple(user.get("groups") or ()), user.get("extra") or {}
        who = User(str(user.get("username", "")), str(user.get("uid", "")), groups, extra)
        decision = attributes.state.authorizer.decide(Asked(user=who, **asked))
        return decision.allowed, decision.reason

    with deciding(decide):
        yield


def hold(conditions: list[Tree], variables: Values, failed: list[str]) -> bool:
    """Whether no condition is false; those that fail are added to `failed`."""
    from kube.envtest.apiserver.schemas.cel.programs import CompileError, EvaluationError
    from kube.envtest.apiserver.schemas.cel.requests import expression

    for condition in conditions:
        text = str(condition["expression"])
        try:
            if expression(text).evaluate(variables) is False:
                return False
        except CompileError as error:
            failed.append(f"compilation error: compilation failed: {error}")
        except EvaluationError as error:
            failed.append(f"expression '{text}' resulted in error: {error}")
    return True
