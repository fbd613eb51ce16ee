"""StorageClasses and CSIDrivers."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values, volume_drivers
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def _check(storage: Tree, path: str, causes: list[Cause]) -> None:
    provisioner = storage.get("provisioner", "")
    if not provisioner:
        causes.append(status.required("provisioner"))
    else:
        formats.qualified_name("provisioner", provisioner.lower(), causes)
    _check_parameters(storage.get("parameters") or {}, "parameters", causes)
    reclaim = storage.get("reclaimPolicy")
    if reclaim:
        values.one_of("reclaimPolicy", reclaim, ("Delete", "Retain"), causes)
    supported = ("Immediate", "WaitForFirstConsumer")
    values.one_of("volumeBindingMode", storage.get("volumeBindingMode"), supported, causes)
    _check_topologies(storage.get("allowedTopologies") or [], "allowedTopologies", causes)


_MOST_PARAMETERS, _LARGEST = 512, 256 * 1024


def _check_parameters(parameters: Tree, path: str, causes: list[Cause]) -> None:
    if len(parameters) > _MOST_PARAMETERS:
        causes.append(status.too_long(path, _MOST_PARAMETERS))
        return
    if "" in parameters:
        causes.append(status.invalid_value(path, "", "field can not be empty."))
    if sum(len(key) + len(text) for key, text in parameters.items()) > _LARGEST:
        causes.append(status.too_long(path, _LARGEST))


def _check_topologies(terms: list[Tree], path: str, causes: list[Cause]) -> None:
    # The original begins with as many empty terms as there are terms.
    earlier: list[Tree] = [{}] if terms else []
    for index, term in enumerate(terms):
        where = f"{path}[{index}]"
        chosen: Tree = {}
        expressions = term.get("matchLabelExpressions") or []
        for place, each in enumerate(expressions):
            at, key = f"{where}.matchLabelExpressions[{place}]", each.get("key", "")
            wanted = each.get("values") or []
            if not wanted:
                causes.append(status.required(f"{at}.values"))
            for number, value in enumerate(wanted):
                if value in wanted[:number]:
                    causes.append(status.duplicate(f"{at}.values[{number}]", value))
            formats.qualified_name(f"{at}.key", key, causes)
            if key in chosen:
                causes.append(status.duplicate(f"{at}.key", key))
            chosen[key] = frozenset(wanted)
        if chosen in earlier:
            causes.append(status.duplicate(f"{where}.matchLabelExpressions", ""))
        earlier.append(chosen)


DEFAULTS: Defaults = {
    **volume_drivers.DEFAULTS,
    "storage.v1.StorageClass": (missing(reclaimPolicy="Delete", volumeBindingMode="Immediate"),),
}
CHECKS: Checks = {**volume_drivers.CHECKS, "storage.v1.StorageClass": (_check,)}
KINDS = {
    **volume_drivers.KINDS,
    "storageclasses": Kind(
        strategy=Rules(
            changes=values.immutable(
                "parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"
            ),
            own_metadata=(1, 1),
        )
    ),
}
