"""Writes the columns of Kubernetes' own kinds, as a kube-apiserver sends them to `kubectl get`.

    KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh) python hack/table_columns.py

Columns stand in no document: they are code in kube-apiserver. This starts one, lists every kind as
a table, and writes kube/envtest/facts/columns.json: by `<group>/<plural>`, the definitions of the
columns. What stands in the cells is for the embedded server to compute (kinds/tables).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kube.client.transport import Request  # noqa: E402
from kube.envtest import Environment  # noqa: E402

OUTPUT = ROOT / "kube" / "envtest" / "facts" / "columns.json"
DISCOVERY = ROOT / "kube" / "envtest" / "facts" / "discovery.json"


def main() -> None:
    columns: dict[str, object] = {}
    with Environment(server="real") as environment:
        config = environment.config
        tls = config.tls()
        transport = config.transport(tls)
        headers = {
            **(config.credentials(tls).headers() or {}),
            "accept": "application/json;as=Table;v=v1;g=meta.k8s.io",
        }
        for group_version, resources in json.loads(DISCOVERY.read_text()).items():
            group = group_version.rpartition("/")[0]
            root = f"/apis/{group_version}" if group else f"/api/{group_version}"
            for resource in resources:
                if "list" in resource["verbs"]:
                    request = Request("GET", f"{root}/{resource['name']}", [], headers, None, 20)
                    answer = json.loads(transport.send(request).body)
                    columns[f"{group}/{resource['name']}"] = answer["columnDefinitions"]
        transport.close()
    OUTPUT.write_text(json.dumps(columns, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{OUTPUT.relative_to(ROOT)}: {len(columns)} kinds")


if __name__ == "__main__":
    main()
