"""A test cluster with a beginning and an end: `with Environment(crds=["config/crd/bases"]) as env`.

It starts the embedded server behind HTTP in a thread of its own, installs CRDs, and writes a
kubeconfig for kubectl and for anything else that reads one.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml

from kube.envtest import wire
from kube.envtest.server import Server
from kube.envtest.store import Tree

_SUFFIXES = (".yaml", ".yml", ".json")


class Environment:
    """The embedded API server on a loopback port.

    `crds` are files and folders of manifests that are loaded at the start. The kubeconfig goes to
    `kubeconfig`, or to a temporary file that is removed with the server.
    """

    def __init__(
        self,
        *,
        crds: Sequence[str | os.PathLike[str]] = (),
        kubeconfig: str | os.PathLike[str] | None = None,
        port: int = 0,
        server: Server | None = None,
    ) -> None:
        self.server = server or Server()
        self._crds = [Path(path) for path in crds]
        self._wanted_kubeconfig = Path(kubeconfig) if kubeconfig is not None else None
        self._port = port
        self._stack: ExitStack | None = None
        self._url = ""
        self._kubeconfig = Path()

    @property
    def url(self) -> str:
        """Where the server listens, `http://127.0.0.1:<port>`; RuntimeError before the start."""
        self._require_started()
        return self._url

    @property
    def kubeconfig(self) -> Path:
        """The file that points clients here; RuntimeError before the start."""
        self._require_started()
        return self._kubeconfig

    def _require_started(self) -> None:
        if self._stack is None:
            raise RuntimeError("the environment is not started: use it in a with statement")

    def start(self) -> Environment:
        """Start and install the CRDs; raises OSError, and StatusError for a refused manifest."""
        # Only a server that is reached over HTTP needs the HTTP library.
        from kube.envtest.http import serving_in_thread

        with ExitStack() as stack:
            self.server.load(load_manifests(self._crds))
            self._url = stack.enter_context(serving_in_thread(self.server, port=self._port))
            self._kubeconfig = self._place_kubeconfig(stack)
            write_kubeconfig(self._kubeconfig, self._url)
            self._stack = stack.pop_all()
        return self

    def _place_kubeconfig(self, stack: ExitStack) -> Path:
        if self._wanted_kubeconfig is not None:
            return self._wanted_kubeconfig
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="envtest-"))
        return Path(folder) / "kubeconfig"

    def stop(self) -> None:
        """Stop listening and end all watches. Repeating it does no harm."""
        stack, self._stack = self._stack, None
        if stack is not None:
            stack.close()

    def __enter__(self) -> Environment:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Environment:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)


def load_manifests(paths: Iterable[Path]) -> list[Tree]:
    """The objects in manifest files, and in those of folders (not below), in order of names."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
        else:
            files.append(path)
    return [tree for file in files for tree in wire.load_documents(file.read_bytes(), str(file))]


def write_kubeconfig(path: Path, url: str) -> None:
    name = "envtest"
    content: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": url}}],
        "users": [{"name": name, "user": {}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False))
