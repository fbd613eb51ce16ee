"""The group node.k8s.io: RuntimeClasses."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.builtin import Checks, Kind, Rules
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.pod_checks.placement import check_tolerations
from kube.envtest.apiserver.kinds.pod_checks.resources import check_resources
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def _check(runtime: Tree, path: str, causes: list[Cause]) -> None:
    handler = runtime.get("handler", "")
    if not handler:
        causes.append(status.required("handler"))
    else:
        formats.dns_label("handler", handler, causes)
    overhead = runtime.get("overhead")
    if overhead is not None:
        check_resources({"limits": overhead.get("podFixed")}, "overhead", frozenset(), causes)
    scheduling = runtime.get("scheduling")
    if scheduling is not None:
        values.labels("scheduling.nodeSelector", scheduling.get("nodeSelector"), causes)
        _check_tolerations(scheduling.get("tolerations") or [], causes)


_IDENTITY = ("key", "operator", "value", "effect")


def _check_tolerations(tolerations: list[Tree], causes: list[Cause]) -> None:
    path = "scheduling.tolerations"
    check_tolerations(tolerations, path, causes)
    seen: set[tuple[str, ...]] = set()
    for index, each in enumerate(tolerations):
        identity = tuple(each.get(member, "") for member in _IDENTITY)
        if identity in seen:
            shown = go_value("core.Toleration", each)
            causes.append(status.duplicate(f"{path}[{index}]", shown))
        seen.add(identity)


CHECKS: Checks = {"node.v1.RuntimeClass": (_check,)}
KINDS = {
    "runtimeclasses": Kind(strategy=Rules(changes=values.immutable("handler"), own_metadata=(1, 1)))
}
