"""Warnings about Pods and their templates that are allowed but unwise (pkg/api/pod/warnings.go)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Sequence

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.storage.metadata import value_faults
from kube.runtime.trees import Tree

_LABELS = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": (
        'deprecated since v1.17; use "topology.kubernetes.io/region" instead'
    ),
    "failure-domain.beta.kubernetes.io/zone": (
        'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'
    ),
    "beta.kubernetes.io/instance-type": (
        'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'
    ),
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": (
        "deprecated since v1.22; use Taints and Tolerations instead"
    ),
    "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
}
_SYSCTLS = 'non-functional in v1.11+; use the "sysctls" field instead'
_ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": (
        'non-functional in v1.16+; use the "priorityClassName" field instead'
    ),
    "security.alpha.kubernetes.io/sysctls": _SYSCTLS,
    "security.alpha.kubernetes.io/unsafe-sysctls": _SYSCTLS,
}
DEPRECATED_VOLUMES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
SPELLED = {"storageos": "storageOS"}
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"
_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_NO_SELECTOR = "a null labelSelector results in matching no pod"
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_BYTES = ("memory", "ephemeral-storage")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def name_warning(name: str, used_in: str = "Pod names and hostnames") -> list[str]:
    """Names of Pods are names of hosts, and those of workloads begin them."""
    faults = " ".join(formats.label_faults(name))
    if not faults:
        return []
    return [
        f"metadata.name: this is used in {used_in}, which can result in surprising behavior; a DNS "
        f"label is recommended: [{faults}]"
    ]


def pod_warnings(pod: Tree) -> list[str]:
    """The warnings about a new Pod."""
    metadata, spec = pod["metadata"], pod["spec"]
    name = metadata.get("name", "")
    warnings = _warnings(spec, metadata, "", is_template=False)
    return [*name_warning(name, "the Pod's hostname"), *warnings]


def template_warnings(template: Tree | None, path: str) -> list[str]:
    """The warnings about a template, which is at a path."""
    if template is None:
        return []
    metadata = template.get("metadata") or {}
    return _warnings(template["spec"], metadata, f"{path}.", is_template=True)


def address_warnings(addresses: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Warnings about valid addresses, which are given with their paths."""
    for path, text in addresses:
        if any("leading 0s" in fault or "mapped" in fault for fault in formats.ip_faults(text)):
            canonical = text.rpartition(":")[2] if ":" in text else text
            plain = ".".join(str(int(part)) for part in canonical.split("."))
            yield f'{path}: non-standard IP address "{text}" is invalid: use "{plain}"'
        elif ":" in text and str(ipaddress.ip_address(text)) != text:
            canonical = str(ipaddress.ip_address(text))
            yield (
                f'{path}: IPv6 address "{text}" should be in RFC 5952 canonical format '
                f'("{canonical}")'
            )


_NOTED = frozenset(
    {
        "affinity", "dnsConfig", "hostAliases", "imagePullSecrets", "nodeSelector", "overhead",
        "topologySpreadConstraints", "volumes",
    }
)  # fmt: skip
"""Members of a specification that warnings are about, besides the containers."""


def _warnings(spec: Tree, metadata: Tree, at: str, *, is_template: bool) -> list[str]:
    annotations = metadata.get("annotations")
    containers = [
        (f"{at}spec.{member}[{index}]", container)
        for member in _CONTAINERS
        if member in spec
        for index, container in enumerate(spec[member] or ())
    ]
    is_noted = bool(annotations) or not _NOTED.isdisjoint(spec)
    warnings = list(_before_containers(spec, annotations or {}, at)) if is_noted else []
    if annotations:
        where = f"{at}metadata.annotations"
        warnings += _of_profiles(spec, annotations, containers, where, is_template=is_template)
    for path, container in containers:
        if "resources" in container:
            warnings += _of_resources(container["resources"], f"{path}.resources")
        if len(container.get("env") or ()) > 1:
            warnings += _of_variables(container["env"], f"{path}.env")
    ports = [
        (f"{path}.ports[{index}]", port)
        for path, container in containers
        if "ports" in container
        for index, port in enumerate(container["ports"] or ())
    ]
    if len(ports) > 1 or (ports and "hostIP" in ports[0][1]):
        warnings += _of_ports(ports)
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        why = "must be >= 0; negative values are invalid and will be treated as 1"
        warnings.append(f"{at}spec.terminationGracePeriodSeconds: {why}")
    if is_noted:
        warnings += _after_containers(spec, at)
    return warnings


def _before_containers(spec: Tree, annotations: Tree, at: str) -> Iterator[str]:
    yield from _of_placement(spec, f"{at}spec")
    for key, why in _ANNOTATIONS.items():
        if key in annotations:
            yield f"{at}metadata.annotations[{key}]: {why}"
    yield from _of_volumes(spec.get("volumes") or (), f"{at}spec.volumes")
    yield from _of_lists(spec, f"{at}spec")
    yield from _fractions(spec.get("overhead") or {}, f"{at}spec.overhead")


def _after_containers(spec: Tree, at: str) -> Iterator[str]:
    yield from _of_pod_affinity(spec.get("affinity") or {}, f"{at}spec.affinity")
    servers = (spec.get("dnsConfig") or {}).get("nameservers") or ()
    path = f"{at}spec.dnsConfig.nameservers"
    yield from address_warnings((f"{path}[{i}]", text) for i, text in enumerate(servers))
    aliases = spec.get("hostAliases") or ()
    path = f"{at}spec.hostAliases"
    yield from address_warnings(
        (f"{path}[{i}].ip", each.get("ip", "")) for i, each in enumerate(aliases)
    )


def _of_placement(spec: Tree, path: str) -> Iterator[str]:
    for key in spec.get("nodeSelector") or ():
        if key in _LABELS:
            yield f"{path}.nodeSelector[{key}]: {_LABELS[key]}"
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    where = f"{path}.affinity.nodeAffinity"
    terms = (affinity.get(_REQUIRED) or {}).get("nodeSelectorTerms") or ()
    for index, term in enumerate(terms):
        yield from node_selector_warnings(term, f"{where}.{_REQUIRED}.nodeSelectorTerms[{index}]")
    for index, term in enumerate(affinity.get(_PREFERRED) or ()):
        place = f"{where}.{_PREFERRED}[{index}].preference"
        yield from node_selector_warnings(term.get("preference") or {}, place, with_values=True)
    for index, each in enumerate(spec.get("topologySpreadConstraints") or ()):
        where, key = f"{path}.topologySpreadConstraints[{index}]", each.get("topologyKey", "")
        if key in _LABELS:
            yield f"{where}.topologyKey: {key} is {_LABELS[key]}"
        if each.get("labelSelector") is None:
            yield f"{where}.labelSelector: {_NO_SELECTOR}"


def node_selector_warnings(term: Tree, path: str, *, with_values: bool = False) -> Iterator[str]:
    """The warnings about a term that selects nodes, if asked with those about its values."""
    for index, each in enumerate(term.get("matchExpressions") or ()):
        where, key = f"{path}.matchExpressions[{index}]", each.get("key", "")
        if key in _LABELS:
            yield f"{where}.key: {key} is {_LABELS[key]}"
        for place, value in enumerate(each.get("values") or () if with_values else ()):
            for cause in value_faults("", value):
                why = cause.message.partition(": ")[2].partition(": ")[2]
                yield f"{where}.values[{place}]: {value} is invalid, {why}"


def _of_pod_affinity(affinity: Tree, path: str) -> Iterator[str]:
    for member in ("podAffinity", "podAntiAffinity"):
        terms = affinity.get(member) or {}
        for index, term in enumerate(terms.get(_REQUIRED) or ()):
            if term.get("labelSelector") is None:
                yield f"{path}.{member}.{_REQUIRED}[{index}].labelSelector: {_NO_SELECTOR}"
        for index, each in enumerate(terms.get(_PREFERRED) or ()):
            if (each.get("podAffinityTerm") or {}).get("labelSelector") is None:
                where = f"{path}.{member}.{_PREFERRED}[{index}].podAffinityTerm"
                yield f"{where}.labelSelector: {_NO_SELECTOR}"


def _of_volumes(volumes: Sequence[Tree], path: str) -> Iterator[str]:
    for index, volume in enumerate(volumes):
        for member, why in DEPRECATED_VOLUMES.items():
            if member in volume:
                yield f"{path}[{index}].{SPELLED.get(member, member)}: {why}"
        claim = (volume.get("ephemeral") or {}).get("volumeClaimTemplate")
        if claim is not None:
            where = f"{path}[{index}].ephemeral.volumeClaimTemplate.spec"
            yield from claim_warnings(claim.get("spec") or {}, where)
    for volume in volumes:
        for what, overlaps in _overlaps(volume):
            name = volume.get("name", "")
            if not overlaps:
                yield f'volume "{name}" (Projected) has no sources provided'
            else:
                yield f'volume "{name}" ({what}): overlapping paths: {overlaps}'


def claim_warnings(spec: Tree, path: str) -> Iterator[str]:
    """The warnings about what a claim asks for."""
    resources = spec.get("resources") or {}
    for member in ("requests", "limits"):
        amounts = {"storage": (resources.get(member) or {}).get("storage", "0")}
        yield from _fractions(amounts, f"{path}.resources.{member}", ("storage",))


def _fractions(amounts: Tree, path: str, names: Sequence[str] = _BYTES) -> Iterator[str]:
    for name in names:
        amount = amounts.get(name)
        if amount is not None and amount[-1] == "m" and int(amount[:-1]) % 1000:
            why = f'fractional byte value "{amount}" is invalid, must be an integer'
            yield f"{path}[{name}]: {why}"


_Path = tuple[str, str]
"""A path in a volume, and the source that it comes from."""


def _overlaps(volume: Tree) -> Iterator[tuple[str, str]]:
    """The sources of a volume with the paths that hide each other; without, for no sources."""
    for member, word, name in (
        ("configMap", "ConfigMap", "name"),
        ("secret", "Secret", "secretName"),
        ("downwardAPI", "DownwardAPI", ""),
    ):
        source = volume.get(member)
        if source is not None and source.get("items"):
            what = f'{word} "{source.get(name, "")}"' if name else word
            have: list[_Path] = []
            for item in source["items"]:
                yield from ((what, text) for text in _collisions(have, item.get("path", ""), ""))
    taken: list[_Path] = []
    for source in (volume.get("projected") or {}).get("sources") or ():
        if not source:
            yield "Projected", ""
        for path, origin in _projected(source):
            yield from (("Projected", text) for text in _collisions(taken, path, origin))


def _projected(source: Tree) -> list[_Path]:
    for member, word in (("configMap", "ConfigMap"), ("secret", "Secret")):
        each = source.get(member)
        if each is not None and each.get("items") is not None:
            origin = f'{word} "{each.get("name", "")}"'
            return [(item.get("path", ""), origin) for item in each["items"]]
    each = source.get("downwardAPI")
    if each is not None and each.get("items") is not None:
        return [(item.get("path", ""), "DownwardAPI") for item in each["items"]]
    if "serviceAccountToken" in source:
        return [(source["serviceAccountToken"].get("path", ""), "ServiceAccountToken")]
    return []


def _collisions(taken: list[_Path], path: str, origin: str) -> Iterator[str]:
    """What a path hides of those before it, and it joins them."""
    path = path.rstrip("/")
    for other, source in taken if path else ():
        nested = f"{other}/".startswith(f"{path}/") or f"{path}/".startswith(f"{other}/")
        if other and nested:
            yield f"{_shown(path, origin)} with {_shown(other, source)}"
    taken.append((path, origin))


def _shown(path: str, origin: str) -> str:
    return f'"{path}" ({origin})' if origin else f'"{path}"'


def _of_lists(spec: Tree, path: str) -> Iterator[str]:
    """Items of lists that are there twice, or without a name."""
    for member, key, what in (("hostAliases", "ip", "ip"), ("imagePullSecrets", "name", "name")):
        texts = [each.get(key, "") for each in spec.get(member) or ()]
        for index, text in enumerate(texts):
            if text in texts[:index]:
                yield f"{path}.{member}[{index}].{key}: duplicate {what} {status.render(text)}"
    for index, each in enumerate(spec.get("imagePullSecrets") or ()):
        if not each.get("name"):
            yield f'{path}.imagePullSecrets[{index}].name: invalid empty name ""'


def _of_profiles(
    spec: Tree,
    annotations: Tree,
    containers: Sequence[tuple[str, Tree]],
    path: str,
    *,
    is_template: bool,
) -> Iterator[str]:
    of_pod = spec.get("securityContext") or {}
    seccomp = 'non-functional in v1.27+; use the "seccompProfile" field instead'
    if "seccompProfile" not in of_pod and _SECCOMP_POD in annotations:
        yield f"{path}[{_SECCOMP_POD}]: {seccomp}"
    for _, container in containers:
        context, name = container.get("securityContext") or {}, container.get("name", "")
        if "seccompProfile" not in context and _SECCOMP + name in annotations:
            yield f"{path}[{_SECCOMP}{name}]: {seccomp}"
        # Of a Pod the annotation stands in the container's member already.
        has_profile = is_template and "appArmorProfile" in context
        if _APP_ARMOR + name in annotations and not has_profile and is_template:
            why = 'deprecated since v1.30; use the "appArmorProfile" field instead'
            yield f"{path}[{_APP_ARMOR}{name}]: {why}"


def _of_resources(resources: Tree, path: str) -> Iterator[str]:
    for name in _BYTES:
        for member in ("limits", "requests"):
            amounts = resources.get(member)
            if amounts and name in amounts:
                yield from _fractions(amounts, f"{path}.{member}", (name,))


def _of_variables(variables: Sequence[Tree], path: str) -> Iterator[str]:
    names: set[str] = set()
    for index, each in enumerate(variables):
        name, value = each.get("name", ""), each.get("value", "")
        reference = f"$({name})"
        hides = "valueFrom" in each or value == reference or reference not in value
        if name in names and hides:
            why = f"hides previous definition of {status.render(name)}"
            yield f"{path}[{index}]: {why}, which may be dropped when using apply"
        names.add(name)


def _of_ports(ports: Sequence[tuple[str, Tree]]) -> Iterator[str]:
    before: dict[tuple[int, str], list[tuple[str, Tree]]] = {}
    for path, port in ports:
        number, host = port.get("containerPort", 0), port.get("hostPort", 0)
        address, protocol = port.get("hostIP", ""), port.get("protocol", "")
        if address and not host:
            shown = (
                f"{{Name:{port.get('name', '')} HostPort:0 ContainerPort:{number} "
                f"Protocol:{protocol} HostIP:{address}}}"
            )
            yield f"{path}: hostIP set without hostPort: {shown}"
        others = before.setdefault((number, protocol), [])
        for where, other in others:
            kind = _conflict(host, address, other.get("hostPort", 0), other.get("hostIP", ""))
            if kind:
                yield f"{path}: {kind} port definition with {where}"
        others.append((path, port))
    names: dict[str, str] = {}
    for path, port in ports:
        name = port.get("name")
        if name in names:
            why = f"duplicate port name {status.render(name)} with {names[name]}, services and "
            yield f"{path}: {why}probes that select ports by name will use {names[name]}"
        elif name:
            names[name] = path


def _conflict(host: int, address: str, other_host: int, other_address: str) -> str:
    if (address, host) == (other_address, other_host):
        return "duplicate"
    if not host or not other_host:
        return "overlapping"
    if host == other_host and bool(address) != bool(other_address):
        return "dangerously ambiguous"
    return ""


Warns = Callable[[Tree, Tree | None], list[str]]


def of_workload(path: str) -> Warns:
    """The warnings about an object with a template at a path, when it is another generation."""

    def warns(new: Tree, old: Tree | None) -> list[str]:
        if old is None:
            name = new["metadata"].get("name", "")
            return [*name_warning(name), *template_warnings(values.at(new, path), path)]
        if new["metadata"].get("generation") == old["metadata"].get("generation"):
            return []
        return template_warnings(values.at(new, path), path)

    return warns
