"""Volumes of Pods: one source each, and what each kind of source needs."""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import claims, formats, values
from kube.envtest.apiserver.kinds.pod_checks import downward, sources
from kube.envtest.apiserver.kinds.pod_checks.sources import MODE_RULE, Source, needs
from kube.envtest.apiserver.schemas import quantities
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_ONE = "may not specify more than 1 volume type"


def check_volumes(
    volumes: list[Tree], path: str, owner: Tree | None, causes: list[Cause]
) -> dict[str, Tree]:
    """Returns the valid volumes by name. `owner` is the metadata of a Pod; None in a template."""
    by_name: dict[str, Tree] = {}
    pod = (owner or {}).get("name", "")
    created = {f"{pod}-{v.get('name', '')}" for v in volumes if pod and "ephemeral" in v}
    for index, volume in enumerate(volumes):
        where, name = f"{path}[{index}]", volume.get("name", "")
        before = len(causes)
        _check_source(volume, where, owner, causes)
        if not name:
            causes.append(required(f"{where}.name"))
        else:
            formats.dns_label(f"{where}.name", name, causes)
        if name in by_name:
            causes.append(status.duplicate(f"{where}.name", name))
        if len(causes) == before:
            by_name[name] = volume
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName", "")
        if claim in created:
            why = "must not reference a PVC that gets created for an ephemeral volume"
            causes.append(invalid_value(f"{where}.persistentVolumeClaim.claimName", claim, why))
    return by_name


def _check_source(volume: Tree, path: str, owner: Tree | None, causes: list[Cause]) -> None:
    chosen = 0
    for member, check in _SOURCES.items():
        source = volume.get(member)
        if source is None:
            continue
        if chosen:
            shown = _MISSPELT.get(member, member)
            causes.append(not_allowed(f"{path}.{shown}", _ONE))
        else:
            check(source, f"{path}.{_NAMED.get(member, member)}", causes)
        if member == "iscsi":
            _check_portal(volume, path, causes)
        if member == "image" and owner is not None and not chosen and not source.get("reference"):
            causes.append(required(f"{path}.image.reference"))
        if member == "ephemeral" and not chosen:
            _check_created_claim(volume, path, owner, causes)
        chosen += 1
    if not chosen:
        causes.append(required(path, "must specify a volume type"))


def _check_portal(volume: Tree, path: str, causes: list[Cause]) -> None:
    source, name = volume["iscsi"], volume.get("name", "")
    if "initiatorName" in source and len(f"{name}:{source.get('targetPortal', '')}") > 64:
        why = (
            "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
            "iscsi.initiatorName is specified."
        )
        causes.append(invalid_value(f"{path}.name", name, why))


def _check_created_claim(volume: Tree, path: str, owner: Tree | None, causes: list[Cause]) -> None:
    name, pod = volume.get("name", ""), (owner or {}).get("name", "")
    if not name or not pod:
        return
    claim = f"{pod}-{name}"
    for fault in formats.subdomain_faults(claim):
        why = f"PVC name {status.render(claim)}: {fault}"
        causes.append(invalid_value(f"{path}.name", name, why))


def _check_empty_dir(source: Tree, path: str, causes: list[Cause]) -> None:
    limit = source.get("sizeLimit")
    if limit is not None and quantities.parse(limit) < 0:
        why = "SizeLimit field must be a valid resource quantity"
        causes.append(not_allowed(f"{path}.sizeLimit", why))


def _check_items(name: str) -> Source:
    """A Secret or a ConfigMap, whose name stands in the member `name`."""

    def check(source: Tree, path: str, causes: list[Cause]) -> None:
        if not source.get(name):
            causes.append(required(f"{path}.{name}"))
        check_mode(f"{path}.defaultMode", source.get("defaultMode"), causes)
        for index, item in enumerate(source.get("items") or ()):
            check_item(item, f"{path}.items[{index}]", causes)

    return check


def check_mode(path: str, mode: Any, causes: list[Cause]) -> None:
    if mode is not None and not 0 <= mode <= 0o777:
        causes.append(invalid_value(path, mode, MODE_RULE))


def check_item(item: Tree, path: str, causes: list[Cause]) -> None:
    if not item.get("key"):
        causes.append(required(f"{path}.key"))
    if not item.get("path"):
        causes.append(required(f"{path}.path"))
    formats.unreserved_path(f"{path}.path", item.get("path", ""), causes)
    check_mode(f"{path}.mode", item.get("mode"), causes)


def _check_downward(source: Tree, path: str, causes: list[Cause]) -> None:
    check_mode(f"{path}.defaultMode", source.get("defaultMode"), causes)
    for item in source.get("items") or ():
        downward.check_file(item, path, causes)


def _check_projected(source: Tree, path: str, causes: list[Cause]) -> None:
    check_mode(f"{path}.defaultMode", source.get("defaultMode"), causes)
    paths: set[str] = set()
    for index, each in enumerate(source.get("sources") or ()):
        _check_projection(each, f"{path}.sources[{index}]", path, paths, causes)


def _check_projection(
    source: Tree, path: str, volume: str, paths: set[str], causes: list[Cause]
) -> None:
    def take(text: str, shown: str) -> None:
        if text in paths:
            causes.append(invalid_value(volume, shown, "conflicting duplicate paths"))
        paths.add(text)

    for member in ("secret", "configMap"):
        each = source.get(member)
        if each is None:
            continue
        if not each.get("name"):
            causes.append(required(f"{path}.{member}.name"))
        for index, item in enumerate(each.get("items") or ()):
            check_item(item, f"{path}.{member}.items[{index}]", causes)
            if item.get("path"):
                take(item["path"], each.get("name", ""))
    for item in (source.get("downwardAPI") or {}).get("items") or ():
        downward.check_file(item, f"{path}.downwardAPI", causes)
        if item.get("path"):
            take(item["path"], item["path"])
    if "serviceAccountToken" in source:
        _check_token(source["serviceAccountToken"], path, volume, causes)
    if len(source) > 1:
        why = "may not specify more than 1 volume type per source"
        causes.append(not_allowed(path, why))


def _check_token(token: Tree, path: str, volume: str, causes: list[Cause]) -> None:
    seconds, where = token.get("expirationSeconds", 0), f"{path}.serviceAccountToken"
    if seconds < 600:
        why = "may not specify a duration less than 10 minutes"
        causes.append(invalid_value(f"{where}.expirationSeconds", seconds, why))
    if seconds > 2**32:
        why = "may not specify a duration larger than 2^32 seconds"
        causes.append(invalid_value(f"{where}.expirationSeconds", seconds, why))
    if not token.get("path"):
        causes.append(required(f"{volume}.path"))
    else:
        formats.unreserved_path(f"{volume}.path", token["path"], causes)


def _check_ephemeral(source: Tree, path: str, causes: list[Cause]) -> None:
    template = source.get("volumeClaimTemplate")
    if template is None:
        causes.append(required(f"{path}.volumeClaimTemplate"))
    else:
        claims.check_claim_template(template, f"{path}.volumeClaimTemplate", causes)


def _check_image(source: Tree, path: str, causes: list[Cause]) -> None:
    values.pull_policy(f"{path}.pullPolicy", source.get("pullPolicy"), causes)


def _check_csi(source: Tree, path: str, causes: list[Cause]) -> None:
    sources.csi_driver(f"{path}.driver", source.get("driver", ""), causes)
    secret = source.get("nodePublishSecretRef")
    if secret is not None:
        if not secret.get("name"):
            causes.append(required(f"{path}.nodePublishSecretRef.name"))
        else:
            formats.dns_subdomain(f"{path}.name", secret["name"], causes)


_SOURCES: dict[str, Source] = {
    "emptyDir": _check_empty_dir,
    "hostPath": sources.host_path,
    "gitRepo": sources.git_repo,
    "gcePersistentDisk": sources.partitioned("pdName"),
    "awsElasticBlockStore": sources.partitioned("volumeID"),
    "secret": _check_items("secretName"),
    "nfs": sources.nfs,
    "iscsi": sources.iscsi,
    "glusterfs": needs("endpoints", "path"),
    "flocker": sources.flocker,
    "persistentVolumeClaim": needs("claimName"),
    "rbd": needs("monitors", "image"),
    "cinder": sources.with_secret("volumeID"),
    "cephfs": needs("monitors"),
    "quobyte": sources.quobyte,
    "downwardAPI": _check_downward,
    "fc": sources.fibre_channel,
    "flexVolume": sources.flex,
    "configMap": _check_items("name"),
    "azureFile": needs("secretName", "shareName"),
    "vsphereVolume": needs("volumePath"),
    "photonPersistentDisk": needs("pdID"),
    "portworxVolume": needs("volumeID"),
    "azureDisk": sources.azure_disk,
    "storageos": sources.storage_os,
    "projected": _check_projected,
    "scaleIO": needs("gateway", "system", "volumeName"),
    "csi": _check_csi,
    "ephemeral": _check_ephemeral,
    "image": _check_image,
}
"""In the order in which they are looked at: only the first one is checked."""
_NAMED = {"gcePersistentDisk": "persistentDisk"}
_MISSPELT = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
"""Paths as the original spells them."""
