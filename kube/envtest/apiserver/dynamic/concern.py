"""Whether webhooks or policies have a say in a request: all that a server without them needs."""

from __future__ import annotations

from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State

GROUP = "admissionregistration.k8s.io"
MUTATING = (GROUP, "mutatingwebhookconfigurations")
VALIDATING = (GROUP, "validatingwebhookconfigurations")
POLICIES = (GROUP, "validatingadmissionpolicies")
BINDINGS = (GROUP, "validatingadmissionpolicybindings")


def concerns(state: State, resource: ServerResource, verb: str) -> bool:
    """Whether webhooks may have a say in a request."""
    return _is_admitted(resource, verb) and has_webhooks(state)


def has_webhooks(state: State) -> bool:
    """Whether any are configured."""
    collection = state.store.collection
    return bool(collection(MUTATING).objects or collection(VALIDATING).objects)


def has_hooks(state: State) -> bool:
    """Whether any webhooks are configured, or policies bound."""
    return has_webhooks(state) or bool(state.store.collection(BINDINGS).objects)


def concerns_policies(state: State, resource: ServerResource, verb: str) -> bool:
    """Whether admission policies may have a say in a request: a policy needs a binding for that."""
    if resource.review is not None or not _is_admitted(resource, verb):
        return False  # an expression that denies reviews could lock everybody out
    return bool(state.store.collection(BINDINGS).objects)


def _is_admitted(resource: ServerResource, verb: str) -> bool:
    return verb not in ("get", "list", "watch") and resource.group != GROUP
