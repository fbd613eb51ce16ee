"""The rules of webhooks and policies: which operations on which resources they are for."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_RULED = (
    ("operations", "operations"), ("apiGroups", "API groups"), ("apiVersions", "API versions"),
)  # fmt: skip


def check(rule: Tree, path: str, causes: list[Cause]) -> None:
    """Append the faults of a rule with operations, of a webhook or a policy."""
    for member, shown in _RULED:
        given, where = rule.get(member) or [], f"{path}.{member}"
        if not given:
            causes.append(status.required(where))
        if len(given) > 1 and "*" in given:
            why = f"if '*' is present, must not specify other {shown}"
            causes.append(status.invalid_value(where, given, why))
        for index, each in enumerate(given):
            if member == "operations":
                values.one_of(f"{where}[{index}]", each, _OPERATIONS, causes)
            elif member == "apiVersions" and not each:
                causes.append(status.required(f"{where}[{index}]"))
    _check_resources(rule.get("resources") or [], f"{path}.resources", causes)
    if rule.get("scope") is not None:
        values.one_of(f"{path}.scope", rule["scope"], ("*", "Cluster", "Namespaced"), causes)


def _check_resources(resources: list[str], path: str, causes: list[Cause]) -> None:
    if not resources:
        causes.append(status.required(path))
    all_of: set[str] = set()
    of_all: set[str] = set()
    plain = False
    for index, each in enumerate(resources):
        where = f"{path}[{index}]"
        if not each:
            causes.append(status.required(where))
            continue
        resource, slash, inside = each.partition("/")
        if not slash:
            plain = each != "*"
            continue
        for present, among, part in ((f"{resource}/*", all_of, resource),
                                     (f"*/{inside}", of_all, inside)):  # fmt: skip
            if part in among:
                why = f"if '{present}' is present, must not specify {each}"
                causes.append(status.invalid_value(where, each, why))
        if inside == "*":
            all_of.add(resource)
        if resource == "*":
            of_all.add(inside)
    if len(resources) > 1 and "*/*" in resources:
        why = "if '*/*' is present, must not specify other resources"
        causes.append(status.invalid_value(path, resources, why))
    if "*" in resources and plain:
        why = "if '*' is present, must not specify other resources without subresources"
        causes.append(status.invalid_value(path, resources, why))
