"""Reviews of users and permissions, which are answered and never stored."""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.authorization import users
from kube.envtest.apiserver.authorization.authorizer import aggregate
from kube.envtest.apiserver.authorization.rules import Attributes
from kube.envtest.apiserver.authorization.tokens import TokenError
from kube.envtest.apiserver.authorization.users import User
from kube.envtest.apiserver.kinds.builtin import Kind
from kube.envtest.apiserver.resources import Review
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import writes
from kube.runtime.trees import Tree

_GROUP = "authorization.k8s.io"
_ASKED = ("resourceAttributes", "nonResourceAttributes")


def _who_am_i(review: Review) -> Tree:
    return {
        "metadata": {"creationTimestamp": writes.timestamp(review.now)},
        "status": {"userInfo": users.of(review.headers).tree()},
    }


def _whose_token(review: Review) -> Tree:
    spec = review.tree.get("spec") or {}
    if not spec.get("token"):
        raise status.bad_request("token is required for TokenReview in authentication")
    told: Tree
    try:
        user, shared = review.tokens.review(spec["token"], spec.get("audiences") or (), review.now)
    except TokenError as error:
        told = {"user": {}, "error": f"[invalid bearer token, {error}]"}
    else:
        told = {"authenticated": True, "user": user.tree(), "audiences": shared}
    return {"metadata": {}, "spec": spec, "status": told}


def _may_i(review: Review) -> Tree:
    spec = _spec(review)
    return _decided(review, _faults(spec), users.of(review.headers))


def _may_somebody(review: Review) -> Tree:
    spec = _spec(review)
    faults = _faults(spec)
    if not spec.get("user") and not spec.get("groups"):
        why = "at least one of user or group must be specified"
        faults.append(status.invalid_value("spec.user", "", why))
    return _decided(review, faults, User(spec.get("user", ""), "", tuple(spec.get("groups", ()))))


def _may_somebody_here(review: Review) -> Tree:
    asked = _spec(review).get("resourceAttributes")
    namespace = (asked or {}).get("namespace", "")
    if asked is not None and namespace != review.namespace:
        where, why = "spec.resourceAttributes.namespace", "must match metadata.namespace"
        raise status.invalid(_GROUP, "", "", [status.invalid_value(where, namespace, why)])
    return _may_somebody(review)


def _rules(review: Review) -> Tree:
    namespace = _spec(review).get("namespace")
    if not namespace:
        raise status.bad_request("no namespace on request")
    faults: list[str] = []
    held = review.authorizer.rules_of(users.of(review.headers), namespace, faults)
    told: Tree = {
        "resourceRules": [_only(rule, _RESOURCE) for rule in held if rule.get("resources")],
        "nonResourceRules": [_only(rule, _PATH) for rule in held if rule.get("nonResourceURLs")],
        "incomplete": bool(faults),
    }
    if faults:
        told["evaluationError"] = aggregate(faults)
    return {"metadata": {}, "spec": {}, "status": told}


_RESOURCE = ("verbs", "apiGroups", "resources", "resourceNames")
_PATH = ("verbs", "nonResourceURLs")


def _only(rule: Tree, members: tuple[str, ...]) -> Tree:
    return {member: rule[member] for member in members if member in rule}


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


def _decided(review: Review, faults: list[Cause], user: User) -> Tree:
    if faults:
        raise status.invalid(_GROUP, "", "", faults)
    metadata = {"namespace": review.namespace} if review.namespace else {}
    spec = _spec(review)
    decision = review.authorizer.decide(_attributes(spec, user))
    told: Tree = {"allowed": decision.allowed}
    if decision.reason:
        told["reason"] = decision.reason
    return {"metadata": metadata, "spec": spec, "status": told}


def _attributes(spec: Tree, user: User) -> Attributes:
    if path := spec.get("nonResourceAttributes"):
        return Attributes(user=user, verb=path.get("verb", ""), path=path.get("path", "") or "/")
    asked = spec.get("resourceAttributes") or {}
    members = ("verb", "group", "resource", "subresource", "namespace", "name")
    given = {member: str(asked.get(member, "")) for member in members}
    return Attributes(user=user, **given)


KINDS = {
    "selfsubjectreviews": Kind(review=_who_am_i),
    "localsubjectaccessreviews": Kind(review=_may_somebody_here),
    "selfsubjectaccessreviews": Kind(review=_may_i),
    "selfsubjectrulesreviews": Kind(review=_rules),
    "subjectaccessreviews": Kind(review=_may_somebody),
    "tokenreviews": Kind(review=_whose_token),
}
