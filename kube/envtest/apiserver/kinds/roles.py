"""rbac.authorization.k8s.io: rules that hang together, and references that never change."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.schemas.walks import Check
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree

_GROUP = "rbac.authorization.k8s.io"
_SUBJECTS = ("ServiceAccount", "User", "Group")


def _check_rule(rule: Tree, path: str, causes: list[Cause], *, namespaced: bool) -> None:
    def lacks(member: str) -> bool:
        return not rule.get(member)

    if lacks("verbs"):
        why = "verbs must contain at least one value"
        causes.append(status.required(f"{path}.verbs", why))
    if not lacks("nonResourceURLs"):
        where, urls = f"{path}.nonResourceURLs", rule["nonResourceURLs"]
        if namespaced:
            why = "namespaced rules cannot apply to non-resource URLs"
            causes.append(status.invalid_value(where, urls, why))
        if not (lacks("apiGroups") and lacks("resources") and lacks("resourceNames")):
            why = "rules cannot apply to both regular resources and non-resource URLs"
            causes.append(status.invalid_value(where, urls, why))
        return
    if lacks("apiGroups"):
        why = "resource rules must supply at least one api group"
        causes.append(status.required(f"{path}.apiGroups", why))
    if lacks("resources"):
        why = "resource rules must supply at least one resource"
        causes.append(status.required(f"{path}.resources", why))


def _check_role(role: Tree, path: str, causes: list[Cause]) -> None:
    for index, rule in enumerate(role.get("rules") or ()):
        _check_rule(rule, f"rules[{index}]", causes, namespaced=True)


def _check_cluster_role(role: Tree, path: str, causes: list[Cause]) -> None:
    for index, rule in enumerate(role.get("rules") or ()):
        _check_rule(rule, f"rules[{index}]", causes, namespaced=False)
    aggregation = role.get("aggregationRule")
    if aggregation is None:
        return
    selectors, where = (
        aggregation.get("clusterRoleSelectors") or [],
        "aggregationRule.clusterRoleSelectors",
    )
    if not selectors:
        why = "at least one clusterRoleSelector required if aggregationRule is non-nil"
        causes.append(status.required(where, why))
    for index, selector in enumerate(selectors):
        if not values.selector(f"{where}[{index}]", selector, causes):
            # The original shows the selector that it could not make.
            why = "invalid label selector."
            causes.append(status.invalid_value(f"{where}[{index}]", None, why))


def _check_binding(kinds: tuple[str, ...]) -> Check:
    def check(binding: Tree, path: str, causes: list[Cause]) -> None:
        reference = binding.get("roleRef") or {}
        if reference.get("apiGroup") != _GROUP:
            given = reference.get("apiGroup", "")
            causes.append(status.not_supported("roleRef.apiGroup", given, [_GROUP]))
        values.one_of("roleRef.kind", reference.get("kind"), kinds, causes)
        if not reference.get("name"):
            causes.append(status.required("roleRef.name"))
        else:
            formats.path_segment("roleRef.name", reference["name"], causes)
        for index, subject in enumerate(binding.get("subjects") or ()):
            _check_subject(subject, f"subjects[{index}]", "Role" in kinds, causes)

    return check


def _check_subject(subject: Tree, path: str, inside: bool, causes: list[Cause]) -> None:
    name = subject.get("name")
    if not name:
        causes.append(status.required(f"{path}.name"))
    kind, group = subject.get("kind", ""), subject.get("apiGroup", "")
    if kind == "ServiceAccount":
        if name:
            formats.dns_subdomain(f"{path}.name", name, causes)
        if group:
            causes.append(status.not_supported(f"{path}.apiGroup", group, [""]))
        if not inside and not subject.get("namespace"):
            causes.append(status.required(f"{path}.namespace"))
    elif kind not in _SUBJECTS:
        causes.append(status.not_supported(f"{path}.kind", kind, list(_SUBJECTS)))
    elif group != _GROUP:
        causes.append(status.not_supported(f"{path}.apiGroup", group, [_GROUP]))


def _complete(binding: Tree) -> None:
    reference = binding.get("roleRef")
    if reference is not None and not reference.get("apiGroup"):
        reference["apiGroup"] = _GROUP
    for subject in binding.get("subjects") or ():
        if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = _GROUP


def _same_role(new: Tree, old: Tree, causes: list[Cause]) -> None:
    if new.get("roleRef") != old.get("roleRef"):
        reference = new.get("roleRef") or {}
        shown = {
            "APIGroup": reference.get("apiGroup", ""),
            "Kind": reference.get("kind", ""),
            "Name": reference.get("name", ""),
        }
        causes.append(status.invalid_value("roleRef", shown, "cannot change roleRef"))


DEFAULTS = {"rbac.v1.ClusterRoleBinding": (_complete,), "rbac.v1.RoleBinding": (_complete,)}
CHECKS = {
    "rbac.v1.ClusterRole": (_check_cluster_role,),
    "rbac.v1.Role": (_check_role,),
    "rbac.v1.ClusterRoleBinding": (_check_binding(("ClusterRole",)),),
    "rbac.v1.RoleBinding": (_check_binding(("Role", "ClusterRole")),),
}
KINDS = {
    "clusterroles": Kind(strategy=Rules(own_metadata=(1, 1)), names=metadata.ANY_NAME),
    "roles": Kind(strategy=Rules(own_metadata=(1, 1)), names=metadata.ANY_NAME),
    "clusterrolebindings": Kind(
        strategy=Rules(changes=_same_role, own_metadata=(1, 1)), names=metadata.ANY_NAME
    ),
    "rolebindings": Kind(
        strategy=Rules(changes=_same_role, own_metadata=(1, 1)), names=metadata.ANY_NAME
    ),
}
