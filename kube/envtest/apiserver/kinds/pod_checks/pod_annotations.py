"""Annotations of Pods that say what stands in members today."""

from __future__ import annotations

from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed
from kube.runtime.trees import Tree

_MIRROR = "kubernetes.io/config.mirror"
_COST = "controller.kubernetes.io/pod-deletion-cost"
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"
_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def check(annotations: Tree, spec: Tree, path: str, causes: list[Cause]) -> None:
    if _MIRROR in annotations and not spec.get("nodeName"):
        why = "must set spec.nodeName if mirror pod annotation is set"
        causes.append(invalid_value(f"{path}[{_MIRROR}]", annotations[_MIRROR], why))
    if _COST in annotations and not _is_cost(annotations[_COST]):
        why = "must be a 32bit integer"
        causes.append(invalid_value(f"{path}[{_COST}]", annotations[_COST], why))
    for key, profile in annotations.items():
        if key == _SECCOMP_POD or key.startswith(_SECCOMP):
            _check_seccomp(profile, f"{path}.{key}", causes)
    names = {c.get("name", "") for member in _CONTAINERS for c in spec.get(member) or ()}
    for key, profile in annotations.items():
        if key.startswith(_APP_ARMOR):
            name = key.removeprefix(_APP_ARMOR)
            if name not in names:
                causes.append(invalid_value(f"{path}[{key}]", name, "container not found"))
            known = ("", "runtime/default", "unconfined")
            if profile not in known and not profile.startswith("localhost/"):
                why = f'invalid AppArmor profile name: "{profile}"'
                causes.append(invalid_value(f"{path}[{key}]", profile, why))


def _is_cost(text: str) -> bool:
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")
    return plain and -(2**31) <= int(text) < 2**31


def _check_seccomp(profile: str, path: str, causes: list[Cause]) -> None:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return
    if profile.startswith("localhost/"):
        formats.descending_path(path, profile.removeprefix("localhost/"), causes)
    else:
        causes.append(invalid_value(path, profile, "must be a valid seccomp profile"))


_SECCOMP_TYPES: dict[str, tuple[str, ...]] = {
    "Unconfined": ("unconfined",),
    "RuntimeDefault": ("runtime/default", "docker/default"),
}
_APP_ARMOR_TYPES: dict[str, tuple[str, ...]] = {
    "Unconfined": ("unconfined",),
    "RuntimeDefault": ("runtime/default",),
}


def check_profiles(annotations: Tree, spec: Tree, path: str, causes: list[Cause]) -> None:
    """Profiles that stand in an annotation and in a member must be the same."""
    of_pod = spec.get("securityContext") or {}
    if "seccompProfile" in of_pod and _SECCOMP_POD in annotations:
        where = f"{path}.securityContext.seccompProfile"
        profile = of_pod["seccompProfile"]
        _compare(annotations[_SECCOMP_POD], profile, _SECCOMP_TYPES, where, "seccomp", causes)
    for word, member, prefix, types in (
        ("seccomp", "seccompProfile", _SECCOMP, _SECCOMP_TYPES),
        ("apparmor", "appArmorProfile", _APP_ARMOR, _APP_ARMOR_TYPES),
    ):
        inherited = of_pod.get(member) if word == "apparmor" else None
        for kind in _CONTAINERS:
            for index, container in enumerate(spec.get(kind) or ()):
                profile = (container.get("securityContext") or {}).get(member) or inherited
                text = annotations.get(prefix + container.get("name", ""))
                if profile is not None and text is not None:
                    where = f"{path}.{kind}[{index}].securityContext.{member}"
                    _compare(text, profile, types, where, word, causes)


def _compare(
    text: str,
    profile: Tree,
    types: dict[str, tuple[str, ...]],
    path: str,
    word: str,
    causes: list[Cause],
) -> None:
    kind = profile.get("type", "")
    if kind == "Localhost":
        matches = text.startswith("localhost/")
        if matches and text.removeprefix("localhost/") != profile.get("localhostProfile"):
            why = f"{word} profile in annotation and field must match"
            causes.append(not_allowed(f"{path}.localhostProfile", why))
    else:
        matches = text in types.get(kind, (text,))
    if not matches:
        why = f"{word} type in annotation and field must match"
        causes.append(not_allowed(f"{path}.type", why))


def check_changes(new: Tree, old: Tree, path: str, causes: list[Cause]) -> None:
    """What an update of a Pod may not do to its annotations."""
    for key in (*old, *(key for key in new if key not in old)):
        if new.get(key) == old.get(key) and key in new:
            continue
        verb = "remove or update" if key in old else "add"
        for known, what in ((_APP_ARMOR, "AppArmor annotations"),
                            (_MIRROR, "mirror pod annotation")):  # fmt: skip
            if key.startswith(known) if known == _APP_ARMOR else key == known:
                causes.append(not_allowed(f"{path}[{key}]", f"may not {verb} {what}"))
