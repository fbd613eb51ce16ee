"""Names: the one source of them for CRDs, clients, files and methods alike.

Upstream has two sources of plurals, which disagree: a CRD is served under one, and its generated
client asks for another. Here both come from `plural`. It gives what controller-gen gives, which is
what github.com/gobuffalo/flect 1.0.3 makes of the kind's last word, so that an API moved from Go
keeps its paths; its tables are in `codegen.plurals`.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping

from codegen.model import Package
from codegen.plurals import pluralize
from codegen.tags import facts

_WORD = re.compile(
    r"IPv[46]s?(?![a-z])"
    r"|[A-Z]{2,}e?s(?![a-z])"  # plurals of acronyms: VPCs, NFSes
    r"|[A-Z]+[0-9]*(?![a-z0-9])"
    r"|[A-Z]?[a-z0-9]+"
)


# --- spelling ---------------------------------------------------------------------------------


def camel_case(name: str) -> str:
    """The JSON name of a field, exactly as msgspec's `rename="camel"` makes it."""
    stripped = name.lstrip("_")
    first, *rest = [part for part in stripped.split("_") if part] or [""]
    if "_" not in stripped:
        return name
    prefix = name[: len(name) - len(stripped)]
    return prefix + first + "".join(part.title() for part in rest)


# Acronyms that names of Kubernetes' own fields contain, all in capitals behind the first word.
_ACRONYMS = frozenset((
    "acl", "api", "arn", "aws", "ca", "cidr", "cpu", "cni", "crd", "csi", "dns", "ebs", "fqdn",
    "gid", "gpu", "http", "https", "id", "iam", "io", "ip", "ipc", "json", "kms", "mtu", "nfs",
    "numa", "oidc", "os", "pid", "qos", "qps", "rbac", "sdk", "sni", "sql", "ssd", "ssh", "ssl",
    "sso", "tcp", "tls", "ttl", "udp", "uid", "uri", "url", "uuid", "vm", "vpc", "vpn", "wwn",
    "xml", "yaml",
))  # fmt: skip


def with_acronyms(name: str) -> str:
    """The JSON name that Kubernetes' API conventions give a field: `clusterIP` of `cluster_ip`."""
    first, *rest = name.strip("_").split("_")
    return first + "".join(_spelled(word) for word in rest)


def is_misspelt(name: str) -> bool:
    """Whether the plain JSON name of a field writes an acronym as Kubernetes does not."""
    plain, conventional = camel_case(name), with_acronyms(name)
    return "_" in name and plain != conventional and plain.lower() == conventional.lower()


def _spelled(word: str) -> str:
    if word in _ACRONYMS:
        return word.upper()
    if word.endswith("s") and word[:-1] in _ACRONYMS:
        return f"{word[:-1].upper()}s"
    return word.title()


def snake_case(name: str) -> str:
    """`http_proxy` of HTTPProxy, `cert_manager` of cert-manager."""
    return "_".join(_WORD.findall(name)).lower()


def pascal_case(name: str) -> str:
    """`CertManager` of cert-manager; what is in such case already stays."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))


# What generated code itself uses where a kind's module or method would hide it.
_IN_USE = frozenset({"property", "rest"})


def identifier(name: str) -> str:
    """The name where Python takes one: a keyword gets a trailing `_`, a digit a leading one."""
    if keyword.iskeyword(name):
        return f"{name}_"
    return f"_{name}" if name[:1].isdigit() else name


# --- kinds ------------------------------------------------------------------------------------


def plural(kind: str, exceptions: Mapping[str, str] | None = None) -> str:
    """The kind's plural in its own case: `HTTPProxies`. `exceptions` maps kinds to plurals."""
    return (exceptions or {}).get(kind) or pluralize(kind)


def accessor(kind: str, exceptions: Mapping[str, str] | None = None) -> str:
    """The method of a client and the property of an informer factory: `http_proxies`.

    As upstream's, it follows the kind: `+resourceName` changes the path alone.
    """
    return _unused(snake_case(plural(kind, exceptions)))


def module_name(kind: str) -> str:
    """The file of a kind's client, lister or informer, without `.py`: `http_proxy`."""
    return _unused(snake_case(kind))


def _unused(name: str) -> str:
    return f"{name}_" if name in _IN_USE else identifier(name)


def copy_method(interface: str) -> str:
    """`deep_copy_object` of `kube.runtime.Object`."""
    return f"deep_copy_{snake_case(re.split(r'[./]', interface)[-1])}"


# --- groups and versions ----------------------------------------------------------------------


def group_name(package: Package) -> str:
    """The group's short name as written: `+groupGoName`, else its first segment; `core` of ""."""
    override = facts.group_accessor(package.tags)
    return override or (package.group or "").partition(".")[0] or "core"


def group_accessor(package: Package) -> str:
    """The group's property of an informer factory, and its folder: `clusterprovisioner`."""
    return identifier(snake_case(group_name(package)))


def version_accessor(package: Package) -> str:
    """The version's property and folder: `v1alpha1`."""
    return identifier(re.sub(r"\W", "_", package.version).lower())


def group_version_accessor(package: Package) -> str:
    """The property of a clientset: `clusterprovisioner_v1alpha1`."""
    return identifier(f"{snake_case(group_name(package))}_{version_accessor(package)}")


def group_class(package: Package) -> str:
    """The group in names of classes: `Clusterprovisioner`, `CertManager`."""
    return identifier(pascal_case(group_name(package)))


def group_version_class(package: Package) -> str:
    """The group and version in names of classes: `NetworkingV1`."""
    return group_class(package) + pascal_case(package.version)
