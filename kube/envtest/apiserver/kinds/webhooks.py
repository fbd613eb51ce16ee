"""Webhook configurations and admission policies."""

from __future__ import annotations

from collections.abc import Callable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import (
    admission_rules,
    formats,
    match_conditions,
    policies,
    values,
    webhook_clients,
)
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_COMMON = {
    "failurePolicy": "Fail",
    "matchPolicy": "Equivalent",
    "namespaceSelector": {},
    "objectSelector": {},
    "timeoutSeconds": 10,
}
_MATCHES = {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}}
_REVIEWS = f"must specify one of {', '.join(webhook_clients.REVIEWS)}"


def _check(kinds: tuple[str, ...]) -> Callable[[Tree, str, list[Cause]], None]:
    def check(configuration: Tree, path: str, causes: list[Cause]) -> None:
        names: set[str] = set()
        for index, webhook in enumerate(configuration.get("webhooks") or ()):
            where, name = f"webhooks[{index}]", webhook.get("name", "")
            _check_webhook(webhook, where, kinds, causes)
            versions = webhook.get("admissionReviewVersions") or []
            reviews = f"{where}.admissionReviewVersions"
            webhook_clients.check_reviews(versions, reviews, _REVIEWS, causes)
            if name in names:
                causes.append(status.duplicate(f"{where}.name", name))
            if name:
                names.add(name)

    return check


def _check_webhook(webhook: Tree, path: str, kinds: tuple[str, ...], causes: list[Cause]) -> None:
    formats.fully_qualified_name(f"{path}.name", webhook.get("name", ""), causes)
    for index, rule in enumerate(webhook.get("rules") or ()):
        admission_rules.check(rule, f"{path}.rules[{index}]", causes)
    values.one_of(f"{path}.failurePolicy", webhook.get("failurePolicy"), ("Fail", "Ignore"), causes)
    supported_matches = ("Equivalent", "Exact")
    values.one_of(f"{path}.matchPolicy", webhook.get("matchPolicy"), supported_matches, causes)
    effects = webhook.get("sideEffects")
    if effects is None:
        why = "must specify one of None, NoneOnDryRun"
        causes.append(status.required(f"{path}.sideEffects", why))
    else:
        values.one_of(f"{path}.sideEffects", effects, ("None", "NoneOnDryRun"), causes)
    timeout = webhook.get("timeoutSeconds", 10)
    if not 1 <= timeout <= 30:
        why = "the timeout value must be between 1 and 30 seconds"
        causes.append(status.invalid_value(f"{path}.timeoutSeconds", timeout, why))
    for member in ("namespaceSelector", "objectSelector"):
        values.selector(f"{path}.{member}", webhook.get(member), causes)
    if kinds and "reinvocationPolicy" in webhook:
        given = webhook["reinvocationPolicy"]
        values.one_of(f"{path}.reinvocationPolicy", given, kinds, causes)
    webhook_clients.check(webhook["clientConfig"], f"{path}.clientConfig", causes)
    match_conditions.check(webhook.get("matchConditions") or [], f"{path}.matchConditions", causes)


_GROUP = "admissionregistration.v1"
DEFAULTS: Defaults = {
    f"{_GROUP}.MatchResources": (missing(**_MATCHES),),
    f"{_GROUP}.MutatingAdmissionPolicySpec": (missing(failurePolicy="Fail"),),
    f"{_GROUP}.MutatingWebhook": (missing(**_COMMON, reinvocationPolicy="Never"),),
    f"{_GROUP}.NamedRuleWithOperations": (missing(scope="*"),),
    f"{_GROUP}.RuleWithOperations": (missing(scope="*"),),
    f"{_GROUP}.ServiceReference": (missing(port=443),),
    f"{_GROUP}.ValidatingAdmissionPolicySpec": (missing(failurePolicy="Fail"),),
    f"{_GROUP}.ValidatingWebhook": (missing(**_COMMON),),
}
CHECKS: Checks = {
    f"{_GROUP}.MutatingWebhookConfiguration": (_check(("IfNeeded", "Never")),),
    f"{_GROUP}.ValidatingWebhookConfiguration": (_check(()),),
    **policies.CHECKS,
}
KINDS = dict.fromkeys(
    (
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "validatingwebhookconfigurations",
    ),
    Kind(strategy=Rules(own_metadata=(1, 0), exact_generation=True), generation=True),
)
