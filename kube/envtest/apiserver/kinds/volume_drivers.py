"""What storage drivers register, and what is attached by them: CSIDriver, CSINode and
VolumeAttachment."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing, unset
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.pod_checks.sources import csi_driver
from kube.envtest.apiserver.kinds.values import IMMUTABLE
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_MODES = ("Persistent", "Ephemeral")
_MOST_SECONDS = 1 << 32


def _check_driver(spec: Tree, path: str, causes: list[Cause]) -> None:
    values.one_of(f"{path}.fsGroupPolicy", spec.get("fsGroupPolicy"), _POLICIES, causes)
    tokens = spec.get("tokenRequests") or []
    _check_tokens(tokens, f"{path}.tokenRequests", causes)
    for mode in spec.get("volumeLifecycleModes") or ():
        values.one_of(f"{path}.volumeLifecycleModes", mode, _MODES, causes)
    period = spec.get("nodeAllocatableUpdatePeriodSeconds")
    if period is not None and period < 10:
        where = f"{path}.nodeAllocatableUpdatePeriodSeconds"
        why = "must be greater than or equal to 10 seconds"
        causes.append(invalid_value(where, period, why))
    in_secrets = spec.get("serviceAccountTokenInSecrets")
    if in_secrets is not None and not tokens:
        why = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"
        causes.append(invalid_value(f"{path}.serviceAccountTokenInSecrets", in_secrets, why))


def _check_tokens(tokens: list[Tree], path: str, causes: list[Cause]) -> None:
    audiences: set[str] = set()
    for index, token in enumerate(tokens):
        audience, seconds = token.get("audience", ""), token.get("expirationSeconds")
        if audience in audiences:
            causes.append(status.duplicate(f"{path}[{index}].audience", audience))
            continue
        audiences.add(audience)
        why = ""
        if seconds is not None and seconds < 600:
            why = "may not specify a duration less than 10 minutes"
        elif seconds is not None and seconds > _MOST_SECONDS:
            why = "may not specify a duration larger than 2^32 seconds"
        if why:
            causes.append(invalid_value(f"{path}[{index}].expirationSeconds", seconds, why))


def _drop_gated(driver: Tree) -> None:
    driver["spec"].pop("preventPodSchedulingIfMissing", None)


def _update_driver(new: Tree, old: Tree) -> None:
    """A new driver has no generation, and each change counts."""
    _drop_gated(new)
    if new["spec"] != old["spec"]:
        new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1


def _driver_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = new["spec"], old["spec"]
    for member, path in (
        ("attachRequired", "spec.attachedRequired"),
        ("volumeLifecycleModes", "spec.volumeLifecycleModes"),
    ):
        if now.get(member) != before.get(member):
            causes.append(invalid_value(path, now.get(member), IMMUTABLE))


def _check_node(spec: Tree, path: str, causes: list[Cause]) -> None:
    names: set[str] = set()
    for index, driver in enumerate(spec.get("drivers") or ()):
        where, name = f"{path}.drivers[{index}]", driver.get("name", "")
        csi_driver(f"{where}.name", name, causes)
        node = driver.get("nodeID", "")
        if not node:
            causes.append(required(f"{where}.nodeID"))
        if len(node) > 256:
            causes.append(invalid_value(f"{where}.nodeID", node, "must be 256 characters or less"))
        count = (driver.get("allocatable") or {}).get("count")
        values.non_negative(f"{where}.allocatable.count", count, causes)
        if name in names:
            causes.append(status.duplicate(f"{where}.name", name))
        names.add(name)
        _check_topology(driver.get("topologyKeys") or [], where, causes)


def _check_topology(keys: list[str], path: str, causes: list[Cause]) -> None:
    for index, key in enumerate(keys):
        if not key:
            causes.append(required(path))
        if key in keys[:index]:
            causes.append(status.duplicate(path, key))
        formats.qualified_name(path, key, causes)


def _node_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = new["spec"].get("drivers") or [], old["spec"].get("drivers") or []
    for had in before:
        for have in now:
            if had.get("name") == have.get("name") and _but_count(had) != _but_count(have):
                shown = go_value("storage.CSINodeDriver", _but_count(have))
                causes.append(invalid_value("spec.drivers", shown, IMMUTABLE))


def _but_count(driver: Tree) -> Tree:
    return {key: value for key, value in driver.items() if key != "allocatable"}


_ONE_SOURCE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


def _check_attachment(attachment: Tree, path: str, causes: list[Cause]) -> None:
    spec = attachment["spec"]
    csi_driver("spec.attacher", spec.get("attacher", ""), causes)
    source = spec.get("source") or {}
    volume = source.get("persistentVolumeName")
    if volume is None and source.get("inlineVolumeSpec") is None:
        causes.append(required("spec.source", _ONE_SOURCE))
    elif volume is not None and source.get("inlineVolumeSpec") is not None:
        causes.append(not_allowed("spec.source", _ONE_SOURCE))
    elif volume == "":
        why = "must specify non empty persistentVolumeName"
        causes.append(required("spec.source.persistentVolumeName", why))
    formats.dns_subdomain("spec.nodeName", spec.get("nodeName", ""), causes)
    _check_attachment_status(attachment, causes)
    if volume is not None:
        formats.dns_subdomain("spec.source.persistentVolumeName", volume, causes)


_MOST_METADATA = 256 * 1024
_MOST_MESSAGE = 1024


def _check_attachment_status(attachment: Tree, causes: list[Cause]) -> None:
    found = attachment.get("status") or {}
    size = sum(len(k) + len(v) for k, v in (found.get("attachmentMetadata") or {}).items())
    if size > _MOST_METADATA:
        causes.append(status.too_long("status.attachmentMetadata", _MOST_METADATA))
    for member in ("attachError", "detachError"):
        error = found.get(member) or {}
        if len(error.get("message", "")) > _MOST_MESSAGE:
            causes.append(status.too_long(f"status.{member}.message", _MOST_METADATA))
        code = error.get("errorCode")
        if code is not None:
            values.between(f"status.{member}.errorCode", code, 0, values.MOST_INT32, causes)


def _attachment_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    if new["spec"] != old["spec"]:
        shown = go_value("storage.VolumeAttachmentSpec", new["spec"])
        causes.append(invalid_value("spec", shown, IMMUTABLE))


def _attachment_status(new: Tree, old: Tree, causes: list[Cause]) -> None:
    _check_attachment(new, "", causes)


DEFAULTS: Defaults = {
    "storage.v1.CSIDriverSpec": (
        missing(
            attachRequired=True,
            podInfoOnMount=False,
            storageCapacity=False,
            fsGroupPolicy="ReadWriteOnceWithFSType",
            requiresRepublish=False,
            seLinuxMount=False,
        ),
        unset(volumeLifecycleModes=["Persistent"]),
    ),
}
CHECKS: Checks = {
    "storage.v1.CSIDriverSpec": (_check_driver,),
    "storage.v1.CSINodeSpec": (_check_node,),
    "storage.v1.VolumeAttachment": (_check_attachment,),
}
KINDS = {
    "csidrivers": Kind(
        strategy=Rules(create=_drop_gated, update=_update_driver, changes=_driver_changes)
    ),
    "csinodes": Kind(strategy=Rules(changes=_node_changes, own_metadata=(1, 0))),
    "volumeattachments": Kind(
        strategy=Rules(
            changes=_attachment_changes,
            status_changes=_attachment_status,
            own_metadata=(1, 0),
        )
    ),
}
