"""Whether webhooks have a say in a request: all that a server without webhooks needs of them."""

from __future__ import annotations

from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State

_GROUP = "admissionregistration.k8s.io"
MUTATING = (_GROUP, "mutatingwebhookconfigurations")
VALIDATING = (_GROUP, "validatingwebhookconfigurations")


def concerns(state: State, resource: ServerResource, verb: str) -> bool:
    """Whether webhooks may have a say in a request."""
    if verb in ("get", "list", "watch") or resource.group == _GROUP or resource.review is not None:
        return False
    return has_webhooks(state)


def has_webhooks(state: State) -> bool:
    """Whether any are configured."""
    collection = state.store.collection
    return bool(collection(MUTATING).objects or collection(VALIDATING).objects)
