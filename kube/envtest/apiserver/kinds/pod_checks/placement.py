"""Where Pods may run: affinity, tolerations, spread over a topology."""

from __future__ import annotations

from collections.abc import Sequence

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
TAINT_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_BAD_OPERATOR = "not a valid selector operator"


def check_affinity(affinity: Tree, path: str, causes: list[Cause]) -> None:
    node = affinity.get("nodeAffinity")
    if node is not None:
        where = f"{path}.nodeAffinity"
        if _REQUIRED in node:
            check_node_selector(node[_REQUIRED], f"{where}.{_REQUIRED}", causes)
        for index, term in enumerate(node.get(_PREFERRED) or ()):
            _check_weight(term, f"{where}.{_PREFERRED}[{index}]", causes)
            preference, inside = term["preference"], f"{where}.{_PREFERRED}[{index}].preference"
            _check_term(preference, inside, causes, any_value=True)
    for member in ("podAffinity", "podAntiAffinity"):
        pods = affinity.get(member) or {}
        for index, term in enumerate(pods.get(_REQUIRED) or ()):
            _check_pod_term(term, f"{path}.{member}.{_REQUIRED}[{index}]", causes)
        for index, weighted in enumerate(pods.get(_PREFERRED) or ()):
            where = f"{path}.{member}.{_PREFERRED}[{index}]"
            _check_weight(weighted, where, causes)
            _check_pod_term(weighted["podAffinityTerm"], f"{where}.podAffinityTerm", causes)


def _check_weight(term: Tree, path: str, causes: list[Cause]) -> None:
    weight = term.get("weight", 0)
    if not 1 <= weight <= 100:
        causes.append(invalid_value(f"{path}.weight", weight, "must be in the range 1-100"))


def check_node_selector(selector: Tree, path: str, causes: list[Cause]) -> None:
    terms = selector.get("nodeSelectorTerms") or []
    if not terms:
        why = "must have at least one node selector term"
        causes.append(required(f"{path}.nodeSelectorTerms", why))
    for index, term in enumerate(terms):
        _check_term(term, f"{path}.nodeSelectorTerms[{index}]", causes, any_value=False)


def _check_term(term: Tree, path: str, causes: list[Cause], *, any_value: bool) -> None:
    for index, each in enumerate(term.get("matchExpressions") or ()):
        where = f"{path}.matchExpressions[{index}]"
        _check_expression(each, where, causes, any_value=any_value)
    for index, each in enumerate(term.get("matchFields") or ()):
        _check_field(each, f"{path}.matchFields[{index}]", causes)


def _check_expression(each: Tree, path: str, causes: list[Cause], *, any_value: bool) -> None:
    chosen = each.get("values") or []
    match each.get("operator", ""):
        case "In" | "NotIn":
            if not chosen:
                why = "must be specified when `operator` is 'In' or 'NotIn'"
                causes.append(required(f"{path}.values", why))
        case "Exists" | "DoesNotExist":
            if chosen:
                why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                causes.append(not_allowed(f"{path}.values", why))
        case "Gt" | "Lt":
            if len(chosen) != 1:
                why = "must be specified single value when `operator` is 'Lt' or 'Gt'"
                causes.append(required(f"{path}.values", why))
        case other:
            causes.append(invalid_value(f"{path}.operator", other, _BAD_OPERATOR))
    formats.qualified_name(f"{path}.key", each.get("key", ""), causes)
    if not any_value:
        for index, value in enumerate(chosen):
            formats.label_value(f"{path}.values[{index}]", value, causes)


def _check_field(each: Tree, path: str, causes: list[Cause]) -> None:
    operator, chosen = each.get("operator", ""), each.get("values") or []
    if operator not in ("In", "NotIn"):
        causes.append(invalid_value(f"{path}.operator", operator, _BAD_OPERATOR))
    elif len(chosen) != 1:
        why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        causes.append(required(f"{path}.values", why))
    if each.get("key") != "metadata.name":
        why = "not a valid field selector key"
        causes.append(invalid_value(f"{path}.key", each.get("key", ""), why))
        return
    for index, value in enumerate(chosen):
        formats.dns_subdomain(f"{path}.values[{index}]", value, causes)


def _check_pod_term(term: Tree, path: str, causes: list[Cause]) -> None:
    for member in ("labelSelector", "namespaceSelector"):
        values.selector(f"{path}.{member}", term.get(member), causes)
    for name in term.get("namespaces") or ():
        formats.dns_label(f"{path}.namespace", name, causes)
    match, mismatch = term.get("matchLabelKeys") or [], term.get("mismatchLabelKeys") or []
    _check_label_keys(path, match, mismatch, term.get("labelSelector"), causes)
    key = term.get("topologyKey", "")
    if not key:
        causes.append(required(f"{path}.topologyKey", "can not be empty"))
    formats.qualified_name(f"{path}.topologyKey", key, causes)


def _check_label_keys(
    path: str,
    match: Sequence[str],
    mismatch: Sequence[str],
    selector: Tree | None,
    causes: list[Cause],
) -> None:
    for member, keys in (("matchLabelKeys", match), ("mismatchLabelKeys", mismatch)):
        if keys and selector is None:
            why = "must not be specified when labelSelector is not set"
            causes.append(not_allowed(f"{path}.{member}", why))
        elif keys:
            for index, key in enumerate(keys):
                formats.qualified_name(f"{path}.{member}[{index}]", key, causes)
    places = {key: index for index, key in enumerate(match)}
    selected = set((selector or {}).get("matchLabels") or ())
    for each in (selector or {}).get("matchExpressions") or ():
        key = each.get("key", "")
        if key in places and key in selected:
            why = "exists in both matchLabelKeys and labelSelector"
            causes.append(invalid_value(f"{path}[{places[key]}]", key, why))
        selected.add(key)
    for index, key in enumerate(match):
        if key in mismatch:
            why = "exists in both matchLabelKeys and mismatchLabelKeys"
            causes.append(invalid_value(f"{path}.matchLabelKeys[{index}]", key, why))


def check_spread(constraints: list[Tree], path: str, causes: list[Cause]) -> None:
    for index, constraint in enumerate(constraints):
        where = f"{path}[{index}]"
        if (skew := constraint.get("maxSkew", 0)) <= 0:
            why = "must be greater than zero"
            causes.append(invalid_value(f"{where}.maxSkew", skew, why))
        key, action = constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", "")
        if not key:
            causes.append(required(f"{where}.topologyKey", "can not be empty"))
        actions = ("DoNotSchedule", "ScheduleAnyway")
        values.one_of(f"{where}.whenUnsatisfiable", action, actions, causes)
        for other in constraints[index + 1 :]:
            same = (other.get("topologyKey", ""), other.get("whenUnsatisfiable", ""))
            if same == (key, action):
                names = f"{where}.{{topologyKey, whenUnsatisfiable}}"
                causes.append(status.duplicate(names, f"{{{key}, {action}}}"))
                break
        domains = constraint.get("minDomains")
        if domains is not None and domains <= 0:
            why = "must be greater than zero"
            causes.append(invalid_value(f"{where}.minDomains", domains, why))
        if domains is not None and action != "DoNotSchedule":
            why = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
            causes.append(invalid_value(f"{where}.minDomains", domains, why))
        for member in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            if constraint.get(member) is not None:
                values.one_of(f"{where}.{member}", constraint[member], ("Honor", "Ignore"), causes)
        keys, selector = constraint.get("matchLabelKeys") or [], constraint.get("labelSelector")
        _check_label_keys(where, keys, (), selector, causes)
        values.selector(f"{where}.labelSelector", selector, causes)


def check_tolerations(tolerations: list[Tree], path: str, causes: list[Cause]) -> None:
    for index, toleration in enumerate(tolerations):
        _check_toleration(toleration, f"{path}[{index}]", causes)


_OPERATORS = ("Equal", "Exists")


def _check_toleration(toleration: Tree, path: str, causes: list[Cause]) -> None:
    key, operator = toleration.get("key", ""), toleration.get("operator", "")
    value, effect = toleration.get("value", ""), toleration.get("effect", "")
    if key:
        formats.qualified_name(f"{path}.key", key, causes)
    elif operator != "Exists":
        why = (
            "operator must be Exists when `key` is empty, which means "
            '"match all values and all keys"'
        )
        causes.append(invalid_value(f"{path}.operator", operator, why))
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        causes.append(invalid_value(f"{path}.effect", effect, why))
    match operator:
        case "Equal" | "":
            if faults := list(formats.label_value_faults(value)):
                causes.append(invalid_value(f"{path}.operator", value, ";".join(faults)))
        case "Exists":
            if value:
                why = "value must be empty when `operator` is 'Exists'"
                causes.append(invalid_value(f"{path}.operator", value, why))
        case "Lt" | "Gt":
            supported = (*_OPERATORS, "Lt", "Gt")
            causes.append(status.not_supported(f"{path}.operator", operator, supported))
        case _:
            causes.append(status.not_supported(f"{path}.operator", operator, _OPERATORS))
    if effect:
        values.one_of(f"{path}.effect", effect, TAINT_EFFECTS, causes)
