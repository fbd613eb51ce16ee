"""Writes the roles that a kube-apiserver makes at its start, as far as users meet them.

    KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh) python hack/bootstrap_roles.py

They stand in no document: they are code in kube-apiserver. This starts one, and writes
kube/envtest/facts/roles.json: cluster roles and their bindings, without those of Kubernetes' own
components, which the embedded server does not run.
"""

from __future__ import annotations

import json
from typing import Any

from real_server import ROOT, asked

OUTPUT = ROOT / "kube" / "envtest" / "facts" / "roles.json"
COMPONENTS = (
    "system:certificates.k8s.io:", "system:controller:", "system:heapster", "system:kube-",
    "system:kubelet-", "system:monitoring", "system:node", "system:persistent-volume-provisioner",
    "system:volume-scheduler",
)  # fmt: skip


def main() -> None:
    found: list[dict[str, Any]] = []
    with asked() as get:
        for plural, kind in (("clusterroles", "ClusterRole"), ("clusterrolebindings", "")):
            found += [
                role(item, kind or "ClusterRoleBinding")
                for item in get(f"/apis/rbac.authorization.k8s.io/v1/{plural}")["items"]
                if not item["metadata"]["name"].startswith(COMPONENTS)
            ]
    OUTPUT.write_text(json.dumps(found, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{OUTPUT.relative_to(ROOT)}: {len(found)} objects")


def role(item: dict[str, Any], kind: str) -> dict[str, Any]:
    kept = ("name", "labels", "annotations")
    metadata = {key: item["metadata"][key] for key in kept if key in item["metadata"]}
    api_version = "rbac.authorization.k8s.io/v1"
    return {"apiVersion": api_version, "kind": kind, **item, "metadata": metadata}


if __name__ == "__main__":
    main()
