"""Writes the internal types of Kubernetes, as a refusal shows their values.

    python hack/go_types.py

A refusal that names a whole struct prints Kubernetes' internal type, which is not what a client
sends: other names, other places, all members. This reads pkg/apis/*/types.go of the Kubernetes that
hack/tools/go.mod pins, and those of CustomResourceDefinitions, and
writes kube/envtest/facts/go_types.json: for each type that a refusal
may show or that is inside one, its members in their order as `<Go name>|<Go type>`, an embedded
type without a name; for a type that is another one by name, that one as a text.
"""

from __future__ import annotations

import json
import re

from go_facts import FOLDER, ROOT, _folder

FACTS = FOLDER / "go_types.json"
ROOTS = (
    "admissionregistration.ServiceReference", "apiextensions.CustomResourceDefinitionVersion",
    "apiextensions.ValidationRule", "apps.StatefulSetUpdateStrategy",
    "apps.DaemonSetUpdateStrategy", "apps.DeploymentStrategy",
    "autoscaling.HorizontalPodAutoscalerSpec", "batch.JobSpec",
    "core.NodeSelector", "core.PodResourceClaim", "core.Toleration", "core.PodTemplateSpec",
    "core.PersistentVolumeClaimSpec", "core.ServiceSpec", "core.VolumeNodeAffinity",
    "discovery.Endpoint", "networking.IngressSpec", "networking.NetworkPolicySpec",
    "networking.ParentReference", "storage.CSINodeDriver", "storage.VolumeAttachmentSpec",
    "policy.PodDisruptionBudgetSpec", "rbac.RoleRef", "rbac.PolicyRule",
)  # fmt: skip
"""The types that refusals show."""
PACKAGES = (
    "admissionregistration", "apps", "autoscaling", "batch", "core", "discovery", "networking",
    "policy", "rbac", "storage",
)  # fmt: skip
_STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"^type (\w+) ([\w.\[\]*]+)$", re.MULTILINE)
_MEMBER = re.compile(r"^\t(?:(\w+) +)?(\*?[\w.\[\]*]+)(?: +//.*)?$", re.MULTILINE)
_WORD = re.compile(r"(?:\w+\.)?[A-Z]\w*")


def main() -> None:
    root = _folder("k8s.io/kubernetes") / "pkg" / "apis"
    known: dict[str, list[str] | str] = {}
    for package in PACKAGES:
        known |= _types(package, (root / package / "types.go").read_text())
    root = _folder("k8s.io/apiextensions-apiserver") / "pkg" / "apis" / "apiextensions"
    source = (root / "types.go").read_text() + (root / "types_jsonschema.go").read_text()
    known |= _types("apiextensions", source)
    wanted: dict[str, list[str] | str] = {}
    pending = list(ROOTS)
    while pending:
        name = pending.pop()
        if name in wanted or name not in known:
            continue
        wanted[name] = known[name]
        members = [known[name]] if isinstance(known[name], str) else known[name]
        pending += [word for member in members for word in _WORD.findall(member.rpartition("|")[2])]
    FACTS.write_text(json.dumps(wanted, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{FACTS.relative_to(ROOT)}: {len(wanted)} types")


def _types(package: str, source: str) -> dict[str, list[str] | str]:
    names = {*(name for name, _ in _STRUCT.findall(source)),
             *(name for name, _ in _NAMED.findall(source))}  # fmt: skip

    def spelled(go_type: str) -> str:
        go_type = go_type.replace("api.", "core.")
        return re.sub(
            r"(?<![\w.])([A-Z]\w*)",
            lambda match: f"{package}.{match[1]}" if match[1] in names else match[1],
            go_type,
        )

    types: dict[str, list[str] | str] = {
        f"{package}.{name}": spelled(alias) for name, alias in _NAMED.findall(source)
    }
    for name, body in _STRUCT.findall(source):
        members = [f"{member}|{spelled(kind)}" for member, kind in _MEMBER.findall(body)]
        types[f"{package}.{name}"] = members
    return types


if __name__ == "__main__":
    main()
