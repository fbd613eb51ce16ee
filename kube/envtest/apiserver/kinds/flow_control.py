"""FlowSchemas and PriorityLevelConfigurations. They have no effect here: no request waits."""

from __future__ import annotations

import math

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing, unset
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_VERBS = (
    "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch",
)  # fmt: skip
_SUBJECTS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}
_METHODS = ("ByNamespace", "ByUser")
_MOST_PRECEDENCE = 10000
_MOST_QUEUES = 10_000_000
_MOST_BITS = 60


def _check_schema(schema: Tree, path: str, causes: list[Cause]) -> None:
    spec, where = schema["spec"], "spec.matchingPrecedence"
    precedence = spec.get("matchingPrecedence", 0)
    if precedence <= 0:
        causes.append(invalid_value(where, precedence, "must be a positive value"))
    if precedence > _MOST_PRECEDENCE:
        why = f"must not be greater than {_MOST_PRECEDENCE}"
        causes.append(invalid_value(where, precedence, why))
    if precedence == 1 and schema["metadata"].get("name") != "exempt":
        why = "only the schema named 'exempt' may have matchingPrecedence 1"
        causes.append(invalid_value(where, precedence, why))
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in _METHODS:
        shown = {"Type": method.get("type", "")}
        causes.append(status.not_supported("spec.distinguisherMethod.type", shown, _METHODS))
    level = (spec.get("priorityLevelConfiguration") or {}).get("name", "")
    if level:
        formats.dns_subdomain("spec.priorityLevelConfiguration.name", level, causes)
    else:
        why = "must reference a priority level"
        causes.append(required("spec.priorityLevelConfiguration.name", why))
    for index, rule in enumerate(spec.get("rules") or ()):
        _check_rule(rule, f"spec.rules[{index}]", causes)


def _check_rule(rule: Tree, path: str, causes: list[Cause]) -> None:
    subjects = rule.get("subjects") or []
    for index, subject in enumerate(subjects):
        _check_subject(subject, f"{path}.subjects[{index}]", causes)
    if not subjects:
        why = "subjects must contain at least one value"
        causes.append(required(f"{path}.subjects", why))
    resources, others = rule.get("resourceRules") or [], rule.get("nonResourceRules") or []
    if not resources and not others:
        why = "at least one of resourceRules and nonResourceRules has to be non-empty"
        causes.append(required(path, why))
    for index, each in enumerate(resources):
        _check_resource_rule(each, f"{path}.resourceRules[{index}]", causes)
    for index, each in enumerate(others):
        where = f"{path}.nonResourceRules[{index}]"
        _check_verbs(each, where, causes)
        _check_urls(each.get("nonResourceURLs") or [], f"{where}.nonResourceURLs", causes)


def _check_subject(subject: Tree, path: str, causes: list[Cause]) -> None:
    kind = subject.get("kind", "")
    member = _SUBJECTS.get(kind)
    if member is None:
        causes.append(status.not_supported(f"{path}.kind", kind, sorted(_SUBJECTS)))
        return
    where, which = f"{path}.{member}", subject.get(member)
    if which is None:
        causes.append(required(where, f"{member} is required when subject kind is '{kind}'"))
    else:
        _check_named(which, member, where, causes)
    for other_kind, other in _SUBJECTS.items():
        if other != member and subject.get(other) is not None:
            why = f"{other} is forbidden when subject kind is not '{other_kind}'"
            causes.append(not_allowed(f"{path}.{other}", why))


def _check_named(subject: Tree, member: str, path: str, causes: list[Cause]) -> None:
    name = subject.get("name", "")
    if not name:
        causes.append(required(f"{path}.name"))
    if member != "serviceAccount":
        return
    if name and name != "*":
        formats.dns_subdomain(f"{path}.name", name, causes)
    if subject.get("namespace"):
        formats.dns_label(f"{path}.namespace", subject["namespace"], causes)
    else:
        why = "must specify namespace for service account"
        causes.append(required(f"{path}.namespace", why))


def _check_verbs(rule: Tree, path: str, causes: list[Cause]) -> None:
    verbs, where = rule.get("verbs") or [], f"{path}.verbs"
    if not verbs:
        causes.append(required(where, "verbs must contain at least one value"))
    elif "*" in verbs:
        _check_alone(verbs, where, "verbs", causes)
    elif not set(verbs) <= set(_VERBS):
        causes.append(status.not_supported(where, verbs, _VERBS))


def _check_alone(given: list[str], path: str, what: str, causes: list[Cause]) -> None:
    if len(given) > 1 and "*" in given:
        why = f"if '*' is present, must not specify other {what}"
        causes.append(invalid_value(path, given, why))


def _check_resource_rule(rule: Tree, path: str, causes: list[Cause]) -> None:
    _check_verbs(rule, path, causes)
    for member, what, one in (
        ("apiGroups", "api groups", "api group"),
        ("resources", "resources", "resource"),
    ):
        given = rule.get(member) or []
        if not given:
            why = f"resource rules must supply at least one {one}"
            causes.append(required(f"{path}.{member}", why))
        _check_alone(given, f"{path}.{member}", what, causes)
    namespaces, where = rule.get("namespaces") or [], f"{path}.namespaces"
    if not namespaces and not rule.get("clusterScope"):
        why = "resource rules that are not cluster scoped must supply at least one namespace"
        causes.append(required(where, why))
    elif "*" in namespaces:
        _check_alone(namespaces, where, "namespaces", causes)
    else:
        for index, namespace in enumerate(namespaces):
            for fault in formats.label_faults(namespace):
                why = f"each member of this list must be '*' or a DNS-1123 label; {fault}"
                causes.append(invalid_value(f"{where}[{index}]", namespace, why))


def _check_urls(urls: list[str], path: str, causes: list[Cause]) -> None:
    if not urls:
        causes.append(required(path, "nonResourceURLs must contain at least one value"))
    elif "*" in urls:
        _check_alone(urls, path, "non-resource URLs", causes)
    else:
        for index, url in enumerate(urls):
            if why := _url_fault(url):
                causes.append(invalid_value(f"{path}[{index}]", url, why))


def _url_fault(url: str) -> str:
    if not url:
        return "must not be empty"
    if not url.startswith("/"):
        return "must start with slash"
    if " " in url:
        return "must not contain white-space"
    if "//" in url:
        return "must not contain double slash"
    stars = url.count("*")
    only_last = stars == 0 or (stars == 1 and url.endswith("/*"))
    return "" if only_last else "wildcard can only do suffix matching"


def _check_level(level: Tree, path: str, causes: list[Cause]) -> None:
    spec, name = level["spec"], level["metadata"].get("name")
    kind, limited, exempt = spec.get("type", ""), spec.get("limited"), spec.get("exempt")
    if (name == "exempt") != (kind == "Exempt"):
        why = "must be 'Exempt' if and only if `name` is 'exempt'"
        causes.append(invalid_value("spec.type", kind, why))
    match kind:
        case "Exempt":
            if limited is not None:
                why = "must be nil if the type is not Limited"
                causes.append(not_allowed("spec.limited", why))
            if exempt is not None:
                _check_shares(exempt, "spec.exempt", causes)
        case "Limited":
            if exempt is not None:
                causes.append(not_allowed("spec.exempt", "must be nil if the type is Limited"))
            if limited is None:
                why = "must not be empty when type is Limited"
                causes.append(required("spec.limited", why))
            else:
                _check_limited(limited, "spec.limited", causes)
        case _:
            values.required_one_of("spec.type", kind, ("Exempt", "Limited"), causes)


def _check_shares(limits: Tree, path: str, causes: list[Cause]) -> None:
    shares = limits.get("nominalConcurrencyShares") or 0
    if shares < 0:
        where, why = f"{path}.nominalConcurrencyShares", "must be a non-negative integer"
        causes.append(invalid_value(where, shares, why))
    values.between(f"{path}.lendablePercent", limits.get("lendablePercent"), 0, 100, causes)


def _check_limited(limited: Tree, path: str, causes: list[Cause]) -> None:
    _check_shares(limited, path, causes)
    percent = limited.get("borrowingLimitPercent") or 0
    if percent < 0:
        where, why = f"{path}.borrowingLimitPercent", "if specified, must be a non-negative integer"
        causes.append(invalid_value(where, percent, why))
    response, where = limited.get("limitResponse") or {}, f"{path}.limitResponse"
    kind, queuing = response.get("type", ""), response.get("queuing")
    values.required_one_of(f"{where}.type", kind, ("Queue", "Reject"), causes)
    if kind == "Reject" and queuing is not None:
        why = "must be nil if limited.limitResponse.type is not Limited"
        causes.append(not_allowed(f"{where}.queuing", why))
    if kind == "Queue" and queuing is None:
        why = "must not be empty if limited.limitResponse.type is Limited"
        causes.append(required(f"{where}.queuing", why))
    elif kind == "Queue" and queuing is not None:
        _check_queuing(queuing, f"{where}.queuing", causes)


def _check_queuing(queuing: Tree, path: str, causes: list[Cause]) -> None:
    queues, hand = queuing.get("queues", 0), queuing.get("handSize", 0)
    for member in ("queueLengthLimit", "queues", "handSize"):
        number = queuing.get(member, 0)
        if number <= 0:
            causes.append(invalid_value(f"{path}.{member}", number, "must be positive"))
    if queues > _MOST_QUEUES:
        why = f"must not be greater than {_MOST_QUEUES}"
        causes.append(invalid_value(f"{path}.queues", queues, why))
    if hand > 0 and hand > queues:
        why = f"should not be greater than queues ({queues})"
        causes.append(invalid_value(f"{path}.handSize", hand, why))
    elif hand > 0 and _bits(queues, hand) > _MOST_BITS:
        why = (
            f"required entropy bits of deckSize {queues} and handSize {hand} should not be greater "
        )
        causes.append(invalid_value(f"{path}.handSize", hand, f"{why}than {_MOST_BITS}"))


def _bits(queues: int, hand: int) -> int:
    """The bits that dealing a hand takes; no more of them are counted than matter."""
    return math.ceil(sum(math.log2(queues - card) for card in range(min(hand, _MOST_BITS + 1))))


def _status_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    seen: set[str] = set()
    for index, condition in enumerate(new["status"].get("conditions") or ()):
        where, kind = f"status.conditions[{index}].type", condition.get("type", "")
        if kind in seen:
            causes.append(status.duplicate(where, kind))
        seen.add(kind)
        if not kind:
            causes.append(required(where))


_GROUP = "flowcontrol.v1"
DEFAULTS: Defaults = {
    f"{_GROUP}.ExemptPriorityLevelConfiguration": (
        missing(nominalConcurrencyShares=0, lendablePercent=0),
    ),
    f"{_GROUP}.FlowSchemaSpec": (unset(matchingPrecedence=1000),),
    f"{_GROUP}.LimitedPriorityLevelConfiguration": (
        missing(nominalConcurrencyShares=30, lendablePercent=0),
    ),
    f"{_GROUP}.QueuingConfiguration": (unset(handSize=8, queues=64, queueLengthLimit=50),),
}
CHECKS: Checks = {
    f"{_GROUP}.FlowSchema": (_check_schema,),
    f"{_GROUP}.PriorityLevelConfiguration": (_check_level,),
}
KINDS = dict.fromkeys(
    ("flowschemas", "prioritylevelconfigurations"),
    Kind(strategy=Rules(status_changes=_status_changes, own_metadata=(1, 0)), generation=True),
)
