"""Warnings about Services, Ingresses, EndpointSlices and Nodes that are allowed but unwise."""

from __future__ import annotations

from collections.abc import Iterator

from kube.envtest.apiserver.kinds.pod_warnings import address_warnings
from kube.runtime.trees import Tree

_HINTS = "service.kubernetes.io/topology-aware-hints"
_MODE = "service.kubernetes.io/topology-mode"
_INGRESS_CLASS = "kubernetes.io/ingress.class"


def of_service(service: Tree, old: Tree | None) -> list[str]:
    return list(_of_service(service["spec"], service["metadata"].get("annotations") or {}))


def _of_service(spec: Tree, annotations: Tree) -> Iterator[str]:
    kind, one, outside = spec.get("type"), spec.get("clusterIP"), spec.get("externalIPs") or ()
    is_headless = kind == "ClusterIP" and one == "None"
    if _HINTS in annotations:
        yield f"annotation {_HINTS} is deprecated, please use {_MODE} instead"
    if one and one != "None":
        inside = enumerate(spec.get("clusterIPs") or ())
        yield from address_warnings((f"spec.clusterIPs[{i}]", text) for i, text in inside)
    if is_headless and spec.get("loadBalancerIP"):
        yield "spec.loadBalancerIP is ignored for headless services"
    if is_headless and outside:
        yield "spec.externalIPs is ignored for headless services"
    if is_headless and spec.get("sessionAffinity") != "None":
        yield "spec.SessionAffinity is ignored for headless services"
    yield from address_warnings((f"spec.externalIPs[{i}]", t) for i, t in enumerate(outside))
    if outside and not is_headless and kind != "ExternalName":
        yield "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
    if spec.get("loadBalancerIP"):
        yield from address_warnings([("spec.loadBalancerIP", spec["loadBalancerIP"])])
    if kind == "ExternalName" and outside:
        yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
    if kind != "ExternalName" and spec.get("externalName"):
        yield 'spec.externalName is ignored when spec.type is not "ExternalName"'
    if spec.get("trafficDistribution") == "PreferClose":
        yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'


def of_ingress(ingress: Tree, old: Tree | None) -> list[str]:
    annotated = _INGRESS_CLASS in (ingress["metadata"].get("annotations") or {})
    if old is not None or not annotated or "ingressClassName" in ingress["spec"]:
        return []
    why = "is deprecated, please use 'spec.ingressClassName' instead"
    return [f'annotation "{_INGRESS_CLASS}" {why}']


_CONTROLLERS = ("endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io")


def of_endpoint_slice(slice_: Tree, old: Tree | None) -> list[str]:
    kind, warnings = slice_.get("addressType"), []
    if old is None and kind == "FQDN":
        warnings.append("spec.addressType: FQDN endpoints are deprecated")
    labels = slice_["metadata"].get("labels") or {}
    if kind == "FQDN" or labels.get("endpointslice.kubernetes.io/managed-by") in _CONTROLLERS:
        return warnings
    addresses = [
        (f"endpoints[{index}].addresses[{place}]", text)
        for index, endpoint in enumerate(slice_.get("endpoints") or ())
        for place, text in enumerate(endpoint.get("addresses") or ())
    ]
    return [*warnings, *address_warnings(addresses)]


def of_node(node: Tree, old: Tree | None) -> list[str]:
    warnings = []
    if "configSource" in node["spec"]:
        warnings.append("spec.configSource: the feature is removed")
    if node["spec"].get("externalID"):
        why = "this field is deprecated, and is unused by Kubernetes"
        warnings.append(f"spec.externalID: {why}")
    return warnings
