"""Containers: those that run, those that run first, and those that join later."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.pod_checks import environment, handlers, mounts, resources
from kube.envtest.apiserver.kinds.pod_checks.security import check_context
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

PROTOCOLS = ("SCTP", "TCP", "UDP")


@dataclass(frozen=True, slots=True)
class Around:
    """What the checks of a container need to know of its Pod."""

    spec: Tree
    volumes: dict[str, Tree]
    claims: Set[str]
    host_users: bool

    @property
    def grace(self) -> int | None:
        return self.spec.get("terminationGracePeriodSeconds")


def check_containers(around: Around, path: str, causes: list[Cause]) -> None:
    containers = around.spec.get("containers") or []
    if not containers:
        causes.append(required(path))
        return
    names: set[str] = set()
    for index, container in enumerate(containers):
        where = f"{path}[{index}]"
        _check_common(container, around, where, causes)
        name = container.get("name", "")
        if name in names:
            causes.append(status.duplicate(f"{where}.name", name))
        names.add(name)
        if "lifecycle" in container:
            lifecycle = container["lifecycle"]
            handlers.check_lifecycle(lifecycle, around.grace, f"{where}.lifecycle", causes)
        handlers.check_probes(container, around.grace, where, causes)
        _check_restart(container, where, causes)
    _check_host_ports(containers, path, causes)


_SIDECAR = "may not be set for init containers without restartPolicy=Always"


def check_init_containers(around: Around, path: str, causes: list[Cause]) -> None:
    names = {container.get("name", "") for container in around.spec.get("containers") or ()}
    for index, container in enumerate(around.spec.get("initContainers") or ()):
        where = f"{path}[{index}]"
        _check_common(container, around, where, causes)
        _check_restart(container, where, causes)
        name = container.get("name", "")
        if name in names:
            causes.append(status.duplicate(f"{where}.name", name))
        elif name:
            names.add(name)
        _check_host_ports([container], path, causes)
        if container.get("restartPolicy") == "Always":
            if "lifecycle" in container:
                lifecycle = container["lifecycle"]
                handlers.check_lifecycle(lifecycle, around.grace, f"{where}.lifecycle", causes)
            handlers.check_probes(container, around.grace, where, causes)
            continue
        for member in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
            if member in container:
                causes.append(not_allowed(f"{where}.{member}", _SIDECAR))
        for place, policy in enumerate(container.get("resizePolicy") or ()):
            if policy.get("restartPolicy") == "RestartContainer":
                why = "must not be set to 'RestartContainer' for non-sidecar initContainers"
                at = f"{where}.resizePolicy[{place}].restartPolicy"
                causes.append(invalid_value(at, "RestartContainer", why))


_EPHEMERAL = frozenset(
    {
        "name", "image", "command", "args", "workingDir", "env", "envFrom", "volumeMounts",
        "volumeDevices", "terminationMessagePath", "terminationMessagePolicy", "imagePullPolicy",
        "securityContext", "stdin", "stdinOnce", "tty", "targetContainerName",
    }
)  # fmt: skip
_WITHOUT = "cannot be set for an Ephemeral Container"


def check_ephemeral_containers(around: Around, path: str, causes: list[Cause]) -> None:
    others = {
        container.get("name", "")
        for member in ("containers", "initContainers")
        for container in around.spec.get(member) or ()
    }
    names = set(others)
    added: list[Tree] = around.spec.get("ephemeralContainers") or []
    for index, container in enumerate(added):
        where, name = f"{path}[{index}]", container.get("name", "")
        _check_common(container, around, where, causes)
        check_image(container, where, causes)
        if name in names:
            causes.append(status.duplicate(f"{where}.name", name))
        names.add(name)
        target = container.get("targetContainerName", "")
        if target and target not in others:
            causes.append(mounts.not_found(f"{where}.targetContainerName", target))
        causes += [
            not_allowed(f"{where}.{member}", _WITHOUT)
            for member, value in container.items()
            if member not in _EPHEMERAL and value not in ({}, None)
        ]
        for place, mount in enumerate(container.get("volumeMounts") or ()):
            causes += [
                not_allowed(f"{where}.volumeMounts[{place}].{member}", _WITHOUT)
                for member in ("subPath", "subPathExpr")
                if mount.get(member)
            ]


def _check_common(container: Tree, around: Around, path: str, causes: list[Cause]) -> None:
    name = container.get("name", "")
    if not name:
        causes.append(required(f"{path}.name"))
    else:
        formats.dns_label(f"{path}.name", name, causes)
    if not container.get("image"):
        causes.append(required(f"{path}.image"))
    policy = container.get("terminationMessagePolicy")
    policies, where = ("File", "FallbackToLogsOnError"), f"{path}.terminationMessagePolicy"
    values.required_one_of(where, policy, policies, causes)
    if "ports" in container:
        _check_ports(container["ports"], f"{path}.ports", causes)
    if "env" in container:
        environment.check_env(container["env"], f"{path}.env", causes)
    if "envFrom" in container:
        environment.check_env_from(container["envFrom"], f"{path}.envFrom", causes)
    if "volumeMounts" in container:
        mounts.check_mounts(container, f"{path}.volumeMounts", around.volumes, causes)
    if "volumeDevices" in container:
        mounts.check_devices(container, f"{path}.volumeDevices", around.volumes, causes)
    values.pull_policy(f"{path}.imagePullPolicy", container.get("imagePullPolicy"), causes)
    if container.get("resources"):
        where = f"{path}.resources"
        resources.check_resources(container["resources"], where, around.claims, causes)
    if "resizePolicy" in container:
        _check_resize(container["resizePolicy"], around.spec, f"{path}.resizePolicy", causes)
    if "securityContext" in container:
        context = container["securityContext"]
        where = f"{path}.securityContext"
        check_context(context, where, causes, host_users=around.host_users)


def check_image(container: Tree, path: str, causes: list[Cause]) -> None:
    image = container.get("image", "")
    if image != image.strip():
        why = "must not have leading or trailing whitespace"
        causes.append(invalid_value(f"{path}.image", image, why))


def _check_ports(ports: list[Tree], path: str, causes: list[Cause]) -> None:
    names: set[str] = set()
    for index, port in enumerate(ports):
        where, name = f"{path}[{index}]", port.get("name", "")
        if name:
            before = len(causes)
            # The original counts these faults with the variable that it counts ports with.
            formats.port_name(f"{where}.name", name, causes)
            if len(causes) == before:
                if name in names:
                    causes.append(status.duplicate(f"{where}.name", name))
                names.add(name)
        if not port.get("containerPort"):
            causes.append(required(f"{where}.containerPort"))
        else:
            values.port(f"{where}.containerPort", port["containerPort"], causes)
        if port.get("hostPort"):
            values.port(f"{where}.hostPort", port["hostPort"], causes)
        values.required_one_of(f"{where}.protocol", port.get("protocol"), PROTOCOLS, causes)


def _check_host_ports(containers: list[Tree], path: str, causes: list[Cause]) -> None:
    taken: set[str] = set()
    for place, container in enumerate(containers):
        for index, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            text = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if text in taken:
                where = f"{path}[{place}].ports[{index}].hostPort"
                causes.append(status.duplicate(where, text))
            taken.add(text)


_RESTARTS = ("Always", "Never", "OnFailure")
_ACTIONS = ("Restart", "RestartAllContainers")


def _check_restart(container: Tree, path: str, causes: list[Cause]) -> None:
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    if policy is None:
        if rules:
            why = "must specify restartPolicy when restart rules are used"
            causes.append(required(f"{path}.restartPolicy", why))
            if path.rpartition(".")[2].startswith("initContainers"):
                return
    else:
        values.one_of(f"{path}.restartPolicy", policy, _RESTARTS, causes)
    if len(rules) > 20:
        causes.append(status.too_many(f"{path}.restartPolicyRules", len(rules), 20))
    for index, rule in enumerate(rules):
        where = f"{path}.restartPolicyRules[{index}]"
        values.one_of(f"{where}.action", rule.get("action"), _ACTIONS, causes)
        codes = rule.get("exitCodes")
        if codes is None:
            causes.append(required(f"{where}.exitCodes", "must be specified"))
            continue
        operator = codes.get("operator")
        values.one_of(f"{where}.exitCodes.operator", operator, ("In", "NotIn"), causes)
        count = len(codes.get("values") or ())
        if count > 255:
            causes.append(status.too_many(f"{where}.exitCodes.values", count, 255))


def _check_resize(policies: list[Tree], spec: Tree, path: str, causes: list[Cause]) -> None:
    names: set[str] = set()
    for index, policy in enumerate(policies):
        name, restart = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        if name in names:
            causes.append(status.duplicate(f"{path}[{index}]", name))
        names.add(name)
        values.required_one_of(path, name, ("cpu", "memory"), causes)
        values.required_one_of(path, restart, ("NotRequired", "RestartContainer"), causes)
        if spec.get("restartPolicy") == "Never" and restart != "NotRequired":
            why = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
            causes.append(invalid_value(path, restart, why))
