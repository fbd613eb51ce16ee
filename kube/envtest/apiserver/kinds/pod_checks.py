"""Rules of Pods and of their templates (kubernetes/pkg/apis/core/validation)."""

from __future__ import annotations

import re
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Checks
from kube.envtest.apiserver.schemas import quantities
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree

RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
_PROTOCOLS = ("SCTP", "TCP", "UDP")


def check_template(
    template: Tree, path: str, selector: Tree | None, causes: list[Cause], owner: str = "ReplicaSet"
) -> None:
    """The template of a workload that keeps its Pods running."""
    meta = template.get("metadata") or {}
    if selector is not None and not values.selects(selector, meta.get("labels")):
        why = "`selector` does not match template `labels`"
        where = f"{path}.metadata.labels"
        causes.append(status.invalid_value(where, meta.get("labels"), why))
    check_template_metadata(meta, path, causes)
    spec = template["spec"]
    if spec.get("restartPolicy") != "Always":
        where = f"{path}.spec.restartPolicy"
        causes.append(status.not_supported(where, spec.get("restartPolicy", ""), ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        why = f"activeDeadlineSeconds in {owner} is not Supported"
        causes.append(status.not_allowed(f"{path}.spec.activeDeadlineSeconds", why))


def check_template_metadata(meta: Tree, path: str, causes: list[Cause]) -> None:
    values.labels(f"{path}.labels", meta.get("labels"), causes)
    for key in meta.get("annotations") or {}:
        causes += metadata.key_faults(f"{path}.annotations", key.lower())


def _pod_spec(spec: Tree, path: str, causes: list[Cause]) -> None:
    volumes = _volumes(spec.get("volumes") or [], f"{path}.volumes", causes)
    containers = spec.get("containers") or []
    if not containers:
        causes.append(status.required(f"{path}.containers"))
    names: set[str] = set()
    for member in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(member) or ()):
            where = f"{path}.{member}[{index}]"
            _container(container, where, volumes, causes)
            name = container.get("name", "")
            if name and name in names:
                causes.append(status.duplicate(f"{where}.name", name))
            names.add(name)
        _duplicate_host_ports(spec.get(member) or (), f"{path}.{member}", causes)
    for index, container in enumerate(containers):
        if container.get("restartPolicy"):
            why = "may not be set for non-init containers"
            causes.append(status.not_allowed(f"{path}.containers[{index}].restartPolicy", why))
    _choices(spec, path, causes)
    for member in ("hostname", "subdomain"):
        if spec.get(member):
            values.dns_label(f"{path}.{member}", spec[member], causes)
    for member in ("serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"):
        if spec.get(member):
            values.dns_subdomain(f"{path}.{member}", spec[member], causes)
    values.labels(f"{path}.nodeSelector", spec.get("nodeSelector"), causes)
    deadline = spec.get("activeDeadlineSeconds")
    values.between(f"{path}.activeDeadlineSeconds", deadline, 1, values.MOST_INT32, causes)


def _choices(spec: Tree, path: str, causes: list[Cause]) -> None:
    restart, dns = spec.get("restartPolicy"), spec.get("dnsPolicy")
    if not restart:
        causes.append(status.required(f"{path}.restartPolicy"))
    else:
        values.one_of(f"{path}.restartPolicy", restart, RESTART_POLICIES, causes)
    if not dns:
        causes.append(status.required(f"{path}.dnsPolicy"))
    else:
        values.one_of(f"{path}.dnsPolicy", dns, _DNS_POLICIES, causes)
        if dns == "None" and not (spec.get("dnsConfig") or {}).get("nameservers"):
            where = f"{path}.dnsConfig"
            if spec.get("dnsConfig") is None:
                why = "must provide `dnsConfig` when `dnsPolicy` is None"
                causes.append(status.required(where, why))
            else:
                why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
                causes.append(status.required(f"{where}.nameservers", why))
    preemption = spec.get("preemptionPolicy")
    if preemption is not None:
        supported = ("PreemptLowerPriority", "Never")
        values.one_of(f"{path}.preemptionPolicy", preemption, supported, causes)


def _volumes(volumes: list[Tree], path: str, causes: list[Cause]) -> dict[str, Tree]:
    by_name: dict[str, Tree] = {}
    for index, volume in enumerate(volumes):
        where, name = f"{path}[{index}]", volume.get("name", "")
        before = len(causes)
        sources = [key for key in volume if key != "name"]
        if not sources:
            causes.append(status.required(where, "must specify a volume type"))
        for source in sources[1:]:
            why = "may not specify more than 1 volume type"
            causes.append(status.not_allowed(f"{where}.{source}", why))
        _volume_source(volume, where, causes)
        if not name:
            causes.append(status.required(f"{where}.name"))
        else:
            values.dns_label(f"{where}.name", name, causes)
        if name in by_name:
            causes.append(status.duplicate(f"{where}.name", name))
        if len(causes) == before:
            by_name[name] = volume
    return by_name


_NEEDED = {
    "configMap": ("name",),
    "secret": ("secretName",),
    "persistentVolumeClaim": ("claimName",),
    "hostPath": ("path",),
    "csi": ("driver",),
    "nfs": ("server", "path"),
}


def _volume_source(volume: Tree, path: str, causes: list[Cause]) -> None:
    for source, members in _NEEDED.items():
        if source in volume:
            causes += [
                status.required(f"{path}.{source}.{member}")
                for member in members
                if not volume[source].get(member)
            ]
    for source in ("configMap", "secret", "downwardAPI", "projected"):
        mode = (volume.get(source) or {}).get("defaultMode")
        if mode is not None and not 0 <= mode <= 0o777:
            why = "must be a number between 0 and 0777 (octal), both inclusive"
            causes.append(status.invalid_value(f"{path}.{source}.defaultMode", mode, why))
        for index, item in enumerate((volume.get(source) or {}).get("items") or ()):
            where = f"{path}.{source}.items[{index}]"
            if source in ("configMap", "secret") and not item.get("key"):
                causes.append(status.required(f"{where}.key"))
            if not item.get("path"):
                causes.append(status.required(f"{where}.path"))


def _container(container: Tree, path: str, volumes: dict[str, Tree], causes: list[Cause]) -> None:
    name = container.get("name", "")
    if not name:
        causes.append(status.required(f"{path}.name"))
    else:
        values.dns_label(f"{path}.name", name, causes)
    image = container.get("image", "")
    if not image:
        causes.append(status.required(f"{path}.image"))
    elif image != image.strip():
        why = "must not have leading or trailing whitespace"
        causes.append(status.invalid_value(f"{path}.image", image, why))
    policy = container.get("terminationMessagePolicy")
    if not policy:
        causes.append(status.required(f"{path}.terminationMessagePolicy"))
    else:
        policies = ("FallbackToLogsOnError", "File")
        values.one_of(f"{path}.terminationMessagePolicy", policy, policies, causes)
    pull = container.get("imagePullPolicy")
    if not pull:
        causes.append(status.required(f"{path}.imagePullPolicy"))
    else:
        supported = ("Always", "IfNotPresent", "Never")
        values.one_of(f"{path}.imagePullPolicy", pull, supported, causes)
    _ports(container.get("ports") or (), f"{path}.ports", causes)
    _mounts(container.get("volumeMounts") or (), f"{path}.volumeMounts", volumes, causes)


def _ports(ports: Any, path: str, causes: list[Cause]) -> None:
    names: set[str] = set()
    for index, port in enumerate(ports):
        where, name = f"{path}[{index}]", port.get("name", "")
        if name:
            before = len(causes)
            values.port_name(f"{where}.name", name, causes)
            if len(causes) == before and name in names:
                causes.append(status.duplicate(f"{where}.name", name))
            names.add(name)
        if not port.get("containerPort"):
            causes.append(status.required(f"{where}.containerPort"))
        else:
            values.port(f"{where}.containerPort", port["containerPort"], causes)
        if port.get("hostPort"):
            values.port(f"{where}.hostPort", port["hostPort"], causes)
        if not port.get("protocol"):
            causes.append(status.required(f"{where}.protocol"))
        else:
            values.one_of(f"{where}.protocol", port["protocol"], _PROTOCOLS, causes)


def _duplicate_host_ports(containers: Any, path: str, causes: list[Cause]) -> None:
    taken: set[str] = set()
    for place, container in enumerate(containers):
        for index, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            address = port.get("hostIP", "")
            text = f"{port.get('protocol')}/{address}/{port['hostPort']}"
            if text in taken:
                where = f"{path}[{place}].ports[{index}].hostPort"
                causes.append(status.duplicate(where, text))
            taken.add(text)


def _mounts(mounts: Any, path: str, volumes: dict[str, Tree], causes: list[Cause]) -> None:
    places: set[str] = set()
    for index, mount in enumerate(mounts):
        where, name = f"{path}[{index}]", mount.get("name", "")
        if not name:
            causes.append(status.required(f"{where}.name"))
        if name not in volumes:
            causes.append(_not_found(f"{where}.name", name))
        place = mount.get("mountPath", "")
        if not place:
            causes.append(status.required(f"{where}.mountPath"))
        if place in places:
            why = "must be unique"
            causes.append(status.invalid_value(f"{where}.mountPath", place, why))
        places.add(place)
        if mount.get("subPath") and mount.get("subPathExpr"):
            why = "subPathExpr and subPath are mutually exclusive"
            causes.append(status.invalid_value(f"{where}.subPathExpr", mount["subPathExpr"], why))
        for member in ("subPath", "subPathExpr"):
            _local_path(f"{where}.{member}", mount.get(member, ""), causes)


def _not_found(path: str, value: str) -> Cause:
    return Cause("FieldValueNotFound", path, f"Not found: {status.render(value)}")


def _local_path(path: str, value: str, causes: list[Cause]) -> None:
    if value.startswith("/"):
        causes.append(status.invalid_value(path, value, "must be a relative path"))
    if ".." in value.split("/"):
        causes.append(status.invalid_value(path, value, "must not contain '..'"))


_ENV = re.compile(r"[ -<>-~]+")
_ENV_RULE = (
    "a valid environment variable name must consist only of printable ASCII characters other than "
    "'=' (e.g. 'my-var-name',  or 'MY.VAR.NAME',  or 'MyVar1', regex used for validation is "
    "'^[ -<>-~]+$')"
)
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")


def _env(env: Tree, path: str, causes: list[Cause]) -> None:
    name = env.get("name", "")
    if not name:
        causes.append(status.required(f"{path}.name"))
    elif not _ENV.fullmatch(name):
        causes.append(status.invalid_value(f"{path}.name", name, _ENV_RULE))
    source = env.get("valueFrom")
    if source is None:
        return
    chosen = [key for key in _SOURCES if key in source]
    where = f"{path}.valueFrom"
    for key in chosen:
        if key.endswith("MapKeyRef") or key == "secretKeyRef":
            values.dns_subdomain(f"{where}.{key}.name", source[key].get("name", ""), causes)
            if not source[key].get("key"):
                causes.append(status.required(f"{where}.{key}.key"))
    if "fieldRef" in source:
        _field_path(f"{where}.fieldRef.fieldPath", source["fieldRef"].get("fieldPath", ""), causes)
    if not chosen:
        names = ", ".join(f"`{key}`" for key in _SOURCES[:-1])
        why = f"must specify one of: {names} or `fileKeyRef`"
        causes.append(status.invalid_value(where, "", why))
    elif env.get("value"):
        why = "may not be specified when `value` is not empty"
        causes.append(status.invalid_value(where, "", why))
    elif len(chosen) > 1:
        why = "may not have more than one field specified at a time"
        causes.append(status.invalid_value(where, "", why))


_FIELD_PATHS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
    "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
_SUBSCRIPT = re.compile(r"metadata\.(labels|annotations)\['[^']*'\]")


def _field_path(path: str, field: str, causes: list[Cause]) -> None:
    if not field:
        causes.append(status.required(path))
    elif field not in _FIELD_PATHS and not _SUBSCRIPT.fullmatch(field):
        why = f"error converting fieldPath: field label not supported: {field}"
        causes.append(status.invalid_value(path, field, why))


def _security(context: Tree, path: str, causes: list[Cause]) -> None:
    for member in ("runAsUser", "runAsGroup", "fsGroup"):
        value = context.get(member)
        values.between(f"{path}.{member}", value, 0, values.MOST_INT32, causes)


def _env_from(source: Tree, path: str, causes: list[Cause]) -> None:
    chosen = [key for key in ("configMapRef", "secretRef") if key in source]
    for key in chosen:
        name = source[key].get("name", "")
        if not name:
            causes.append(status.required(f"{path}.{key}.name"))
        else:
            values.dns_subdomain(f"{path}.{key}.name", name, causes)
    around = path.rpartition("[")[0]
    if not chosen:
        why = "must specify one of: `configMapRef` or `secretRef`"
        causes.append(status.invalid_value(around, "", why))
    elif len(chosen) > 1:
        why = "may not have more than one field specified at a time"
        causes.append(status.invalid_value(around, "", why))


def _lifecycle(handler: Tree, path: str, causes: list[Cause]) -> None:
    if "sleep" in handler:
        values.non_negative(f"{path}.sleep.seconds", handler["sleep"].get("seconds"), causes)
    else:
        _handler(handler, path, causes)


_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")


def _probe(probe: Tree, path: str, causes: list[Cause]) -> None:
    _handler(probe, path, causes)
    for member in (
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ):
        values.non_negative(f"{path}.{member}", probe.get(member), causes)
    grace = probe.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        where = f"{path}.terminationGracePeriodSeconds"
        causes.append(status.invalid_value(where, grace, "must be greater than 0"))


def _handler(handler: Tree, path: str, causes: list[Cause]) -> None:
    chosen = [key for key in _HANDLERS if key in handler]
    if not chosen:
        causes.append(status.required(path, "must specify a handler type"))
    for key in chosen[1:]:
        why = "may not specify more than 1 handler type"
        causes.append(status.not_allowed(f"{path}.{key}", why))
    if "exec" in handler and not handler["exec"].get("command"):
        causes.append(status.required(f"{path}.exec.command"))
    for key in ("httpGet", "tcpSocket"):
        if key in handler:
            _target_port(f"{path}.{key}.port", handler[key].get("port"), causes)
    if "grpc" in handler:
        values.port(f"{path}.grpc.port", handler["grpc"].get("port", 0), causes)
    scheme = (handler.get("httpGet") or {}).get("scheme")
    if scheme is not None:
        values.one_of(f"{path}.httpGet.scheme", scheme, ("HTTP", "HTTPS"), causes)


def _target_port(path: str, value: Any, causes: list[Cause]) -> None:
    if isinstance(value, str):
        values.port_name(path, value, causes)
    else:
        values.port(path, value, causes)


def _liveness(container: Tree, path: str, causes: list[Cause]) -> None:
    for member in ("livenessProbe", "startupProbe"):
        probe = container.get(member)
        if probe is not None and probe.get("successThreshold") != 1:
            where = f"{path}.{member}.successThreshold"
            causes.append(
                status.invalid_value(where, probe.get("successThreshold", 0), "must be 1")
            )
    grace = (container.get("readinessProbe") or {}).get("terminationGracePeriodSeconds")
    if grace is not None:
        where = f"{path}.readinessProbe.terminationGracePeriodSeconds"
        causes.append(status.invalid_value(where, grace, "must not be set for readinessProbes"))


_STANDARD = ("cpu", "ephemeral-storage", "memory")


def _resources(resources: Tree, path: str, causes: list[Cause]) -> None:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for member, amounts in (("limits", limits), ("requests", requests)):
        for name, amount in amounts.items():
            where = f"{path}.{member}[{name}]"
            _resource_name(where, name, causes)
            _amount(where, name, amount, causes)
    for name, amount in requests.items():
        if name in limits and quantities.parse(amount) > quantities.parse(limits[name]):
            why = f"must be less than or equal to {name} limit of {limits[name]}"
            causes.append(status.invalid_value(f"{path}.requests", amount, why))


def _resource_name(path: str, name: str, causes: list[Cause]) -> None:
    faults = metadata.key_faults(path, name)
    causes += faults
    if (
        "/" not in name
        and not faults
        and name not in _STANDARD
        and not name.startswith("hugepages-")
    ):
        why = "must be a standard resource type or fully qualified"
        causes.append(status.invalid_value(path, name, why))
        why = "must be a standard resource for containers"
        causes.append(status.invalid_value(path, name, why))


def _amount(path: str, name: str, amount: str, causes: list[Cause]) -> None:
    value = quantities.parse(amount)
    if value < 0:
        causes.append(status.invalid_value(path, amount, "must be greater than or equal to 0"))
    if "/" in name and value != value.to_integral_value():
        causes.append(status.invalid_value(path, amount, "must be an integer"))


def _toleration(toleration: Tree, path: str, causes: list[Cause]) -> None:
    key, operator = toleration.get("key", ""), toleration.get("operator", "")
    if key:
        causes += metadata.key_faults(f"{path}.key", key)
    if not key and operator != "Exists":
        why = (
            "operator must be Exists when `key` is empty, which means "
            '"match all values and all keys"'
        )
        causes.append(status.invalid_value(f"{path}.operator", operator, why))
    if "tolerationSeconds" in toleration and toleration.get("effect") != "NoExecute":
        why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        causes.append(status.invalid_value(f"{path}.effect", toleration.get("effect", ""), why))
    match operator:
        case "Equal" | "":
            causes += metadata.value_faults(f"{path}.operator", toleration.get("value", ""))
        case "Exists":
            if toleration.get("value"):
                why = "value must be empty when `operator` is 'Exists'"
                causes.append(status.invalid_value(f"{path}.operator", toleration, why))
        case "Lt" | "Gt":
            pass
        case other:
            operators = ("Equal", "Exists")
            causes.append(status.not_supported(f"{path}.operator", other, operators))
    effect = toleration.get("effect")
    if effect:
        supported = ("NoSchedule", "PreferNoSchedule", "NoExecute")
        values.one_of(f"{path}.effect", effect, supported, causes)


CHECKS: Checks = {
    "core.v1.Container": (_liveness,),
    "core.v1.EnvVar": (_env,),
    "core.v1.EnvFromSource": (_env_from,),
    "core.v1.LifecycleHandler": (_lifecycle,),
    "core.v1.PodSecurityContext": (_security,),
    "core.v1.PodSpec": (_pod_spec,),
    "core.v1.Probe": (_probe,),
    "core.v1.ResourceRequirements": (_resources,),
    "core.v1.SecurityContext": (_security,),
    "core.v1.Toleration": (_toleration,),
}

_CHANGES = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
    "to 1 if it was previously negative)"
)


def pod_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    """What an update of a Pod may not change."""
    now, before = new["spec"], old["spec"]
    for member in ("containers", "initContainers"):
        if len(now.get(member) or ()) != len(before.get(member) or ()):
            why = "pod updates may not add or remove containers"
            causes.append(status.not_allowed(f"spec.{member}", why))
            return
    if not _check_deadline(now.get("activeDeadlineSeconds"), before, causes):
        return
    tolerations = [_without_seconds(each) for each in now.get("tolerations") or ()]
    if any(_without_seconds(each) not in tolerations for each in before.get("tolerations") or ()):
        why = "existing toleration can not be modified except its tolerationSeconds"
        causes.append(status.not_allowed("spec.tolerations", why))
    if _fixed(now) != _fixed(before):
        causes.append(status.not_allowed("spec", _CHANGES))


def _check_deadline(deadline: int | None, before: Tree, causes: list[Cause]) -> bool:
    """Whether the rest of the update is worth a look."""
    where, had = "spec.activeDeadlineSeconds", before.get("activeDeadlineSeconds")
    if deadline is None:
        if had is not None:
            why = "must not update from a positive integer to nil value"
            causes.append(status.invalid_value(where, None, why))
        return True
    count = len(causes)
    values.between(where, deadline, 0, values.MOST_INT32, causes)
    if len(causes) == count and had is not None and deadline > had:
        why = "must be less than or equal to previous value"
        causes.append(status.invalid_value(where, deadline, why))
    return len(causes) == count


def _without_seconds(toleration: Tree) -> Tree:
    if toleration.get("effect") != "NoExecute":
        return toleration
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds"}


_CHANGEABLE = frozenset({"activeDeadlineSeconds", "tolerations", "schedulingGates"})


def _fixed(spec: Tree) -> Tree:
    fixed = {key: value for key, value in spec.items() if key not in _CHANGEABLE}
    for member in ("containers", "initContainers"):
        fixed[member] = [{**c, "image": ""} for c in spec.get(member) or ()]
    return fixed
