"""Security contexts of Pods and containers."""

from __future__ import annotations

import re

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree


def check_pod_context(context: Tree, spec: Tree, path: str, causes: list[Cause]) -> None:
    _check_ids(context, path, ("fsGroup", "runAsUser", "runAsGroup"), causes)
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        values.between(f"{path}.supplementalGroups[{index}]", group, 0, values.MOST_INT32, causes)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        why = "ShareProcessNamespace and HostPID cannot both be enabled"
        causes.append(invalid_value(f"{path}.shareProcessNamespace", True, why))
    _check_sysctls(context.get("sysctls") or [], spec, f"{path}.sysctls", causes)
    if context.get("fsGroupChangePolicy") is not None:
        where = f"{path}.fsGroupChangePolicy"
        values.one_of(where, context["fsGroupChangePolicy"], ("Always", "OnRootMismatch"), causes)
    _check_profiles(context, path, causes)
    for member, supported in (
        ("supplementalGroupsPolicy", ("Merge", "Strict")),
        ("seLinuxChangePolicy", ("Recursive",)),
    ):
        if context.get(member) is not None:
            values.one_of(f"{path}.{member}", context[member], supported, causes)


def _check_ids(context: Tree, path: str, members: tuple[str, ...], causes: list[Cause]) -> None:
    for member in members:
        values.between(f"{path}.{member}", context.get(member), 0, values.MOST_INT32, causes)


def _check_profiles(context: Tree, path: str, causes: list[Cause]) -> None:
    if "seccompProfile" in context:
        _check_seccomp(context["seccompProfile"], f"{path}.seccompProfile", causes)
    if "windowsOptions" in context:
        _check_windows(context["windowsOptions"], f"{path}.windowsOptions", causes)
    if "appArmorProfile" in context:
        _check_app_armor(context["appArmorProfile"], f"{path}.appArmorProfile", causes)


_SYSCTL_SEGMENT = r"[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = rf"({_SYSCTL_SEGMENT}[\./])*{_SYSCTL_SEGMENT}"
_NET = ("net.", "net/")
_IPC = ("kernel.shm", "kernel/shm", "kernel.msg", "kernel/msg", "fs.mqueue.", "fs/mqueue/")


def _check_sysctls(sysctls: list[Tree], spec: Tree, path: str, causes: list[Cause]) -> None:
    names: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        where, name = f"{path}[{index}].name", sysctl.get("name", "")
        if not name:
            causes.append(required(where))
        elif len(name) > 253 or not re.fullmatch(_SYSCTL, name):
            why = f"must have at most 253 characters and match regex ^{_SYSCTL}$"
            causes.append(invalid_value(where, name, why))
        elif name in names:
            causes.append(status.duplicate(where, name))
        for member, prefixes in (("hostNetwork", _NET), ("hostIPC", _IPC)):
            if spec.get(member) and name.startswith(prefixes):
                why = f"may not be specified when '{member}' is true"
                causes.append(invalid_value(where, name, why))
        names.add(name)


_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")


def _check_seccomp(profile: Tree, path: str, causes: list[Cause]) -> None:
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if not kind:
        causes.append(required(f"{path}.type", "type is required when seccompProfile is set"))
    elif kind not in _PROFILES:
        causes.append(status.not_supported(f"{path}.type", kind, _PROFILES))
    where = f"{path}.localhostProfile"
    if kind == "Localhost":
        if local is None:
            causes.append(required(where, "must be set when seccomp type is Localhost"))
        else:
            formats.descending_path(where, local, causes)
    elif local is not None:
        why = "can only be set when seccomp type is Localhost"
        causes.append(invalid_value(where, go_value("core.SeccompProfile", profile), why))


def _check_app_armor(profile: Tree, path: str, causes: list[Cause]) -> None:
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    where, why = f"{path}.localhostProfile", "must be set when AppArmor type is Localhost"
    if kind == "Localhost":
        if local is None or (not local.strip() and local == ""):
            causes.append(required(where, why))
        elif local.strip() != local:
            why = "must not be padded with whitespace"
            causes.append(invalid_value(where, local, why))
        if local is not None and len(local) > 4095:
            causes.append(status.too_long(where, 4095))
    elif kind in _PROFILES:
        if local is not None:
            why = "can only be set when AppArmor type is Localhost"
            causes.append(invalid_value(where, local, why))
    elif not kind:
        causes.append(required(f"{path}.type", "type is required when appArmorProfile is set"))
    else:
        causes.append(status.not_supported(f"{path}.type", kind, _PROFILES))


_NET_BIOS = re.compile(r'[^\\/:\*\?"<>|\.][^\\/:\*\?"<>|]{0,14}')
_DOMAIN_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DOMAIN = re.compile(rf"{_DOMAIN_LABEL}(?:\.{_DOMAIN_LABEL})*")


def _check_windows(options: Tree, path: str, causes: list[Cause]) -> None:
    if options.get("gmsaCredentialSpecName") is not None:
        where = f"{path}.gmsaCredentialSpecName"
        formats.dns_subdomain(where, options["gmsaCredentialSpecName"], causes)
    specification = options.get("gmsaCredentialSpec")
    if specification is not None:
        where, why = f"{path}.gmsaCredentialSpec", ""
        if not specification:
            why = "gmsaCredentialSpec cannot be an empty string"
        elif len(specification) > 64 * 1024:
            why = "gmsaCredentialSpec size must be under 64 KiB"
        if why:
            causes.append(invalid_value(where, specification, why))
    name = options.get("runAsUserName")
    if name is not None:
        for fault in _user_faults(name):
            why = f"runAsUserName{fault}"
            causes.append(invalid_value(f"{path}.runAsUserName", name, why))


def _user_faults(name: str) -> list[str]:
    if not name:
        return [" cannot be an empty string"]
    if re.search(r"[\x00-\x1f\x7f]", name):
        return [" cannot contain control characters"]
    if name.count("\\") > 1:
        return [" cannot contain more than one backslash"]
    domain, slash, user = name.rpartition("\\")
    faults = []
    if len(domain) >= 256:
        faults.append("'s Domain length must be under 256 characters")
    if slash and not (_NET_BIOS.fullmatch(domain) or _DOMAIN.fullmatch(domain)):
        faults.append("'s Domain doesn't match the NetBios nor the DNS format")
    if not user:
        faults.append("'s User cannot be empty")
    elif len(user) > 104:
        faults.append("'s User length must not be longer than 104 characters")
    if re.fullmatch(r"[\. ]+", user):
        faults.append("'s User cannot contain only periods or spaces")
    if re.search(r'["/\\:;|=,\+\*\?<>@\[\]]', user):
        faults.append("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]")
    return faults


def check_context(context: Tree, path: str, causes: list[Cause], *, host_users: bool) -> None:
    """The context of a container."""
    _check_ids(context, path, ("runAsUser", "runAsGroup"), causes)
    mount = context.get("procMount")
    if mount is not None:
        values.one_of(f"{path}.procMount", mount, ("Default", "Unmasked"), causes)
        if host_users and mount == "Unmasked":
            why = "`hostUsers` must be false to use `Unmasked`"
            causes.append(invalid_value(f"{path}.procMount", mount, why))
    if "seccompProfile" in context:
        _check_seccomp(context["seccompProfile"], f"{path}.seccompProfile", causes)
    if context.get("allowPrivilegeEscalation") is False:
        added = (context.get("capabilities") or {}).get("add") or ()
        faults = ["`privileged` to true"] if context.get("privileged") else []
        faults += ["`capabilities.Add` CAP_SYS_ADMIN" for name in added if name == "CAP_SYS_ADMIN"]
        for fault in faults:
            why = f"cannot set `allowPrivilegeEscalation` to false and {fault}"
            causes.append(invalid_value(path, go_value("core.SecurityContext", context), why))
    if "windowsOptions" in context:
        _check_windows(context["windowsOptions"], f"{path}.windowsOptions", causes)
    if "appArmorProfile" in context:
        _check_app_armor(context["appArmorProfile"], f"{path}.appArmorProfile", causes)


_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def contexts(spec: Tree, path: str) -> list[tuple[Tree, str]]:
    """The contexts of all containers that have one, with their paths."""
    return [
        (container["securityContext"], f"{path}.{member}[{index}].securityContext")
        for member in _CONTAINERS
        for index, container in enumerate(spec.get(member) or ())
        if "securityContext" in container
    ]


def check_host_process(spec: Tree, path: str, causes: list[Cause]) -> None:
    of_pod = _host_process(spec.get("securityContext") or {})
    count = sum(len(spec.get(member) or ()) for member in _CONTAINERS)
    inside, own = 0, 0
    for context, where in contexts(spec, path):
        of_container = _host_process(context)
        if of_container is None:
            continue
        own += 1
        inside += of_container
        if of_pod is not None and of_pod != of_container:
            shown = str(of_pod).lower()
            why = f"pod hostProcess value must be identical if both are specified, was {shown}"
            where = f"{where}.windowsOptions.hostProcess"
            causes.append(invalid_value(where, of_container, why))
    inside += count - own if of_pod else 0
    if not inside:
        return
    if inside != count:
        why = (
            "If pod contains any hostProcess containers then all containers must be HostProcess "
            "containers"
        )
        causes.append(invalid_value(path, "", why))
    if not spec.get("hostNetwork"):
        why = "hostNetwork must be true if pod contains any hostProcess containers"
        causes.append(invalid_value(f"{path}.hostNetwork", False, why))


def _host_process(context: Tree) -> bool | None:
    return (context.get("windowsOptions") or {}).get("hostProcess")


def check_system(spec: Tree, path: str, causes: list[Cause]) -> None:
    """What a Pod for one operating system may not have."""
    name = (spec["os"] or {}).get("name", "")
    if not name:
        causes.append(required(f"{path}.os.name"))
    elif name not in ("linux", "windows"):
        causes.append(status.not_supported(f"{path}.os", name, ("linux", "windows")))
    elif name == "linux":
        for context, where in ((spec.get("securityContext") or {}, f"{path}.securityContext"),
                               *contexts(spec, path)):  # fmt: skip
            if "windowsOptions" in context:
                why = "windows options cannot be set for a linux pod"
                causes.append(not_allowed(f"{where}.windowsOptions", why))
    else:
        _check_windows_pod(spec, path, causes)


_LINUX_POD = (
    "securityContext.appArmorProfile", "securityContext.seLinuxOptions", "hostUsers", "hostPID",
    "hostIPC", "securityContext.seccompProfile", "securityContext.fsGroup",
    "securityContext.fsGroupChangePolicy", "securityContext.sysctls", "shareProcessNamespace",
    "securityContext.runAsUser", "securityContext.runAsGroup",
    "securityContext.supplementalGroups", "securityContext.supplementalGroupsPolicy",
    "securityContext.seLinuxChangePolicy",
)  # fmt: skip
_LINUX = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities",
    "readOnlyRootFilesystem", "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser",
    "runAsGroup",
)  # fmt: skip


def _check_windows_pod(spec: Tree, path: str, causes: list[Cause]) -> None:
    why = "cannot be set for a windows pod"
    for member in _LINUX_POD:
        if values.at(spec, member) is not None:
            causes.append(not_allowed(f"{path}.{member}", why))
    for context, where in contexts(spec, path):
        causes += [not_allowed(f"{where}.{m}", why) for m in _LINUX if context.get(m) is not None]


def check_host_users(spec: Tree, path: str, causes: list[Cause]) -> None:
    if spec.get("hostUsers") is not False:
        return
    why = "when `hostUsers` is false"
    for member, shown in (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"),
                          ("hostIPC", "HostIPC")):  # fmt: skip
        if spec.get(member):
            causes.append(not_allowed(f"{path}.{shown}", why))
    for member in _CONTAINERS:
        for index, container in enumerate(spec.get(member) or ()):
            if container.get("volumeDevices"):
                causes.append(not_allowed(f"{path}.{member}[{index}].volumeDevices", why))
