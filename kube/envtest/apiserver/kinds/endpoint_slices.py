"""EndpointSlices."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, network_warnings, values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.kinds.pod_checks.containers import PROTOCOLS
from kube.envtest.apiserver.kinds.service_checks import check_reachable
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_TYPES = ("FQDN", "IPv4", "IPv6")


_TYPES = ("FQDN", "IPv4", "IPv6")


def _check(endpoints: Tree, path: str, causes: list[Cause]) -> None:
    kind = endpoints.get("addressType", "")
    values.required_one_of("addressType", kind, _TYPES, causes)
    _check_ports(endpoints.get("ports") or [], "ports", causes)


def _check_endpoints(endpoints: Tree, causes: list[Cause]) -> None:
    listed, kind = endpoints.get("endpoints") or [], endpoints.get("addressType", "")
    if len(listed) > 1000:
        causes.append(status.too_many("endpoints", len(listed), 1000))
        return
    for index, endpoint in enumerate(listed):
        _check_endpoint(endpoint, f"endpoints[{index}]", kind, causes)


def _changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    # Endpoints that were stored once may stay.
    if new.get("endpoints") != old.get("endpoints"):
        _check_endpoints(new, causes)
    values.immutable("addressType")(new, old, causes)


def _drop_topology(new: Tree) -> None:
    """Only discovery.k8s.io/v1beta1 had it."""
    for endpoint in new.get("endpoints") or ():
        endpoint.pop("deprecatedTopology", None)


def _update(new: Tree, old: Tree) -> None:
    _drop_topology(new)
    labels, had = new["metadata"].get("labels"), old["metadata"].get("labels")
    if labels != had:
        new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1


def _check_ports(ports: list[Tree], path: str, causes: list[Cause]) -> None:
    if len(ports) > 20000:
        causes.append(status.too_many(path, len(ports), 20000))
        return
    names: set[str] = set()
    for index, port in enumerate(ports):
        where, name = f"{path}[{index}]", port.get("name", "")
        if name:
            formats.dns_label(f"{where}.name", name, causes)
        if name in names:
            causes.append(status.duplicate(f"{where}.name", name))
        names.add(name)
        values.one_of(f"{where}.protocol", port.get("protocol"), PROTOCOLS, causes)
        if port.get("appProtocol") is not None:
            formats.qualified_name(f"{where}.appProtocol", port["appProtocol"], causes)


def _check_endpoint(endpoint: Tree, path: str, kind: str, causes: list[Cause]) -> None:
    addresses, where = endpoint.get("addresses") or [], f"{path}.addresses"
    if not addresses:
        causes.append(status.required(where, "must contain at least 1 address"))
    elif len(addresses) > 100:
        causes.append(status.too_many(where, len(addresses), 100))
    for index, address in enumerate(addresses):
        if kind == "FQDN":
            formats.fully_qualified_domain(f"{where}[{index}]", address, causes)
        elif kind in _TYPES:
            _check_address(address, where, index, kind, causes)
    if endpoint.get("nodeName") is not None:
        formats.dns_subdomain(f"{path}.nodeName", endpoint["nodeName"], causes)
    if endpoint.get("hostname") is not None:
        formats.dns_label(f"{path}.hostname", endpoint["hostname"], causes)
    for member, check in (("forZones", formats.label_value), ("forNodes", formats.dns_subdomain)):
        hints = (endpoint.get("hints") or {}).get(member) or []
        _check_hints(hints, f"{path}.hints.{member}", check, causes)


def _check_address(address: str, path: str, index: int, kind: str, causes: list[Cause]) -> None:
    before, where = len(causes), f"{path}[{index}]"
    (formats.ip if kind == "IPv4" else formats.canonical_ip)(where, address, causes)
    if len(causes) == before:
        if (":" in address) != (kind == "IPv6"):
            causes.append(status.invalid_value(path, address, f"must be an {kind} address"))
        check_reachable(where, address, causes)


def _check_hints(hints: list[Tree], path: str, check: formats.Check, causes: list[Cause]) -> None:
    if len(hints) > 8:
        causes.append(status.too_many(path, len(hints), 8))
        return
    names: set[str] = set()
    for index, hint in enumerate(hints):
        where, name = f"{path}[{index}].name", hint.get("name", "")
        if name in names:
            causes.append(status.duplicate(where, name))
        names.add(name)
        check(where, name, causes)


DEFAULTS: Defaults = {"discovery.v1.EndpointPort": (missing(name="", protocol="TCP"),)}
CHECKS: Checks = {"discovery.v1.EndpointSlice": (_check,)}
KINDS = {
    "endpointslices": Kind(
        strategy=Rules(
            create=_drop_topology,
            update=_update,
            validate_new=_check_endpoints,
            changes=_changes,
            own_metadata=(1, 0),
            warns=network_warnings.of_endpoint_slice,
        ),
        generation=True,
    )
}
