"""Writes the columns of Kubernetes' own kinds, as a kube-apiserver sends them to `kubectl get`.

    KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh) python hack/table_columns.py

Columns stand in no document: they are code in kube-apiserver. This starts one, lists every kind as
a table, and writes kube/envtest/facts/columns.json: by `<group>/<plural>`, the definitions of the
columns. What stands in the cells is for the embedded server to compute (kinds/tables).
"""

from __future__ import annotations

import json

from real_server import ROOT, asked

OUTPUT = ROOT / "kube" / "envtest" / "facts" / "columns.json"
DISCOVERY = ROOT / "kube" / "envtest" / "facts" / "discovery.json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


def main() -> None:
    columns: dict[str, object] = {}
    with asked() as get:
        for group_version, resources in json.loads(DISCOVERY.read_text()).items():
            group = group_version.rpartition("/")[0]
            root = f"/apis/{group_version}" if group else f"/api/{group_version}"
            for resource in resources:
                if "list" in resource["verbs"]:
                    answer = get(f"{root}/{resource['name']}", TABLE)
                    columns[f"{group}/{resource['name']}"] = answer["columnDefinitions"]
    OUTPUT.write_text(json.dumps(columns, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{OUTPUT.relative_to(ROOT)}: {len(columns)} kinds")


if __name__ == "__main__":
    main()
