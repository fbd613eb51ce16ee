"""Environment variables of containers, and where their values come from."""

from __future__ import annotations

from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.kinds.pod_checks import downward
from kube.envtest.apiserver.status import Cause, invalid_value, required
from kube.runtime.trees import Tree

_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_SEVERAL = "may not have more than one field specified at a time"


def check_env(variables: list[Tree], path: str, causes: list[Cause]) -> None:
    for index, variable in enumerate(variables):
        where, name = f"{path}[{index}]", variable.get("name", "")
        if not name:
            causes.append(required(f"{where}.name"))
        else:
            formats.env_name(f"{where}.name", name, causes)
        if "valueFrom" in variable:
            _check_source(variable, f"{where}.valueFrom", causes)


def _check_source(variable: Tree, path: str, causes: list[Cause]) -> None:
    source = variable["valueFrom"]
    chosen = [key for key in _SOURCES if key in source]
    for key in chosen:
        where = f"{path}.{key}"
        match key:
            case "fieldRef":
                downward.check_field(source[key], where, downward.ENV_FIELDS, causes)
            case "resourceFieldRef":
                downward.check_resource(source[key], where, causes, in_volume=False)
            case "fileKeyRef":
                _check_file_key(source[key], where, causes)
            case _:
                formats.dns_subdomain(f"{where}.name", source[key].get("name", ""), causes)
                _check_key(source[key], where, formats.config_key, causes)
    if not chosen:
        names = ", ".join(f"`{key}`" for key in _SOURCES[:-1])
        why = f"must specify one of: {names} or `fileKeyRef`"
        causes.append(invalid_value(path, "", why))
    elif variable.get("value"):
        why = "may not be specified when `value` is not empty"
        causes.append(invalid_value(path, "", why))
    elif len(chosen) > 1:
        causes.append(invalid_value(path, "", _SEVERAL))


def _check_key(source: Tree, path: str, check: formats.Check, causes: list[Cause]) -> None:
    if not source.get("key"):
        causes.append(required(f"{path}.key"))
    else:
        check(f"{path}.key", source["key"], causes)


def _check_file_key(source: Tree, path: str, causes: list[Cause]) -> None:
    _check_key(source, path, formats.env_name, causes)
    if not source.get("volumeName"):
        causes.append(required(f"{path}.volumeName"))
    else:
        formats.dns_label(f"{path}.volumeName", source["volumeName"], causes)
    if not source.get("path"):
        causes.append(required(f"{path}.path"))
    else:
        formats.no_backsteps(f"{path}.path", source["path"], causes)


def check_env_from(sources: list[Tree], path: str, causes: list[Cause]) -> None:
    for index, source in enumerate(sources):
        where = f"{path}[{index}]"
        if source.get("prefix"):
            formats.env_name(f"{where}.prefix", source["prefix"], causes)
        chosen = [key for key in ("configMapRef", "secretRef") if key in source]
        for key in chosen:
            name = source[key].get("name", "")
            if not name:
                causes.append(required(f"{where}.{key}.name"))
            else:
                # The original checks the name as a prefix, which may end with a hyphen.
                shown = name[:-1] + "a" if name.endswith("-") and len(name) > 1 else name
                faults = formats.subdomain_faults(shown)
                causes += [invalid_value(f"{where}.{key}.name", name, f) for f in faults]
        if not chosen:
            why = "must specify one of: `configMapRef` or `secretRef`"
            causes.append(invalid_value(path, "", why))
        elif len(chosen) > 1:
            causes.append(invalid_value(path, "", _SEVERAL))


def check_file_volumes(spec: Tree, path: str, causes: list[Cause]) -> None:
    """Files of variables stand in volumes of type emptyDir."""
    volumes = {volume.get("name", ""): volume for volume in spec.get("volumes") or ()}
    for member in ("initContainers", "containers", "ephemeralContainers"):
        for place, container in enumerate(spec.get(member) or ()):
            for index, variable in enumerate(container.get("env") or ()):
                source = (variable.get("valueFrom") or {}).get("fileKeyRef")
                if source is None:
                    continue
                name = source.get("volumeName", "")
                where = f"{path}.{member}[{place}].env[{index}].valueFrom.fileKeyRef.volumeName"
                if name not in volumes:
                    causes.append(_not_found(where, name))
                elif "emptyDir" not in volumes[name]:
                    why = "referenced volume must be of type emptyDir"
                    causes.append(invalid_value(where, name, why))


def _not_found(path: str, name: str) -> Cause:
    return Cause("FieldValueNotFound", path, f'Not found: "{name}"')
