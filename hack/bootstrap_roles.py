"""Writes the roles that a kube-apiserver makes at its start, as far as users meet them.

    KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh) python hack/bootstrap_roles.py

They stand in no document: they are code in kube-apiserver. This starts one, and writes
kube/envtest/facts/roles.json: cluster roles and their bindings, without those of Kubernetes' own
components, which the embedded server does not run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kube.client.transport import Request  # noqa: E402
from kube.envtest import Environment  # noqa: E402

OUTPUT = ROOT / "kube" / "envtest" / "facts" / "roles.json"
COMPONENTS = (
    "system:certificates.k8s.io:", "system:controller:", "system:heapster", "system:kube-",
    "system:kubelet-", "system:monitoring", "system:node", "system:persistent-volume-provisioner",
    "system:volume-scheduler",
)  # fmt: skip


def main() -> None:
    found: list[dict[str, Any]] = []
    with Environment(server="real") as environment:
        config = environment.config
        tls = config.tls()
        transport = config.transport(tls)
        headers = config.credentials(tls).headers() or {}
        for plural, kind in (("clusterroles", "ClusterRole"), ("clusterrolebindings", "")):
            path = f"/apis/rbac.authorization.k8s.io/v1/{plural}"
            answer = json.loads(transport.send(Request("GET", path, [], headers, None, 20)).body)
            found += [
                role(item, kind or "ClusterRoleBinding")
                for item in answer["items"]
                if not item["metadata"]["name"].startswith(COMPONENTS)
            ]
        transport.close()
    OUTPUT.write_text(json.dumps(found, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{OUTPUT.relative_to(ROOT)}: {len(found)} objects")


def role(item: dict[str, Any], kind: str) -> dict[str, Any]:
    kept = ("name", "labels", "annotations")
    metadata = {key: item["metadata"][key] for key in kept if key in item["metadata"]}
    api_version = "rbac.authorization.k8s.io/v1"
    return {"apiVersion": api_version, "kind": kind, **item, "metadata": metadata}


if __name__ == "__main__":
    main()
