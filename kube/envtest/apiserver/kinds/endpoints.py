"""Endpoints."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.kinds.service_checks import unreachable
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_PROTOCOLS = ("SCTP", "TCP", "UDP")


def _check_new(endpoints: Tree, causes: list[Cause]) -> None:
    for index, subset in enumerate(endpoints.get("subsets") or ()):
        _check_subset(subset, f"subsets[{index}]", causes)


def _changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    # Subsets that were stored once may stay.
    if new.get("subsets") != old.get("subsets"):
        _check_new(new, causes)


def _check_subset(subset: Tree, path: str, causes: list[Cause]) -> None:
    if not subset.get("addresses") and not subset.get("notReadyAddresses"):
        why = "must specify `addresses` or `notReadyAddresses`"
        causes.append(status.required(path, why))
    for member in ("addresses", "notReadyAddresses"):
        for index, address in enumerate(subset.get(member) or ()):
            _check_address(address, f"{path}.{member}[{index}]", causes)
    ports = subset.get("ports") or []
    for index, port in enumerate(ports):
        _check_port(port, f"{path}.ports[{index}]", causes, is_only=len(ports) == 1)


def _check_address(address: Tree, path: str, causes: list[Cause]) -> None:
    ip = address.get("ip", "")
    formats.ip(f"{path}.ip", ip, causes)
    if address.get("hostname"):
        formats.dns_label(f"{path}.hostname", address["hostname"], causes)
    if address.get("nodeName") is not None:
        formats.dns_subdomain(f"{path}.nodeName", address["nodeName"], causes)
    if (network := formats.sloppy_network(f"{ip}/{128 if ':' in ip else 32}")) is not None:
        for fault in unreachable(network.network_address):
            causes.append(status.invalid_value(f"{path}.ip", ip, fault))
    else:
        causes.append(status.invalid_value(f"{path}.ip", ip, "must be a valid IP address"))


def _check_port(port: Tree, path: str, causes: list[Cause], *, is_only: bool) -> None:
    if port.get("name"):
        formats.dns_label(f"{path}.name", port["name"], causes)
    elif not is_only:
        causes.append(status.required(f"{path}.name"))
    values.port(f"{path}.port", port.get("port", 0), causes)
    values.required_one_of(f"{path}.protocol", port.get("protocol"), _PROTOCOLS, causes)
    if port.get("appProtocol") is not None:
        formats.qualified_name(f"{path}.appProtocol", port["appProtocol"], causes)


KIND = Kind(strategy=Rules(validate_new=_check_new, changes=_changes, own_metadata=(1, 1)))
