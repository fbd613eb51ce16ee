"""Admission policies and their bindings.

After `pkg/apis/admissionregistration/validation`.
"""

from __future__ import annotations

import re

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import admission_rules, formats, match_conditions, values
from kube.envtest.apiserver.kinds.builtin import Checks
from kube.envtest.apiserver.kinds.expressions import Expressions
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_MOST_ANNOTATIONS = 20
_LONGEST_VALUE = 5 * 1024
_IDENTIFIER = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_RESERVED = frozenset(
    ("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function",
     "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while")
)  # fmt: skip


def _check_policy(policy: Tree, path: str, causes: list[Cause]) -> None:
    spec = policy.get("spec") or {}
    expressions = _check_common(spec, causes)
    validations, annotations = spec.get("validations"), spec.get("auditAnnotations")
    if not validations and not annotations:
        why = "validations or auditAnnotations must contain at least one item"
        causes.append(status.required("spec.validations", why))
        causes.append(status.required("spec.auditAnnotations", why))
        return
    for index, validation in enumerate(validations or ()):
        _check_validation(validation, f"spec.validations[{index}]", expressions, causes)
    name = str((policy.get("metadata") or {}).get("name") or "")
    _check_annotations(annotations or [], name, expressions, causes)


def _check_mutating_policy(policy: Tree, path: str, causes: list[Cause]) -> None:
    spec = policy.get("spec") or {}
    expressions = _check_common(spec, causes, mutates=True)
    mutations = spec.get("mutations") or []
    if not mutations:
        why = "mutations must contain at least one item"
        causes.append(status.required("spec.mutations", why))
    for index, mutation in enumerate(mutations):
        _check_mutation(mutation, f"spec.mutations[{index}]", expressions, causes)
    again = spec.get("reinvocationPolicy")
    values.required_one_of("spec.reinvocationPolicy", again, ("IfNeeded", "Never"), causes)


def _check_common(spec: Tree, causes: list[Cause], *, mutates: bool = False) -> Expressions:
    """What both kinds of policies have; the expressions that follow may name the variables."""
    values.one_of("spec.failurePolicy", spec.get("failurePolicy"), ("Fail", "Ignore"), causes)
    kind = spec.get("paramKind")
    if kind is not None:
        _check_param_kind(kind, "spec.paramKind", causes)
    constraints = spec.get("matchConstraints")
    _check_constraints(constraints, "spec.matchConstraints", causes)
    if mutates:
        _check_mutable(constraints, "spec.matchConstraints", causes)
    has_params = kind is not None
    conditions = spec.get("matchConditions") or []
    match_conditions.check(conditions, "spec.matchConditions", causes, has_params=has_params)
    expressions = Expressions(has_params=has_params)
    for index, variable in enumerate(spec.get("variables") or ()):
        _check_variable(variable, f"spec.variables[{index}]", expressions, causes)
    return expressions


def _check_mutable(match: Tree | None, path: str, causes: list[Cause]) -> None:
    """Only what is created and updated can be changed."""
    for rule in (match or {}).get("resourceRules") or ():
        for operation in rule.get("operations") or ():
            where = f"{path}.resourceRules.operations"
            values.one_of(where, operation, ("CREATE", "UPDATE"), causes)


_PATCHES = {"JSONPatch": "jsonPatch", "ApplyConfiguration": "applyConfiguration"}


def _check_mutation(
    mutation: Tree, path: str, expressions: Expressions, causes: list[Cause]
) -> None:
    kind = mutation.get("patchType")
    if kind not in _PATCHES:
        supported = ("ApplyConfiguration", "JSONPatch")
        values.required_one_of(f"{path}.patchType", kind, supported, causes)
        return
    for other, member in _PATCHES.items():
        where = f"{path}.{member}"
        if other != kind:
            if mutation.get(member) is not None:
                why = f"must not be specified when patchType is {kind}"
                causes.append(status.invalid_value(where, f"{{{member}}}", why))
            continue
        if mutation.get(member) is None:
            causes.append(status.required(where, f"must be specified when patchType is {kind}"))
            continue
        text = mutation[member].get("expression", "").strip()
        if not text:
            causes.append(status.required(f"{where}.expression"))
        else:
            expressions.check_mutation(f"{where}.expression", text, kind, causes)


def _check_param_kind(kind: Tree, path: str, causes: list[Cause]) -> None:
    api_version = kind.get("apiVersion", "")
    group, _, version = api_version.rpartition("/")
    if not api_version:
        causes.append(status.required(f"{path}.apiVersion"))
    elif api_version.count("/") > 1:
        why = f"unexpected GroupVersion string: {api_version}"
        causes.append(status.invalid_value(f"{path}.apiVersion", api_version, why))
    else:
        if group and (faults := list(formats.subdomain_faults(group))):
            causes.append(status.invalid_value(f"{path}.apiVersion", group, ",".join(faults)))
        if not version:
            why = "version must be specified"
            causes.append(status.invalid_value(f"{path}.apiVersion", api_version, why))
        else:
            formats.dns_1035_label(f"{path}.apiVersion", version, causes)
    if not kind.get("kind"):
        causes.append(status.required(f"{path}.kind"))
    else:
        formats.dns_1035_label(f"{path}.kind", kind["kind"].lower(), causes)


def _check_constraints(constraints: Tree | None, path: str, causes: list[Cause]) -> None:
    if constraints is None:
        causes.append(status.required(path))
        return
    _check_match(constraints, path, causes)
    if not constraints.get("resourceRules"):
        causes.append(status.required(f"{path}.resourceRules"))


def _check_match(match: Tree, path: str, causes: list[Cause]) -> None:
    policies = ("Equivalent", "Exact")
    values.one_of(f"{path}.matchPolicy", match.get("matchPolicy"), policies, causes)
    for member in ("namespaceSelector", "objectSelector"):
        values.selector(f"{path}.{member}", match.get(member), causes)
    for member in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(member) or ()):
            where = f"{path}.{member}[{index}]"
            _check_names(rule.get("resourceNames") or [], f"{where}.resourceNames", causes)
            admission_rules.check(rule, where, causes)


def _check_names(names: list[str], path: str, causes: list[Cause]) -> None:
    for index, name in enumerate(names):
        for fault in formats.path_segment_faults(name):
            causes.append(status.invalid_value(f"{path}[{index}]", name, fault))
        if name in names[:index]:
            causes.append(status.duplicate(f"{path}[{index}]", name))


def _check_variable(
    variable: Tree, path: str, expressions: Expressions, causes: list[Cause]
) -> None:
    name, text = variable.get("name", ""), variable.get("expression", "")
    if not name.strip():
        causes.append(status.required(f"{path}.name", "name is not specified"))
    elif not _IDENTIFIER.fullmatch(name) or name in _RESERVED:
        why = "must be a valid CEL identifier"
        causes.append(status.invalid_value(f"{path}.name", name, why))
    if not text.strip():
        causes.append(status.required(f"{path}.expression", "expression is not specified"))
    else:
        expressions.declare(f"{path}.expression", name, text, causes)


def _check_validation(
    validation: Tree, path: str, expressions: Expressions, causes: list[Cause]
) -> None:
    text = validation.get("expression", "")
    if not text.strip():
        causes.append(status.required(f"{path}.expression", "expression is not specified"))
    else:
        expressions.check(f"{path}.expression", text, ("bool",), causes)
    told = validation.get("messageExpression", "")
    if told and not told.strip():
        why = "must be non-empty if specified"
        causes.append(status.invalid_value(f"{path}.messageExpression", told, why))
    elif told:
        where = f"{path}.messageExpression"
        expressions.check(where, told, ("string",), causes, has_authorizer=False)
    message = validation.get("message", "")
    if message and not message.strip():
        why = "must be non-empty if specified"
        causes.append(status.invalid_value(f"{path}.message", message, why))
    elif re.search(r"[\n\r]", message.strip()):
        causes.append(
            status.invalid_value(f"{path}.message", message, "must not contain line breaks")
        )
    reason = validation.get("reason")
    if reason is not None and reason not in _REASONS:
        causes.append(status.not_supported(f"{path}.reason", reason, _REASONS))


def _check_annotations(
    annotations: list[Tree], policy: str, expressions: Expressions, causes: list[Cause]
) -> None:
    if len(annotations) > _MOST_ANNOTATIONS:
        why = f"must not have more than {_MOST_ANNOTATIONS} auditAnnotations"
        causes.append(status.invalid_value("spec.auditAnnotations", annotations, why))
    keys: set[str] = set()
    for index, annotation in enumerate(annotations):
        path, key = f"spec.auditAnnotations[{index}]", annotation.get("key", "")
        if policy:
            formats.qualified_name(f"{path}.key", f"{policy}/{key}", causes)
        else:
            why = "requires metadata.name be non-empty"
            causes.append(status.invalid_value(f"{path}.key", key, why))
        _check_value(annotation.get("valueExpression", ""), path, expressions, causes)
        if key in keys:
            causes.append(status.duplicate(f"{path}.key", key))
        keys.add(key)


def _check_value(text: str, path: str, expressions: Expressions, causes: list[Cause]) -> None:
    where = f"{path}.valueExpression"
    if not text.strip():
        causes.append(status.required(where, "valueExpression is not specified"))
    elif len(text.strip().encode()) > _LONGEST_VALUE:
        causes.append(status.required(where, f"must not exceed {_LONGEST_VALUE} bytes in length"))
    else:
        expressions.check(where, text.strip(), ("string", "null_type"), causes)


_ACTIONS = ("Audit", "Deny", "Warn")


def _check_binding(binding: Tree, path: str, causes: list[Cause]) -> None:
    spec = binding.get("spec") or {}
    _check_bound(spec, causes)
    _check_actions(spec.get("validationActions") or [], "spec.validationActions", causes)


def _check_mutating_binding(binding: Tree, path: str, causes: list[Cause]) -> None:
    spec = binding.get("spec") or {}
    _check_bound(spec, causes)
    _check_mutable(spec.get("matchResources"), "spec.matchResources", causes)


def _check_bound(spec: Tree, causes: list[Cause]) -> None:
    if not spec.get("policyName"):
        causes.append(status.required("spec.policyName"))
    else:
        for fault in formats.subdomain_faults(spec["policyName"]):
            causes.append(status.invalid_value("spec.policyName", spec["policyName"], fault))
    if spec.get("paramRef") is not None:
        _check_reference(spec["paramRef"], "spec.paramRef", causes)
    if spec.get("matchResources") is not None:
        _check_match(spec["matchResources"], "spec.matchResources", causes)


def _check_reference(reference: Tree, path: str, causes: list[Cause]) -> None:
    name, selector = reference.get("name"), reference.get("selector")
    exclusive = "name and selector are mutually exclusive"
    if name:
        for fault in formats.path_segment_faults(name):
            causes.append(status.invalid_value(f"{path}.name", name, fault))
        if selector is not None:
            causes.append(status.not_allowed(f"{path}.name", exclusive))
    if selector is not None:
        values.selector(f"{path}.selector", selector, causes)
        if name:
            causes.append(status.not_allowed(f"{path}.selector", exclusive))
    if not name and selector is None:
        causes.append(status.required(path, "one of name or selector must be specified"))
    action = reference.get("parameterNotFoundAction")
    values.required_one_of(f"{path}.parameterNotFoundAction", action, ("Deny", "Allow"), causes)


def _check_actions(actions: list[str], path: str, causes: list[Cause]) -> None:
    for index, action in enumerate(actions):
        if action not in _ACTIONS:
            causes.append(status.not_supported(f"{path}[{index}]", action, _ACTIONS))
        if action in actions[:index]:
            causes.append(status.duplicate(f"{path}[{index}]", action))
    if {"Deny", "Warn"} <= set(actions):
        why = (
            "must not contain both Deny and Warn (repeating the same validation failure "
            "information in the API response and headers serves no purpose)"
        )
        causes.append(status.invalid_value(path, actions, why))
    if not actions:
        causes.append(status.required(path, "at least one validation action is required"))


_GROUP = "admissionregistration.v1"
CHECKS: Checks = {
    f"{_GROUP}.MutatingAdmissionPolicy": (_check_mutating_policy,),
    f"{_GROUP}.MutatingAdmissionPolicyBinding": (_check_mutating_binding,),
    f"{_GROUP}.ValidatingAdmissionPolicy": (_check_policy,),
    f"{_GROUP}.ValidatingAdmissionPolicyBinding": (_check_binding,),
}
