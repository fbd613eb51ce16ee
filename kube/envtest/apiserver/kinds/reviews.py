"""Reviews of users and permissions, which are answered and never stored.

The server authenticates nobody and allows everything, and its answers say so. The user is that of
the real control plane for tests, or the one that the request impersonates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds.builtin import Kind
from kube.envtest.apiserver.resources import Review
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_GROUP = "authorization.k8s.io"
_ASKED = ("resourceAttributes", "nonResourceAttributes")


def user(headers: Mapping[str, str]) -> Tree:
    """The user of a request, as authentication.k8s.io writes it."""
    impersonated = headers.get("impersonate-user")
    if impersonated is None:
        groups = ["system:masters", "system:authenticated"]
        return {"username": "admin", "uid": "admin", "groups": groups}
    groups = [group for group in headers.get("impersonate-group", "").split(",") if group]
    return {"username": impersonated, "groups": [*groups, "system:authenticated"]}


def _who_am_i(review: Review) -> Tree:
    return {
        "metadata": {"creationTimestamp": review.now},
        "status": {"userInfo": user(review.headers)},
    }


def _may_i(review: Review) -> Tree:
    return _decided(review, _faults(_spec(review)))


def _may_somebody(review: Review) -> Tree:
    spec = _spec(review)
    faults = _faults(spec)
    if not spec.get("user") and not spec.get("groups"):
        why = "at least one of user or group must be specified"
        faults.append(status.invalid_value("spec.user", "", why))
    return _decided(review, faults)


def _may_somebody_here(review: Review) -> Tree:
    asked = _spec(review).get("resourceAttributes")
    namespace = (asked or {}).get("namespace", "")
    if asked is not None and namespace != review.namespace:
        where, why = "spec.resourceAttributes.namespace", "must match metadata.namespace"
        raise status.invalid(_GROUP, "", "", [status.invalid_value(where, namespace, why)])
    return _may_somebody(review)


def _rules(review: Review) -> Tree:
    if not _spec(review).get("namespace"):
        raise status.bad_request("no namespace on request")
    everything = {
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
        "incomplete": False,
    }
    return {"metadata": {}, "spec": {}, "status": everything}


def _spec(review: Review) -> Tree:
    """The spec as Go writes it again: without zero values, but with pointers that are set."""
    sent: Tree = review.tree.get("spec") or {}
    spec: Tree = _without_zeros(sent)
    for attributes in _ASKED:
        if sent.get(attributes) is not None:
            spec.setdefault(attributes, {})
    return spec


def _without_zeros(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kept = {key: _without_zeros(inner) for key, inner in value.items()}
    return {key: inner for key, inner in kept.items() if inner not in (None, "", [], {})}


def _faults(spec: Tree) -> list[Cause]:
    asked = [name for name in _ASKED if name in spec]
    if len(asked) == 1:
        return []
    if asked:
        # Shown as Go's encoder shows the internal type.
        sent = spec["nonResourceAttributes"]
        shown = {"Path": sent.get("path", ""), "Verb": sent.get("verb", "")}
        why = "cannot be specified in combination with resourceAttributes"
        return [status.invalid_value("spec.nonResourceAttributes", shown, why)]
    why = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
    return [status.invalid_value("spec.resourceAttributes", None, why)]


def _decided(review: Review, faults: list[Cause]) -> Tree:
    if faults:
        raise status.invalid(_GROUP, "", "", faults)
    metadata = {"namespace": review.namespace} if review.namespace else {}
    return {"metadata": metadata, "spec": _spec(review), "status": {"allowed": True}}


KINDS = {
    "selfsubjectreviews": Kind(review=_who_am_i),
    "localsubjectaccessreviews": Kind(review=_may_somebody_here),
    "selfsubjectaccessreviews": Kind(review=_may_i),
    "selfsubjectrulesreviews": Kind(review=_rules),
    "subjectaccessreviews": Kind(review=_may_somebody),
}
