"""A kubeconfig file that points kubectl, and anything else that reads one, at a test server."""

from __future__ import annotations

import base64
import json
from pathlib import Path

_TEXT = """\
apiVersion: v1
clusters:
- cluster:{cluster}
  name: envtest
contexts:
- context:
    cluster: envtest
    user: envtest
  name: envtest
current-context: envtest
kind: Config
users:
- name: envtest
  user:{user}
"""


def write_kubeconfig(path: Path, url: str, *, token: str = "", ca_data: bytes = b"") -> None:
    """Write the file, readable by its owner only; a missing folder is created."""
    cluster = {"server": url}
    if ca_data:
        cluster["certificate-authority-data"] = base64.b64encode(ca_data).decode()
    user = {"token": token} if token else {}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(_TEXT.format(cluster=_block(cluster), user=_block(user)))
    except OSError as error:
        why = f"the kubeconfig {path} cannot be written: {error.strerror}"
        raise OSError(error.errno, why) from None


def _block(values: dict[str, str]) -> str:
    """A map as YAML, without its library, which takes longer to load than a server to start.

    A string in JSON is one in YAML too.
    """
    lines = [f"\n    {key}: {json.dumps(value)}" for key, value in values.items()]
    return "".join(lines) or " {}"
