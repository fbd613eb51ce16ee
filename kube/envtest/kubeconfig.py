"""A kubeconfig file that points kubectl, and anything else that reads one, at a test server."""

from __future__ import annotations

import base64
import errno
import json
import os
import stat
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
_CURRENT = b"current-context: envtest\n"
"""What a kubeconfig of an earlier test server has, and may be written over."""


def write_kubeconfig(path: Path, url: str, *, token: str = "", ca_data: bytes = b"") -> None:
    """Write the file, readable by its owner only; a missing folder is created.

    Raises OSError where it cannot be written, and where there is a kubeconfig of something else.
    """
    cluster = {"server": url}
    if ca_data:
        cluster["certificate-authority-data"] = base64.b64encode(ca_data).decode()
    user = {"token": token} if token else {}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _TEXT.format(cluster=_block(cluster), user=_block(user)))
    except OSError as error:
        why = f"the kubeconfig {path} cannot be written: {error.strerror}"
        raise OSError(error.errno, why) from None


def _write(path: Path, text: str) -> None:
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # /dev/stdout has no content and an owner
            before = file.read()
            if before.strip() and _CURRENT not in before:
                raise FileExistsError(errno.EEXIST, "it has other clusters; name a file of its own")
            os.fchmod(file.fileno(), 0o600)
            file.seek(0)
            file.truncate()
        file.write(text.encode())


def _block(values: dict[str, str]) -> str:
    """A map as YAML, without its library, which takes longer to load than a server to start.

    A string in JSON is one in YAML too.
    """
    lines = [f"\n    {key}: {json.dumps(value)}" for key, value in values.items()]
    return "".join(lines) or " {}"
