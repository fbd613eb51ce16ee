"""Stands in for `rke` where there are no machines to provision.

`up` copies the kubeconfig named by STAND_IN_KUBECONFIG to where rke leaves its own, beside the
config file; `remove` takes it away.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="rke")
    parser.add_argument("action", choices=["up", "remove"])
    parser.add_argument("--force", action="store_true")
    parser.add_argument("--config", type=Path, required=True)
    options = parser.parse_args()
    kubeconfig = options.config.with_name(f"kube_config_{options.config.name}")
    if options.action == "remove":
        kubeconfig.unlink(missing_ok=True)
        print("Cluster removed successfully")
        return 0
    if not options.config.read_text().strip():
        print(f"{options.config}: the config is empty", file=sys.stderr)
        return 1
    print("Building Kubernetes cluster")
    shutil.copyfile(os.environ["STAND_IN_KUBECONFIG"], kubeconfig)
    print("Finished building Kubernetes cluster successfully")
    return 0


if __name__ == "__main__":
    sys.exit(main())
