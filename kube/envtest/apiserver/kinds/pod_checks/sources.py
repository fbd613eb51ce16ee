"""Sources of volumes that Pods and PersistentVolumes have in common."""

from __future__ import annotations

import re
from collections.abc import Callable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.status import Cause, invalid_value, required
from kube.runtime.trees import Tree

Source = Callable[[Tree, str, list[Cause]], None]
MODE_RULE = "must be a number between 0 and 0777 (octal), both inclusive"


def needs(*members: str) -> Source:
    """A source that is valid where some members are not empty."""

    def check(source: Tree, path: str, causes: list[Cause]) -> None:
        causes += [required(f"{path}.{m}") for m in members if not source.get(m)]

    return check


def with_secret(member: str, *, namespaced: bool = False) -> Source:
    """A source that needs a member, and the name of the secret where there is a reference."""

    def check(source: Tree, path: str, causes: list[Cause]) -> None:
        needs(member)(source, path, causes)
        _secret(source, path, causes, namespaced=namespaced)

    return check


def _secret(source: Tree, path: str, causes: list[Cause], *, namespaced: bool) -> None:
    secret = source.get("secretRef")
    if secret is not None:
        members = ("name", "namespace") if namespaced else ("name",)
        needs(*members)(secret, f"{path}.secretRef", causes)


_HOST_PATH_TYPES = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate",
    "Socket",
)  # fmt: skip


def host_path(source: Tree, path: str, causes: list[Cause]) -> None:
    if not source.get("path"):
        causes.append(required(f"{path}.path"))
        return
    formats.no_backsteps(f"{path}.path", source["path"], causes)
    if source.get("type") is not None:
        values.one_of(f"{path}.type", source["type"], _HOST_PATH_TYPES, causes)


def git_repo(source: Tree, path: str, causes: list[Cause]) -> None:
    needs("repository")(source, path, causes)
    formats.descending_path(f"{path}.directory", source.get("directory", ""), causes)


def partitioned(member: str) -> Source:
    def check(source: Tree, path: str, causes: list[Cause]) -> None:
        needs(member)(source, path, causes)
        number = source.get("partition", 0)
        if not 0 <= number <= 255:
            why = "must be between 1 and 255, inclusive"
            causes.append(invalid_value(f"{path}.partition", number, why))

    return check


def nfs(source: Tree, path: str, causes: list[Cause]) -> None:
    needs("server", "path")(source, path, causes)
    if not source.get("path", "").startswith("/"):
        why = "must be an absolute path"
        causes.append(invalid_value(f"{path}.path", source.get("path", ""), why))


_ISCSI_NAMES = {
    "iqn": r"iqn\.\d{4}-\d{2}\.([a-zA-Z0-9-.]+)(:[^,;*&$|\s]+)",
    "eui": r"eui.[0-9a-zA-Z]{16}",
    "naa": r"naa.[0-9a-zA-Z]{32}",
}


def iscsi(source: Tree, path: str, causes: list[Cause], *, inline: bool = True) -> None:
    needs("targetPortal", "iqn")(source, path, causes)
    if source.get("iqn"):
        _iscsi_name(f"{path}.iqn", source["iqn"], causes, inline=inline)
    values.between(f"{path}.lun", source.get("lun", 0), 0, 255, causes)
    chap = source.get("chapAuthDiscovery") or source.get("chapAuthSession")
    if chap and source.get("secretRef") is None:
        causes.append(required(f"{path}.secretRef"))
    if not inline:
        _secret(source, path, causes, namespaced=False)
    if "initiatorName" in source:
        where = f"{path}.initiatorname"
        _iscsi_name(where, source["initiatorName"], causes, inline=inline)


def _iscsi_name(path: str, name: str, causes: list[Cause], *, inline: bool) -> None:
    pattern = _ISCSI_NAMES.get(name[:3])
    if pattern is None:
        ending = " starting with iqn, eui, or naa" if inline else ""
        causes.append(invalid_value(path, name, f"must be valid format{ending}"))
    elif not re.fullmatch(pattern, name):
        causes.append(invalid_value(path, name, "must be valid format"))


def flocker(source: Tree, path: str, causes: list[Cause]) -> None:
    name = source.get("datasetName", "")
    if not name and not source.get("datasetUUID"):
        causes.append(required(path, "one of datasetName and datasetUUID is required"))
    if name and source.get("datasetUUID"):
        why = "datasetName and datasetUUID can not be specified simultaneously"
        causes.append(invalid_value(path, "resource", why))
    if "/" in name:
        causes.append(invalid_value(f"{path}.datasetName", name, "must not contain '/'"))


def quobyte(source: Tree, path: str, causes: list[Cause]) -> None:
    registry = source.get("registry", "")
    why = "must be a host:port pair or multiple pairs separated by commas"
    if not registry:
        causes.append(required(f"{path}.registry", why))
    elif len(source.get("tenant", "")) >= 65:
        rule = "must be a UUID and may not exceed a length of 64 characters"
        causes.append(required(f"{path}.tenant", rule))
    else:
        for pair in registry.split(","):
            if not re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*):[^:\[\]]*", pair):
                causes.append(invalid_value(f"{path}.registry", registry, why))
    needs("volume")(source, path, causes)


def fibre_channel(source: Tree, path: str, causes: list[Cause]) -> None:
    targets, wwids = source.get("targetWWNs"), source.get("wwids")
    if not targets and not wwids:
        why = "must specify either targetWWNs or wwids, but not both"
        causes.append(required(f"{path}.targetWWNs", why))
    if targets and wwids:
        why = "targetWWNs and wwids can not be specified simultaneously"
        causes.append(invalid_value(f"{path}.targetWWNs", targets, why))
    if targets:
        if source.get("lun") is None:
            why = "lun is required if targetWWNs is specified"
            causes.append(required(f"{path}.lun", why))
        values.between(f"{path}.lun", source.get("lun"), 0, 255, causes)


def flex(source: Tree, path: str, causes: list[Cause]) -> None:
    needs("driver")(source, path, causes)
    for key in source.get("options") or ():
        domain = f".{key.partition('/')[0].lower()}"
        if domain.endswith((".kubernetes.io", ".k8s.io")):
            why = "kubernetes.io and k8s.io namespaces are reserved"
            causes.append(invalid_value(f"{path}.options[{key}]", key, why))


_MANAGED = (
    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/"
    "{disk-id}"
)
_BLOB = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"


def azure_disk(source: Tree, path: str, causes: list[Cause]) -> None:
    needs("diskName", "diskURI")(source, path, causes)
    if source.get("cachingMode") is not None:
        modes = ("None", "ReadOnly", "ReadWrite")
        values.one_of(f"{path}.cachingMode", source["cachingMode"], modes, causes)
    kind, uri = source.get("kind"), source.get("diskURI", "")
    if kind is None:
        return
    values.one_of(f"{path}.kind", kind, ("Dedicated", "Managed", "Shared"), causes)
    start, form = ("/subscriptions/", _MANAGED) if kind == "Managed" else ("https://", _BLOB)
    if not uri.startswith(start):
        causes.append(status.not_supported(f"{path}.diskURI", uri, (form,)))


def storage_os(source: Tree, path: str, causes: list[Cause], *, namespaced: bool = False) -> None:
    needs("volumeName")(source, path, causes)
    for member in ("volumeName", "volumeNamespace"):
        if source.get(member):
            formats.dns_label(f"{path}.{member}", source[member], causes)
    _secret(source, path, causes, namespaced=namespaced)


def csi_driver(path: str, name: str, causes: list[Cause]) -> None:
    if not name:
        causes.append(required(path))
        return
    if len(name) > 63:
        causes.append(status.too_long(path, 63))
    for fault in formats.subdomain_faults(name.lower()):
        causes.append(invalid_value(path, name, fault))
