"""Templates of Pods."""

from __future__ import annotations

from collections.abc import Callable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.pod_checks import pod_annotations
from kube.envtest.apiserver.kinds.pod_checks.specs import check_spec
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree


def template_at(path: str) -> Callable[[Tree], Tree | None]:
    """Finds the specification of a template, which is at a dotted path."""

    def find(tree: Tree) -> Tree | None:
        return (values.at(tree, path) or {}).get("spec")

    return find


def check_template(template: Tree, path: str, causes: list[Cause]) -> None:
    meta, spec = template.get("metadata") or {}, template["spec"]
    found = meta.get("annotations")
    values.labels(f"{path}.labels", meta.get("labels"), causes)
    if found:
        metadata.check_annotations(f"{path}.annotations", found, causes)
        pod_annotations.check(found, spec, f"{path}.annotations", causes)
    check_spec(spec, f"{path}.spec", causes)
    if found:
        pod_annotations.check_profiles(found, spec, f"{path}.spec", causes)
    if spec.get("ephemeralContainers"):
        why = "ephemeral containers not allowed in pod template"
        causes.append(not_allowed(f"{path}.spec.ephemeralContainers", why))


def check_running_template(
    template: Tree, path: str, selector: Tree | None, causes: list[Cause], owner: str = "ReplicaSet"
) -> None:
    """The template of a workload that keeps its Pods running."""
    meta, spec = template.get("metadata") or {}, template["spec"]
    if selector is not None and not values.selects(selector, meta.get("labels")):
        why = "`selector` does not match template `labels`"
        where = f"{path}.metadata.labels"
        causes.append(invalid_value(where, values.in_go_order(meta.get("labels")), why))
    check_template(template, path, causes)
    check_keeps_running(spec, f"{path}.spec", owner, causes)


def check_keeps_running(spec: Tree, path: str, owner: str, causes: list[Cause]) -> None:
    if spec.get("restartPolicy") != "Always":
        where, given = f"{path}.restartPolicy", spec.get("restartPolicy", "")
        causes.append(status.not_supported(where, given, ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        why = f"activeDeadlineSeconds in {owner} is not Supported"
        causes.append(not_allowed(f"{path}.activeDeadlineSeconds", why))
