"""Statuses of Pods, as the kubelet writes them and as anybody may."""

from __future__ import annotations

from collections.abc import Iterable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.pod_checks import pod_annotations
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_OF_SYSTEM = ("PodScheduled", "Ready", "Initialized")
_STATUSES = {
    "containerStatuses": "containers",
    "initContainerStatuses": "initContainers",
    "ephemeralContainerStatuses": "ephemeralContainers",
}
_NOT_NEGATIVE = "must be a non-negative integer"


def check_status(new: Tree, old: Tree, causes: list[Cause]) -> None:
    """Append the faults of a new status of a Pod."""
    spec, now, before = old["spec"], new["status"], old["status"]
    had = old["metadata"].get("annotations") or {}
    have = new["metadata"].get("annotations") or {}
    if had or have:
        pod_annotations.check_changes(have, had, "metadata.annotations", causes)
        pod_annotations.check(have, spec, "metadata.annotations", causes)
    _check_conditions(now.get("conditions") or [], "status.conditions", causes)
    _check_nominated(now, before, spec, causes)
    generation = now.get("observedGeneration", 0)
    if generation < 0:
        causes.append(invalid_value("status.observedGeneration", generation, _NOT_NEGATIVE))
    quality = now.get("qosClass", "")
    if quality != before.get("qosClass", ""):
        causes.append(invalid_value("status.qosClass", quality, values.IMMUTABLE))
    for member in _STATUSES:
        _check_states(now.get(member) or [], before.get(member) or [], member, spec, causes)
    _check_claims(now.get("resourceClaimStatuses") or [], spec, causes)
    if "extendedResourceClaimStatus" in now:
        _check_extended(now["extendedResourceClaimStatus"], spec, causes)
    _check_addresses("podIPs", now, before, causes)
    if now.get("hostIPs") and now.get("hostIP", "") != _address(now["hostIPs"][0]):
        why = "must be equal to `hostIP`"
        causes.append(invalid_value("status.hostIPs[0].ip", _address(now["hostIPs"][0]), why))
    _check_addresses("hostIPs", now, before, causes)
    for member in _STATUSES:
        _check_users(now.get(member) or [], member, spec, causes)
    for member in _STATUSES:
        _check_allocated(now.get(member) or [], member, spec, causes)


def _check_conditions(conditions: list[Tree], path: str, causes: list[Cause]) -> None:
    for index, each in enumerate(conditions):
        generation = each.get("observedGeneration", 0)
        if generation < 0:
            where = f"{path}[{index}].observedGeneration"
            causes.append(invalid_value(where, generation, _NOT_NEGATIVE))
        if each.get("type") not in _OF_SYSTEM:
            formats.qualified_name(f"{path}[{index}].Type", each.get("type", ""), causes)


def _check_nominated(now: Tree, before: Tree, spec: Tree, causes: list[Cause]) -> None:
    name, where = now.get("nominatedNodeName", ""), "status.nominatedNodeName"
    if not name or name == before.get("nominatedNodeName", ""):
        return
    formats.dns_subdomain(where, name, causes)
    if spec.get("nodeName"):
        why = "may not be set on pods that are already bound to a node"
        causes.append(not_allowed(where, why))


def _check_states(
    now: list[Tree], before: list[Tree], member: str, spec: Tree, causes: list[Cause]
) -> None:
    """A container that ended, and is not to be started again, stays so."""
    is_ephemeral = member == "ephemeralContainerStatuses"
    if not is_ephemeral and _restarts_all(spec):
        return
    named = {c.get("name", ""): c for c in spec.get(_STATUSES[member]) or ()}
    for index, had in enumerate(before):
        ended = (had.get("state") or {}).get("terminated")
        if ended is None:
            continue
        container = named.get(had.get("name", ""))
        code = ended.get("exitCode", 0)
        if not is_ephemeral and container is not None and _restarts(container, spec, code):
            continue
        same = [each for each in now if each.get("name", "") == had.get("name", "")]
        running = [each for each in same if "terminated" not in (each.get("state") or {})]
        for _ in running if is_ephemeral else running[:1]:
            why = "may not be transitioned to non-terminated state"
            causes.append(not_allowed(f"status.{member}[{index}].state", why))


def _restarts_all(spec: Tree) -> bool:
    return any(
        rule.get("action") == "RestartAllContainers"
        for member in ("initContainers", "containers")
        for container in spec.get(member) or ()
        for rule in container.get("restartPolicyRules") or ()
    )


def _restarts(container: Tree, spec: Tree, code: int) -> bool:
    """Whether a container that ended with a code is started again."""
    policy = container.get("restartPolicy")
    if policy is not None and _rule_for(container, code) in ("Restart", "RestartAllContainers"):
        return True
    if policy not in ("Always", "OnFailure", "Never"):
        policy = spec.get("restartPolicy", "Always")
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def _rule_for(container: Tree, code: int) -> str | None:
    """The action of the first rule that a code meets."""
    for rule in container.get("restartPolicyRules") or ():
        codes = rule.get("exitCodes") or {}
        is_there = code in (codes.get("values") or ())
        if codes and codes.get("operator") == ("In" if is_there else "NotIn"):
            return str(rule.get("action", ""))
    return None


def _check_claims(claims: list[Tree], spec: Tree, causes: list[Cause]) -> None:
    wanted = {claim.get("name", "") for claim in spec.get("resourceClaims") or ()}
    seen: set[str] = set()
    for index, each in enumerate(claims):
        path, name = f"status.resourceClaimStatuses[{index}]", each.get("name", "")
        if name not in wanted:
            why = "must match the name of an entry in `spec.resourceClaims`"
            causes.append(invalid_value(f"{path}.name", name, why))
        if name in seen:
            causes.append(status.duplicate(f"{path}.name", name))
        seen.add(name)
        if each.get("resourceClaimName") is not None:
            formats.dns_subdomain(f"{path}.resourceClaimName", each["resourceClaimName"], causes)


def _check_extended(claim: Tree, spec: Tree, causes: list[Cause]) -> None:
    path = "status.extendedResourceClaimStatus"
    mappings = claim.get("requestMappings") or []
    if not mappings:
        why = "at least one request mapping is required"
        causes.append(required(f"{path}.requestMappings", why))
    containers = {
        container.get("name", ""): container
        for member in ("initContainers", "containers")
        for container in spec.get(member) or ()
    }
    seen: set[tuple[str, ...]] = set()
    for index, each in enumerate(mappings):
        members = ("containerName", "resourceName", "requestName")
        where = f"{path}.requestMappings[{index}]"
        key = tuple(each.get(member, "") for member in members)
        _check_mapping(key, containers, where, causes)
        formats.dns_label(f"{path}.requestName", key[2], causes)
        if key in seen:
            for member, text in zip(members, key, strict=True):
                causes.append(status.duplicate(f"{where}.{member}", text))
        seen.add(key)
    if not claim.get("resourceClaimName"):
        causes.append(required(f"{path}.resourceClaimName"))
    else:
        formats.dns_subdomain(f"{path}.resourceClaimName", claim["resourceClaimName"], causes)


def _check_mapping(
    key: tuple[str, ...], containers: dict[str, Tree], path: str, causes: list[Cause]
) -> None:
    name, resource, _ = key
    of = "of an entry in spec.initContainers"
    if name not in containers:
        why = f"must match the name {of}.name or spec.containers.name"
        causes.append(invalid_value(f"{path}.containerName", name, why))
    elif resource not in ((containers[name].get("resources") or {}).get("requests") or {}):
        why = (
            f"must match the extended resource name {of}.resources.requests or "
            "spec.containers.resources.requests"
        )
        causes.append(invalid_value(f"{path}.resourceName", resource, why))


def _address(each: Tree) -> str:
    return str(each.get("ip", ""))


def _check_addresses(member: str, now: Tree, before: Tree, causes: list[Cause]) -> None:
    path, addresses = f"status.{member}", [_address(each) for each in now.get(member) or ()]
    had = [_address(each) for each in before.get(member) or ()]
    for index, address in enumerate(addresses):
        if address not in had:
            formats.ip(f"{path}[{index}]", address, causes)
    if len(addresses) < 2:
        return
    wrong = next((each for each in addresses if not formats.is_sloppy_ip(each)), None)
    if wrong is not None:
        number = addresses.index(wrong)
        why = f"failed to check for dual stack with error:invalid IP[{number}]: {wrong}"
        causes.append(Cause("InternalError", path, f"Internal error: {why}"))
    if wrong is not None or len(addresses) > 2 or len(_families(addresses)) < 2:
        shown = [{"IP": each} for each in addresses]
        why = "may specify no more than one IP for each IP family"
        causes.append(invalid_value(path, shown, why))


def _families(addresses: Iterable[str]) -> set[int]:
    return {6 if ":" in each and "." not in each else 4 for each in addresses}


def _check_users(statuses: list[Tree], member: str, spec: Tree, causes: list[Cause]) -> None:
    system = (spec.get("os") or {}).get("name", "linux")
    for index, each in enumerate(statuses):
        user = (each.get("user") or {}).get("linux")
        path = f"status.{member}[{index}].user.linux"
        if user is None:
            continue
        if system == "windows":
            causes.append(not_allowed(path, "cannot be set for a windows pod"))
        elif system == "linux":
            most = values.MOST_INT32
            values.between(f"{path}.uid", user.get("uid", 0), 0, most, causes)
            values.between(f"{path}.gid", user.get("gid", 0), 0, most, causes)
            for number, group in enumerate(user.get("supplementalGroups") or ()):
                values.between(f"{path}.supplementalGroups[{number}]", group, 0, most, causes)


def _check_allocated(statuses: list[Tree], member: str, spec: Tree, causes: list[Cause]) -> None:
    named = {c.get("name", ""): c for c in spec.get(_STATUSES[member]) or ()}
    for index, each in enumerate(statuses):
        path = f"status.{member}[{index}].allocatedResourcesStatus"
        resources = each.get("allocatedResourcesStatus") or []
        if member == "ephemeralContainerStatuses":
            if resources:
                causes.append(not_allowed(path, "must not be specified in container status"))
            continue
        container = named.get(each.get("name", ""))
        for number, resource in enumerate(resources):
            where = f"{path}[{number}]"
            if container is not None:
                _check_is_requested(resource.get("name", ""), container, where, causes)
            _check_health(resource.get("resources") or [], where, causes)


def _check_is_requested(name: str, container: Tree, path: str, causes: list[Cause]) -> None:
    resources = container.get("resources") or {}
    if name.startswith("claim:"):
        claims = (
            "/".join(filter(None, (claim.get("name", ""), claim.get("request"))))
            for claim in resources.get("claims") or ()
        )
        is_there = name.removeprefix("claim:") in claims
        why = (
            "must match one of the container's resource claims in a format "
            "'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
        )
    else:
        is_there = name in (resources.get("requests") or {})
        why = "must match one of the container's resource requests"
    if not is_there:
        causes.append(invalid_value(f"{path}.name", name, why))


def _check_health(resources: list[Tree], path: str, causes: list[Cause]) -> None:
    seen: set[str] = set()
    for index, each in enumerate(resources):
        where, name = f"{path}.resources[{index}]", each.get("resourceID", "")
        known = ("Healthy", "Unhealthy", "Unknown")
        values.one_of(f"{where}.health", each.get("health", ""), known, causes)
        message = each.get("message")
        if message == "":
            causes.append(required(f"{where}.message", "must be non-empty if specified"))
        elif message is not None and len(message.encode()) > 1024:
            causes.append(status.too_long(f"{where}.message", 1024))
        if name in seen:
            causes.append(status.duplicate(f"{where}.resourceID", name))
        seen.add(name)
