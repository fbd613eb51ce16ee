"""ValidatingAdmissionPolicies: the writes that they deny, and what they warn of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kube.envtest.apiserver.dynamic import conditions
from kube.envtest.apiserver.dynamic.attributes import Attributes
from kube.envtest.apiserver.dynamic.concern import BINDINGS, POLICIES
from kube.envtest.apiserver.policies import selection
from kube.envtest.apiserver.policies.evaluation import Evaluation, FailedError
from kube.envtest.apiserver.policies.invocations import Misconfigured, conditions_of, invocations
from kube.envtest.apiserver.policies.selection import Bound
from kube.envtest.apiserver.status import StatusError
from kube.runtime.trees import Tree

_LONGEST_MESSAGE = 5 * 1024
_CODES = {"Forbidden": 403, "RequestEntityTooLarge": 413}


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why a policy does not admit a write. `actions` decide what follows from it."""

    message: str
    reason: str = ""
    binding: str = ""
    actions: tuple[str, ...] = ("Deny",)


def check(attributes: Attributes, new: Tree | None, old: Tree | None) -> None:
    """Raise StatusError for a write that a policy denies; policies that warn add warnings."""
    denied: list[str] = []
    reasons: list[str] = []
    with conditions.authorized_by(attributes):
        for policy in selection.bound(attributes.state, POLICIES, BINDINGS):
            for fault in _faults(policy, attributes, new, old):
                by = f" with binding '{fault.binding}'" if fault.binding else ""
                of = f"ValidatingAdmissionPolicy '{policy.name}'{by}"
                if "Deny" in fault.actions:
                    denied.append(f"{of} denied request: {fault.message}")
                    reasons.append(fault.reason or "Invalid")
                if "Warn" in fault.actions:
                    attributes.warnings.append(f"Validation failed for {of}: {fault.message}")
    if denied:
        raise _denial(attributes.forbidden(new or old or {}, denied[0]), denied[0], reasons[0])


def _denial(error: StatusError, message: str, reason: str) -> StatusError:
    error.reason, error.code = reason, _CODES.get(reason, 422)
    error.details = {**(error.details or {}), "causes": [{"message": message}]}
    return error


def _faults(
    policy: Bound, attributes: Attributes, new: Tree | None, old: Tree | None
) -> Iterator[_Fault]:
    for each in invocations(policy, attributes, new, old):
        if isinstance(each, Misconfigured):
            if not policy.is_ignored_on_failure:
                yield _Fault(each.message, binding=each.binding)
            continue
        values = {**each.values(attributes, new, old), "params": each.params}
        actions = tuple(each.binding["spec"].get("validationActions") or ())
        for message, reason, is_annotation in _violations(policy, values):
            # A fault of an audit annotation denies, whatever the actions of the binding.
            yield _Fault(
                message, reason, each.binding_name, ("Deny",) if is_annotation else actions
            )


def _violations(policy: Bound, values: conditions.Values) -> Iterator[tuple[str, str, bool]]:
    """Message, reason, and whether it is an audit annotation that failed."""
    spec = policy.policy["spec"]
    evaluation = Evaluation(spec.get("variables") or [], values)
    ignored = policy.is_ignored_on_failure
    failed = conditions_of(policy, evaluation)
    if failed is None:
        return
    if failed:
        if not ignored:
            yield conditions.aggregate(failed), "", False
        return
    for validation in spec.get("validations") or ():
        try:
            holds = evaluation.evaluate(str(validation["expression"])) is True
        except FailedError as error:
            if not ignored:
                yield str(error), "", False
            continue
        if not holds:
            reason = str(validation.get("reason") or "Invalid")
            yield _message(validation, evaluation), reason, False
    for annotation in spec.get("auditAnnotations") or ():
        # Nothing keeps an audit log here: only what fails is seen.
        try:
            evaluation.evaluate(str(annotation["valueExpression"]))
        except FailedError as error:
            if not ignored:
                yield str(error), "", True


def _message(validation: Tree, evaluation: Evaluation) -> str:
    """By messageExpression, else by message, else the expression itself."""
    if validation.get("messageExpression"):
        try:
            found = evaluation.evaluate(str(validation["messageExpression"]))
        except FailedError:
            found = None
        text = found.strip() if isinstance(found, str) else ""
        if text and "\n" not in text and len(text.encode()) <= _LONGEST_MESSAGE:
            return text
    own = str(validation.get("message") or "").strip()
    return own or f"failed expression: {str(validation['expression']).strip()}"
