"""The functions of `authorizer` in expressions about requests: apiserver's `library/authz.go`.

A check is a map with one key that no object has; what it asks is collected in it step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Value = dict[str, Any]
Decide = Callable[[Value, Value], tuple[bool, str]]
"""From a user and what is asked, as SubjectAccessReviews name both, to a decision and why."""

_AUTHORIZER, _CHECK, _DECISION = "@authorizer", "@check", "@decision"
_DECIDE: ContextVar[Decide] = ContextVar("decide")


@contextmanager
def deciding(decide: Decide) -> Iterator[None]:
    """Evaluate expressions within; their checks ask `decide`."""
    token = _DECIDE.set(decide)
    try:
        yield
    finally:
        _DECIDE.reset(token)


def authorizer(user: Value, resource: Value) -> Value:
    """The variable `authorizer` of a request by this user, for this resource."""
    return {_AUTHORIZER: user, "requestResource": {_CHECK: {"user": user, "asked": resource}}}


def path(of: Value, text: str) -> Value:
    if not text:
        raise ValueError("path must not be empty")
    return {_CHECK: {"user": of[_AUTHORIZER], "asked": {"path": text}}}


def service_account(of: Value, namespace: str, name: str) -> Value:
    groups = [
        "system:serviceaccounts",
        f"system:serviceaccounts:{namespace}",
        "system:authenticated",
    ]
    user = {"username": f"system:serviceaccount:{namespace}:{name}", "groups": groups}
    return {_AUTHORIZER: user}


def group(of: Value, name: str) -> Value:
    return {_CHECK: {"user": of[_AUTHORIZER], "asked": {"group": name}}}


def with_member(member: str) -> Callable[[Value, str], Value]:
    """A function that adds one member to what is asked."""

    def add(check: Value, text: str) -> Value:
        asked = check[_CHECK]
        return {_CHECK: {**asked, "asked": {**asked["asked"], member: text}}}

    return add


def resource(check: Value, name: str) -> Value:
    if not name:
        raise ValueError("resource must not be empty")
    return with_member("resource")(check, name)


def unchanged(check: Value, selector: str) -> Value:
    """Selectors do not change what roles allow."""
    return check


def check(asked: Value, verb: str) -> Value:
    wanted = {**asked[_CHECK]["asked"], "verb": verb}
    allowed, reason = _DECIDE.get()(asked[_CHECK]["user"], wanted)
    return {_DECISION: {"allowed": allowed, "reason": reason}}


def allowed(decision: Value) -> bool:
    return bool(decision[_DECISION]["allowed"])


def reason(decision: Value) -> str:
    return str(decision[_DECISION]["reason"])


def errored(decision: Value) -> bool:
    return False


def error(decision: Value) -> str:
    return ""
