"""Where a webhook's Service is, without a network of Services: what its object says.

As kube-aggregator's resolver for cluster IPs (`k8s.io/apiserver/pkg/util/proxy`).
"""

from __future__ import annotations

from kube.envtest.apiserver.state import State
from kube.runtime.trees import Tree

_SERVICES = ("", "services")
DEFAULT_PORT = 443


class ServiceError(Exception):
    """There is no way to a Service; the text is the real server's."""


def server_name(reference: Tree) -> str:
    """The name in the certificate of a Service that is referred to."""
    return f"{reference.get('name', '')}.{reference.get('namespace', '')}.svc"


def port_of(reference: Tree) -> int:
    return int(reference.get("port") or DEFAULT_PORT)


def address(state: State, reference: Tree) -> str:
    """`host:port` of a Service; the caller holds the lock. Raises ServiceError."""
    name, port = str(reference.get("name", "")), port_of(reference)
    key = (str(reference.get("namespace", "")), name)
    stored = state.store.collection(_SERVICES).objects.get(key)
    if stored is None:
        raise ServiceError(f'service "{name}" not found')
    spec: Tree = stored.tree.get("spec") or {}
    kind, cluster_ip = spec.get("type", ""), spec.get("clusterIP", "")
    if kind == "ExternalName":
        return _joined(str(spec.get("externalName", "")), port)
    if kind not in ("ClusterIP", "LoadBalancer", "NodePort"):
        raise ServiceError(f'unsupported service type "{kind}"')
    if kind == "ClusterIP" and cluster_ip == "None":
        raise ServiceError('cannot route to service with ClusterIP "None"')
    if all(each.get("port") != port for each in spec.get("ports") or ()):
        raise ServiceError(f'no service port {port} found for service "{name}"')
    return _joined(str(cluster_ip), port)


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
