"""Where containers see the volumes of their Pod."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")


def check_mounts(container: Tree, path: str, volumes: dict[str, Tree], causes: list[Cause]) -> None:
    devices = container.get("volumeDevices") or []
    device_names = {device.get("name", "") for device in devices}
    device_paths = {device.get("devicePath", "") for device in devices}
    places: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        where, name = f"{path}[{index}]", mount.get("name", "")
        place = mount.get("mountPath", "")
        if not name:
            causes.append(required(f"{where}.name"))
        if name not in volumes:
            causes.append(not_found(f"{where}.name", name))
        if not place:
            causes.append(required(f"{where}.mountPath"))
        if place in places:
            causes.append(invalid_value(f"{where}.mountPath", place, "must be unique"))
        places.add(place)
        if name in device_names:
            why = "must not already exist in volumeDevices"
            causes.append(invalid_value(f"{where}.name", name, why))
        if place in device_paths:
            why = "must not already exist as a path in volumeDevices"
            causes.append(invalid_value(f"{where}.mountPath", place, why))
        _check_sub_path(mount, path, where, causes)
        _check_propagation(mount, container, path, causes)


def _check_sub_path(mount: Tree, path: str, item: str, causes: list[Cause]) -> None:
    # As in the original, some of these paths do not say which item is meant.
    if mount.get("subPath"):
        formats.descending_path(f"{path}.subPath", mount["subPath"], causes)
    if mount.get("subPathExpr"):
        if mount.get("subPath"):
            why = "subPathExpr and subPath are mutually exclusive"
            causes.append(invalid_value(f"{item}.subPathExpr", mount["subPathExpr"], why))
        formats.descending_path(f"{path}.subPathExpr", mount["subPathExpr"], causes)


def _check_propagation(mount: Tree, container: Tree, path: str, causes: list[Cause]) -> None:
    propagation = mount.get("mountPropagation")
    if propagation is not None:
        where = f"{path}.mountPropagation"
        values.one_of(where, propagation, _PROPAGATIONS, causes)
        privileged = (container.get("securityContext") or {}).get("privileged")
        if propagation == "Bidirectional" and not privileged:
            why = "Bidirectional mount propagation is available only to privileged containers"
            causes.append(not_allowed(where, why))
    recursive, where = mount.get("recursiveReadOnly"), f"{path}.recursiveReadOnly"
    if recursive in ("Enabled", "IfPossible"):
        if not mount.get("readOnly"):
            causes.append(not_allowed(where, "may only be specified when readOnly is true"))
        if propagation not in (None, "None"):
            why = "may only be specified when mountPropagation is None or not specified"
            causes.append(not_allowed(where, why))
    elif recursive is not None:
        values.one_of(where, recursive, ("Disabled", "Enabled", "IfPossible"), causes)


def check_devices(
    container: Tree, path: str, volumes: dict[str, Tree], causes: list[Cause]
) -> None:
    mounts = container.get("volumeMounts") or []
    mount_names = {mount.get("name", "") for mount in mounts}
    mount_paths = {mount.get("mountPath", "") for mount in mounts}
    names: set[str] = set()
    paths: set[str] = set()
    for index, device in enumerate(container.get("volumeDevices") or ()):
        where, name = f"{path}[{index}]", device.get("name", "")
        place = device.get("devicePath", "")
        if not name:
            causes.append(required(f"{where}.name"))
        if name in names:
            causes.append(invalid_value(f"{where}.name", name, "must be unique"))
        if name not in volumes:
            causes.append(not_found(f"{where}.name", name))
        elif not {"persistentVolumeClaim", "ephemeral"} & volumes[name].keys():
            why = (
                "can only use volume source type of PersistentVolumeClaim or Ephemeral for block "
                "mode"
            )
            causes.append(invalid_value(f"{where}.name", name, why))
        if not place:
            causes.append(required(f"{where}.devicePath"))
        if place in paths:
            causes.append(invalid_value(f"{where}.devicePath", place, "must be unique"))
        if ".." in place.split("/"):
            why = "can not contain backsteps ('..')"
            causes.append(invalid_value(f"{where}.devicePath", place, why))
        else:
            paths.add(place)
        if name in mount_names:
            why = "must not already exist in volumeMounts"
            causes.append(invalid_value(f"{where}.name", name, why))
        if place in mount_paths:
            why = "must not already exist as a path in volumeMounts"
            causes.append(invalid_value(f"{where}.devicePath", place, why))
        if name:
            names.add(name)


def not_found(path: str, value: str) -> Cause:
    return Cause("FieldValueNotFound", path, f"Not found: {status.render(value)}")
