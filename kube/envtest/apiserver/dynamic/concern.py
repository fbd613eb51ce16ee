"""Whether webhooks or policies have a say in a request: all that a server without them needs."""

from __future__ import annotations

from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State

GROUP = "admissionregistration.k8s.io"
MUTATING = (GROUP, "mutatingwebhookconfigurations")
VALIDATING = (GROUP, "validatingwebhookconfigurations")
POLICIES = (GROUP, "validatingadmissionpolicies")
BINDINGS = (GROUP, "validatingadmissionpolicybindings")
MUTATING_POLICIES = (GROUP, "mutatingadmissionpolicies")
MUTATING_BINDINGS = (GROUP, "mutatingadmissionpolicybindings")
_WEBHOOKS = (MUTATING, VALIDATING)
_HOOKS = (*_WEBHOOKS, POLICIES, MUTATING_POLICIES)


def concerns(state: State, resource: ServerResource, verb: str) -> bool:
    """Whether webhooks may have a say in a request."""
    return _is_admitted(resource, verb) and has_webhooks(state)


def has_webhooks(state: State) -> bool:
    """Whether any are configured."""
    return state.store.has_any(_WEBHOOKS)


def has_hooks(state: State) -> bool:
    """Whether there are any webhooks or policies."""
    return state.store.has_any(_HOOKS)  # one look, since every write takes it


def has_mutations(state: State) -> bool:
    """Whether mutating policies are bound."""
    collection = state.store.collection
    return bool(collection(MUTATING_BINDINGS).objects and collection(MUTATING_POLICIES).objects)


def concerns_policies(state: State, resource: ServerResource, verb: str) -> bool:
    """Whether admission policies may have a say in a request."""
    if resource.review is not None or not _is_admitted(resource, verb):
        return False  # an expression that denies reviews could lock everybody out
    return _has_policies(state)


def _has_policies(state: State) -> bool:
    """Whether policies are bound: one has no effect without a binding, nor a binding without it."""
    collection = state.store.collection
    if collection(BINDINGS).objects and collection(POLICIES).objects:
        return True
    return has_mutations(state)


def _is_admitted(resource: ServerResource, verb: str) -> bool:
    return verb not in ("get", "list", "watch") and resource.group != GROUP
