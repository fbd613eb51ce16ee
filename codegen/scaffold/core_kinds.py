"""Kubernetes' own kinds: which groups are theirs, and the modules of `kube.api` that have them."""

from __future__ import annotations

import ast
from pathlib import Path

from codegen.files import read

_API = Path(__file__).resolve().parents[2] / "kube" / "api"
_PLAIN = frozenset({"apps", "autoscaling", "batch", "core", "extensions", "policy"})
_LONGER = {"flowcontrol": "apiserver.k8s.io", "rbac": "authorization.k8s.io"}
_DOMAIN = "k8s.io"


def domain_of(group: str) -> str:
    """The domain of a group of Kubernetes: "" of apps, `k8s.io` of storage."""
    if group in _PLAIN:
        return ""
    return _LONGER.get(group, _DOMAIN)


def is_group(group: str) -> bool:
    """Whether a group, by its short name, is one of Kubernetes."""
    return group.isidentifier() and group != "meta" and (_API / group).is_dir()


def module_of(group: str, version: str) -> str:
    """What the module of a version is imported as."""
    return f"kube.api.{group}.{version}"


def has(group: str, version: str, kind: str) -> bool:
    """Whether Kubernetes has this kind, in a version that `kube.api` has."""
    return is_group(group) and kind in _classes(group, version)


def versions(group: str) -> list[str]:
    """The versions of a group that `kube.api` has."""
    folders = (path for path in (_API / group).iterdir() if path.name.startswith("v"))
    return sorted(path.name for path in folders)


def _classes(group: str, version: str) -> set[str]:
    content = read(_API / group / version / "types.py")
    body = ast.parse(content or b"").body
    return {
        node.name
        for node in body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Object" for base in node.bases)
    }
