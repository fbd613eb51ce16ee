"""A kubeconfig file that points kubectl, and anything else that reads one, at a test server."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any


def write_kubeconfig(path: Path, url: str, *, token: str = "", ca_data: bytes = b"") -> None:
    """Write the file, readable by its owner only; a missing folder is created."""
    name = "envtest"
    cluster: dict[str, Any] = {"server": url}
    if ca_data:
        cluster["certificate-authority-data"] = base64.b64encode(ca_data).decode()
    content: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": {"token": token} if token else {}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    from kube.runtime import yaml

    path.write_text(yaml.dump(content))
