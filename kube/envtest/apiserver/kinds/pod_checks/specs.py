"""The specification of a Pod, and a Pod as a whole."""

from __future__ import annotations

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.pod_checks import (
    containers,
    environment,
    placement,
    pod_annotations,
    resources,
    security,
)
from kube.envtest.apiserver.kinds.pod_checks.volumes import check_volumes
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")


def check_pod(pod: Tree, path: str, causes: list[Cause]) -> None:
    spec, meta = pod["spec"], pod["metadata"]
    found = meta.get("annotations")
    if found:
        pod_annotations.check(found, spec, "metadata.annotations", causes)
    check_spec(spec, "spec", causes, meta)
    if not spec.get("serviceAccountName"):
        _forbid_tokens(spec, causes)
    for member in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(member) or ()):
            containers.check_image(container, f"spec.{member}[{index}]", causes)


def check_new_pod(pod: Tree, causes: list[Cause]) -> None:
    """What only a new Pod may not have."""
    spec = pod["spec"]
    if spec.get("ephemeralContainers"):
        causes.append(not_allowed("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        why = "cannot be set until all schedulingGates have been cleared"
        causes.append(not_allowed("spec.nodeName", why))
    found = pod["metadata"].get("annotations")
    if found:
        pod_annotations.check_profiles(found, spec, "spec", causes)


def _forbid_tokens(spec: Tree, causes: list[Cause]) -> None:
    for place, volume in enumerate(spec.get("volumes") or ()):
        for index, source in enumerate((volume.get("projected") or {}).get("sources") or ()):
            if "serviceAccountToken" in source:
                where = f"spec.volumes[{place}].projected.sources[{index}].serviceAccountToken"
                why = "must not be specified when serviceAccountName is not set"
                causes.append(not_allowed(where, why))


def check_spec(spec: Tree, path: str, causes: list[Cause], owner: Tree | None = None) -> None:
    """`owner` is the metadata of a Pod; None in a template."""
    if "volumes" in spec:  # the claims that are made for them have the Pod's name
        _check_spec(spec, path, causes, owner)
        return
    # Most Pods have the specification of one before them.
    key = (path, owner is not None, _encode(spec))
    if key in _FAULTLESS:
        return
    before = len(causes)
    _check_spec(spec, path, causes, owner)
    if len(causes) == before and len(key[2]) <= _LONGEST:
        if len(_FAULTLESS) >= _MOST:
            _FAULTLESS.clear()
        _FAULTLESS.add(key)


_encode = msgspec.json.Encoder().encode
_FAULTLESS: set[tuple[str, bool, bytes]] = set()
"""Specifications without volumes in which nothing was wrong: their paths, whether of Pods, JSON."""
_MOST = 256
_LONGEST = 8192


def _check_spec(spec: Tree, path: str, causes: list[Cause], owner: Tree | None) -> None:
    volumes = check_volumes(spec.get("volumes") or [], f"{path}.volumes", owner, causes)
    claims = frozenset(c["name"] for c in spec.get("resourceClaims") or () if c.get("name"))
    _check_claims(spec.get("resourceClaims") or [], f"{path}.resourceClaims", causes)
    host_users = spec.get("hostUsers") is not False
    around = containers.Around(spec, volumes, claims, host_users)
    containers.check_containers(around, f"{path}.containers", causes)
    containers.check_init_containers(around, f"{path}.initContainers", causes)
    containers.check_ephemeral_containers(around, f"{path}.ephemeralContainers", causes)
    resources.check_pod_resources(spec, path, claims, causes)
    _check_host_network(spec, path, owner is not None, causes)
    where = f"{path}.restartPolicy"
    values.required_one_of(where, spec.get("restartPolicy"), RESTART_POLICIES, causes)
    values.required_one_of(f"{path}.dnsPolicy", spec.get("dnsPolicy"), _DNS_POLICIES, causes)
    values.labels(f"{path}.nodeSelector", spec.get("nodeSelector"), causes)
    context = spec.get("securityContext")
    if context is not None:
        security.check_pod_context(context, spec, f"{path}.securityContext", causes)
    if "affinity" in spec:
        placement.check_affinity(spec["affinity"], f"{path}.affinity", causes)
    _check_dns(spec, f"{path}.dnsConfig", causes)
    _check_gates(spec, path, causes)
    if "topologySpreadConstraints" in spec:
        constraints = spec["topologySpreadConstraints"]
        placement.check_spread(constraints, f"{path}.topologySpreadConstraints", causes)
    security.check_host_process(spec, path, causes)
    security.check_host_users(spec, path, causes)
    _check_names(spec, path, causes)
    if "overhead" in spec:
        overhead = {"limits": spec["overhead"]}
        resources.check_resources(overhead, f"{path}.overhead", frozenset(), causes)
    if "os" in spec:
        security.check_system(spec, path, causes)
    environment.check_file_volumes(spec, path, causes)


_NAMES = (
    ("serviceAccountName", formats.dns_subdomain),
    ("nodeName", formats.dns_subdomain),
    ("activeDeadlineSeconds", None),
    ("hostname", formats.dns_label),
    ("subdomain", formats.dns_label),
)


def _check_names(spec: Tree, path: str, causes: list[Cause]) -> None:
    _check_host_name(spec, path, causes)
    for member, check in _NAMES:
        if check is None:
            value = spec.get(member)
            values.between(f"{path}.{member}", value, 1, values.MOST_INT32, causes)
        elif spec.get(member):
            check(f"{path}.{member}", spec[member], causes)
    if "tolerations" in spec:
        placement.check_tolerations(spec["tolerations"], f"{path}.tolerations", causes)
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        where = f"{path}.hostAliases[{index}]"
        formats.ip(f"{where}.ip", alias.get("ip", ""), causes)
        for place, name in enumerate(alias.get("hostnames") or ()):
            formats.dns_subdomain(f"{where}.hostnames[{place}]", name, causes)
    if spec.get("priorityClassName"):
        formats.dns_subdomain(f"{path}.priorityClassName", spec["priorityClassName"], causes)
    if spec.get("runtimeClassName") is not None:
        formats.dns_subdomain(f"{path}.runtimeClassName", spec["runtimeClassName"], causes)
    if spec.get("preemptionPolicy") is not None:
        policies = ("PreemptLowerPriority", "Never")
        where = f"{path}.preemptionPolicy"
        values.required_one_of(where, spec["preemptionPolicy"], policies, causes)


def _check_host_name(spec: Tree, path: str, causes: list[Cause]) -> None:
    name, where = spec.get("hostnameOverride"), f"{path}.hostnameOverride"
    if name is None:
        return
    for member in ("setHostnameAsFQDN", "hostNetwork"):
        if spec.get(member):
            causes.append(not_allowed(where, f"may not be specified when {member} is true"))
    if len(name) > 64:
        causes.append(status.too_long(where, 64))
    formats.dns_subdomain(where, name, causes)


def _check_host_network(spec: Tree, path: str, is_pod: bool, causes: list[Cause]) -> None:
    if not spec.get("hostNetwork"):
        return
    for place, container in enumerate(spec.get("containers") or ()):
        for index, port in enumerate(container.get("ports") or ()):
            outside, inside = port.get("hostPort", 0), port.get("containerPort", 0)
            if (is_pod or outside) and outside != inside:
                why = "must match `containerPort` when `hostNetwork` is true"
                where = f"{path}.containers[{place}].ports[{index}].hostPort"
                causes.append(invalid_value(where, outside, why))


def _check_dns(spec: Tree, path: str, causes: list[Cause]) -> None:
    config = spec.get("dnsConfig")
    servers = (config or {}).get("nameservers") or []
    if spec.get("dnsPolicy") == "None":
        if config is None:
            why = "must provide `dnsConfig` when `dnsPolicy` is None"
            causes.append(required(path, why))
            return
        if not servers:
            why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            causes.append(required(f"{path}.nameservers", why))
            return
    if config is None:
        return
    if len(servers) > 3:
        why = "must not have more than 3 nameservers"
        causes.append(invalid_value(f"{path}.nameservers", servers, why))
    for index, server in enumerate(servers):
        formats.ip(f"{path}.nameservers[{index}]", server, causes)
    searches = config.get("searches") or []
    if len(searches) > 32:
        why = "must not have more than 32 search paths"
        causes.append(invalid_value(f"{path}.searches", searches, why))
    if len(" ".join(searches)) > 2048:
        why = "must not have more than 2048 characters (including spaces) in the search list"
        causes.append(invalid_value(f"{path}.searches", searches, why))
    for index, search in enumerate(searches):
        if search != ".":
            where = f"{path}.searches[{index}]"
            formats.dns_subdomain_with_underscore(where, search.removesuffix("."), causes)
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            causes.append(required(f"{path}.options[{index}]", "must not be empty"))


def _check_gates(spec: Tree, path: str, causes: list[Cause]) -> None:
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        where = f"{path}.readinessGates[{index}].conditionType"
        formats.qualified_name(where, gate.get("conditionType", ""), causes)
    names: set[str] = set()
    for index, gate in enumerate(spec.get("schedulingGates") or ()):
        where, name = f"{path}.schedulingGates[{index}]", gate.get("name", "")
        formats.qualified_name(where, name, causes)
        if name in names:
            causes.append(status.duplicate(where, name))
        names.add(name)


def _check_claims(claims: list[Tree], path: str, causes: list[Cause]) -> None:
    names: set[str] = set()
    for index, claim in enumerate(claims):
        where, name = f"{path}[{index}]", claim.get("name", "")
        if not name:
            causes.append(required(f"{where}.name"))
        elif name in names:
            causes.append(status.duplicate(f"{where}.name", name))
        else:
            formats.dns_label(f"{where}.name", name, causes)
            names.add(name)
        members = [m for m in ("resourceClaimName", "resourceClaimTemplateName") if m in claim]
        if len(members) != 1:
            why = (
                "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be "
                "specified" if members else
                "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
            )  # fmt: skip
            causes.append(invalid_value(where, go_value("core.PodResourceClaim", claim), why))
        for member in members:
            formats.dns_subdomain(f"{where}.{member}", claim[member], causes)
