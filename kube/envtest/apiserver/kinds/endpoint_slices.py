"""EndpointSlices."""

from __future__ import annotations

import ipaddress

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_TYPES = ("FQDN", "IPv4", "IPv6")


def _check(endpoints: Tree, path: str, causes: list[Cause]) -> None:
    kind = endpoints.get("addressType", "")
    if not kind:
        causes.append(status.required("addressType"))
    else:
        values.one_of("addressType", kind, _TYPES, causes)
    names: set[str] = set()
    for index, port in enumerate(endpoints.get("ports") or ()):
        name = port.get("name") or ""
        if name in names:
            causes.append(status.duplicate(f"ports[{index}].name", name))
        names.add(name)
        if name:
            values.dns_label(f"ports[{index}].name", name, causes)
    for index, endpoint in enumerate(endpoints.get("endpoints") or ()):
        if not endpoint.get("addresses"):
            where, why = f"endpoints[{index}].addresses", "must contain at least 1 address"
            causes.append(status.required(where, why))
        for place, address in enumerate(endpoint.get("addresses") or ()):
            if kind in ("IPv4", "IPv6") and not _is_address(address, kind):
                where = f"endpoints[{index}].addresses[{place}]"
                why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
                causes.append(status.invalid_value(where, address, why))


def _is_address(text: str, kind: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == int(kind[-1])
    except ValueError:
        return False


DEFAULTS: Defaults = {"discovery.v1.EndpointPort": (missing(name="", protocol="TCP"),)}
CHECKS: Checks = {"discovery.v1.EndpointSlice": (_check,)}
KINDS = {
    "endpointslices": Kind(strategy=Rules(changes=values.immutable("addressType")), generation=True)
}
