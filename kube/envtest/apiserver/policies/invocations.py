"""The uses of one policy for one write: by each binding that is for it, with each parameter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kube.envtest.apiserver.dynamic import conditions
from kube.envtest.apiserver.dynamic.attributes import Attributes
from kube.envtest.apiserver.policies import selection
from kube.envtest.apiserver.policies.evaluation import Evaluation, FailedError
from kube.envtest.apiserver.policies.selection import Bound, ConfigurationError
from kube.runtime.trees import Tree

_NAMESPACE_METADATA = (
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "finalizers",
)


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """Why a policy cannot be used at all (`binding` is ''), or not by a binding."""

    message: str
    binding: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """`version` is that in which the policy sees the object."""

    policy: Tree
    binding: Tree
    params: Tree | None
    version: str

    @property
    def binding_name(self) -> str:
        return str(self.binding["metadata"]["name"])

    @property
    def key(self) -> tuple[str, str, str]:
        """Which one it is, also when the object has changed."""
        metadata = (self.params or {}).get("metadata") or {}
        params = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
        return str(self.policy["metadata"]["name"]), self.binding_name, params

    def values(
        self, attributes: Attributes, new: Tree | None, old: Tree | None
    ) -> conditions.Values:
        """What its expressions see."""
        seen = conditions.values(attributes, self.version, new, old)
        return {**seen, "params": self.params, "namespaceObject": _namespace(attributes)}


def invocations(
    policy: Bound, attributes: Attributes, new: Tree | None, old: Tree | None
) -> Iterator[Invocation | Misconfigured]:
    constraints = policy.policy["spec"].get("matchConstraints") or {}
    version = selection.version(constraints, attributes, new, old)
    if version is None:
        return
    try:
        resource = selection.param_resource(attributes.state, policy.param_kind)
    except ConfigurationError as error:
        yield Misconfigured(f"failed to configure policy: {error}")
        return
    namespace = "" if attributes.subject.is_namespace else attributes.subject.namespace
    for binding in policy.bindings:
        narrower = binding["spec"].get("matchResources")
        if narrower and selection.version(narrower, attributes, new, old) is None:
            continue
        try:
            params = selection.params(attributes.state, resource, binding, namespace)
        except ConfigurationError as error:
            name = str(binding["metadata"]["name"])
            yield Misconfigured(f"failed to configure binding: {error}", name)
            continue
        for each in params:
            yield Invocation(policy.policy, binding, each, version)


def conditions_of(policy: Bound, evaluation: Evaluation) -> list[str] | None:
    """The match conditions that failed; None where one is false, whatever fails beside it."""
    failed: list[str] = []
    for condition in policy.policy["spec"].get("matchConditions") or ():
        try:
            if evaluation.evaluate(str(condition["expression"])) is False:
                return None
        except FailedError as error:
            failed.append(str(error))
    return failed


def _namespace(attributes: Attributes) -> Tree | None:
    """The Namespace as expressions see it."""
    tree = attributes.namespace()
    if tree is None:
        return None
    metadata = tree["metadata"]
    shown = {name: metadata[name] for name in _NAMESPACE_METADATA if name in metadata}
    return {**{name: tree[name] for name in ("spec", "status") if name in tree}, "metadata": shown}
