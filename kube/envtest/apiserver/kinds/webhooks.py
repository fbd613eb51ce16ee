"""Webhook configurations and admission policies."""

from __future__ import annotations

from collections.abc import Callable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind
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
_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_VERSIONS = ("v1", "v1beta1")


def _check(kinds: tuple[str, ...]) -> Callable[[Tree, str, list[Cause]], None]:
    def check(configuration: Tree, path: str, causes: list[Cause]) -> None:
        names: set[str] = set()
        for index, webhook in enumerate(configuration.get("webhooks") or ()):
            where = f"webhooks[{index}]"
            _check_webhook(webhook, where, causes)
            name = webhook.get("name", "")
            if name in names:
                causes.append(status.duplicate(f"{where}.name", name))
            names.add(name)
            if "reinvocationPolicy" in webhook and "Never" in kinds:
                where = f"{where}.reinvocationPolicy"
                values.one_of(where, webhook["reinvocationPolicy"], kinds, causes)

    return check


def _check_webhook(webhook: Tree, path: str, causes: list[Cause]) -> None:
    name = webhook.get("name", "")
    if not name:
        causes.append(status.required(f"{path}.name"))
    elif name.count(".") < 2:
        why = "should be a domain with at least three segments separated by dots"
        causes.append(status.invalid_value(f"{path}.name", name, why))
    else:
        values.dns_subdomain(f"{path}.name", name, causes)
    versions = webhook.get("admissionReviewVersions") or []
    if not versions:
        supported = ", ".join(_VERSIONS)
        why = f"must specify one of {supported}"
        causes.append(status.required(f"{path}.admissionReviewVersions", why))
    elif not set(versions) & set(_VERSIONS):
        why = "must include at least one of v1, v1beta1"
        causes.append(status.invalid_value(f"{path}.admissionReviewVersions", versions, why))
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
    _check_client(webhook["clientConfig"], f"{path}.clientConfig", causes)
    for index, rule in enumerate(webhook.get("rules") or ()):
        _check_rule(rule, f"{path}.rules[{index}]", causes)


def _check_client(client: Tree, path: str, causes: list[Cause]) -> None:
    if (client.get("url") is None) == (client.get("service") is None):
        causes.append(status.required(path, "exactly one of url or service is required"))
    url = client.get("url")
    if url is not None and not url.startswith("https://"):
        scheme = url.partition("://")[0]
        why = "'https' is the only allowed URL scheme; desired format: https://host[/path]"
        causes.append(status.invalid_value(f"{path}.url", scheme, why))


def _check_rule(rule: Tree, path: str, causes: list[Cause]) -> None:
    for member in ("operations", "apiGroups", "apiVersions", "resources"):
        if not rule.get(member):
            causes.append(status.required(f"{path}.{member}"))
    for index, operation in enumerate(rule.get("operations") or ()):
        values.one_of(f"{path}.operations[{index}]", operation, _OPERATIONS, causes)
    values.one_of(f"{path}.scope", rule.get("scope"), ("*", "Cluster", "Namespaced"), causes)


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
    Kind(generation=True),
)
