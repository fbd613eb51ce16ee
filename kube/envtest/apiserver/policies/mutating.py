"""MutatingAdmissionPolicies: what they make of a new object, in order of names, before webhooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.apply import managers, typing
from kube.envtest.apiserver.dynamic import conditions
from kube.envtest.apiserver.dynamic.attributes import Attributes
from kube.envtest.apiserver.dynamic.concern import MUTATING_BINDINGS, MUTATING_POLICIES
from kube.envtest.apiserver.policies import selection
from kube.envtest.apiserver.policies.evaluation import Evaluation, FailedError
from kube.envtest.apiserver.policies.invocations import (
    Invocation,
    Misconfigured,
    conditions_of,
    invocations,
)
from kube.envtest.apiserver.policies.selection import Bound
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.status import StatusError
from kube.runtime import fieldsets
from kube.runtime.patches import PatchError, json_patch
from kube.runtime.trees import Tree

_TEST_FAILED = ": test failed"


class _MutationError(Exception):
    """A mutation cannot be carried out; the text is the real server's."""


@dataclass(slots=True)
class Mutations:
    """The mutating policies' part in one write of an object of this resource."""

    attributes: Attributes
    resource: ServerResource
    _invoked: list[tuple[str, str, str]] = field(default_factory=list)
    """Those that want to see again what others made after them."""
    _again: set[tuple[str, str, str]] = field(default_factory=set)
    _last: Tree | None = None
    """The object as the policies left it."""

    def mutate(self, new: Tree, old: Tree | None, *, again: bool = False) -> Tree:
        """The new object as policies leave it; `again` those that want to see what others made.

        Raises StatusError.
        """
        if again and new is not self._last:
            self._recall()
        faults: list[tuple[str, str]] = []
        with conditions.authorized_by(self.attributes):
            state = self.attributes.state
            for policy in selection.bound(state, MUTATING_POLICIES, MUTATING_BINDINGS):
                for each in list(invocations(policy, self.attributes, new, old)):
                    new = self._invoke(policy, each, new, old, faults, again=again)
        self._last = new
        if faults:
            raise self._denial(new, faults)
        return new

    def _invoke(
        self,
        policy: Bound,
        each: Invocation | Misconfigured,
        new: Tree,
        old: Tree | None,
        faults: list[tuple[str, str]],
        *,
        again: bool,
    ) -> Tree:
        binding = each.binding if isinstance(each, Misconfigured) else each.binding_name
        by = f"policy '{policy.name}' with binding '{binding}'"
        by = by if binding else f'policy "{policy.name}"'

        def fail(why: str, reason: str) -> None:
            if not policy.is_ignored_on_failure:
                faults.append((f"{by} denied request: {why}", reason))

        if isinstance(each, Misconfigured):
            fail(each.message, "")
            return new
        spec = policy.policy["spec"]
        variables = spec.get("variables") or []
        evaluation = Evaluation(variables, each.values(self.attributes, new, old))
        failed = conditions_of(policy, evaluation)
        if failed:
            fail(conditions.aggregate(failed), "Invalid")
        if failed or failed is None or (again and each.key not in self._again):
            return new
        before = new
        for mutation in spec.get("mutations") or ():
            evaluation = Evaluation(variables, each.values(self.attributes, new, old))
            try:
                new = self._mutated(mutation, evaluation, new, each.version)
            except (FailedError, _MutationError) as error:
                fail(str(error), "Invalid")
        if new is not before:
            self._recall()
        if spec.get("reinvocationPolicy") == "IfNeeded":
            self._invoked.append(each.key)
        return new

    def _recall(self) -> None:
        """Have those that were invoked before see what has become of the object."""
        self._again.update(self._invoked)
        self._invoked.clear()

    def _mutated(self, mutation: Tree, evaluation: Evaluation, new: Tree, version: str) -> Tree:
        shown = self.attributes.shown(new, version)
        assert shown is not None
        whole = msgspec.json.decode(msgspec.json.encode(shown))
        if mutation.get("patchType") == "JSONPatch":
            given = evaluation.evaluate(str(mutation["jsonPatch"]["expression"]).strip())
            changed = _patched(whole, given)
        else:
            given = evaluation.evaluate(str(mutation["applyConfiguration"]["expression"]).strip())
            changed = self._applied(whole, given)
        return new if changed is None else self.attributes.stored(changed, version)

    def _applied(self, whole: Tree, given: Any) -> Tree:
        """The object with an apply configuration merged into it; nobody owns what that adds."""
        configuration = _plain(given)
        schema = managers.schema_of(self.resource)
        source = self.resource.schema.source if self.resource.schema is not None else schema
        faults = typing.faults(source, configuration)
        if faults:
            text = faults[0] if len(faults) == 1 else "\n  ".join(["errors:", *faults])
            why = f"failed to convert patch object to typed object: {text}"
            raise _MutationError(f"error applying patch: {why}")
        atomic = _atomics(schema, configuration, "")
        if atomic:
            why = f"may not mutate atomic arrays, maps or structs: {', '.join(atomic)}"
            raise _MutationError(f"error applying patch: invalid ApplyConfiguration: {why}")
        merged: Tree = fieldsets.merge(schema, whole, configuration)
        return merged

    def _denial(self, new: Tree, faults: list[tuple[str, str]]) -> StatusError:
        error = self.attributes.forbidden(new, "")
        error.message, reason = faults[0]
        error.reason = reason or error.reason
        causes = [{"message": message} for message, _ in faults]
        error.details = {**(error.details or {}), "causes": causes}
        return error


def _patched(whole: Tree, given: Any) -> Tree | None:
    """None where a test of the patch failed, which leaves the object as it is."""
    operations = [
        {key: _plain(each) for key, each in operation.items() if key != "from" or each}
        for operation in given
    ]
    try:
        result = json_patch(whole, operations)
    except PatchError as error:
        if str(error).endswith(_TEST_FAILED):
            return None
        raise _MutationError(f"JSON Patch: {error}") from None
    if not isinstance(result, dict):
        raise status.failed("the patch gives no object")
    return result


def _plain(value: Any) -> Any:
    """A result of CEL as JSON has it."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value


def _atomics(schema: Tree, value: Any, path: str) -> list[str]:
    """The paths of values that a merge would replace as a whole."""
    found: list[str] = []
    if isinstance(value, dict):
        if schema.get("x-kubernetes-map-type") == "atomic":
            found.append(path)
        members, others = schema.get("properties") or {}, schema.get("additionalProperties")
        for key, each in value.items():
            inner = members.get(key, others)
            if isinstance(inner, dict):
                found += _atomics(inner, each, f"{path}.{key}")
    elif isinstance(value, list):
        if schema.get("x-kubernetes-list-type") not in ("map", "set"):
            found.append(path)
        for index, each in enumerate(value):
            found += _atomics(schema.get("items") or {}, each, f"{path}[{index}]")
    return found
