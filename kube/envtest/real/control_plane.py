"""etcd and the real kube-apiserver on loopback ports, and where asked kube-controller-manager.

The API server writes its own certificate, which we trust, and we authenticate with a token, so
nothing here creates certificates. No data is kept, so everything is stopped with SIGKILL: it takes
no time, while an API server that is asked to stop waits for its watches, and for minutes if etcd
stopped first.
"""

from __future__ import annotations

import base64
import json
import secrets
import socket
import ssl
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from kube.envtest.kubeconfig import write_kubeconfig
from kube.envtest.real.assets import API_SERVER, CONTROLLER_MANAGER, ETCD, Assets
from kube.envtest.real.processes import Process, ProcessGroup

STARTS = 3
"""Attempts, each with new ports: another process may take a port between our check and the
start."""

READY_TIMEOUT = 90.0
"""Seconds; a busy machine takes ten times the usual three."""

POLL_EVERY = 0.05


class StartError(Exception):
    """A component did not become ready; the message names it, how it ended and its last log
    lines."""


class ControlPlane:
    """One control plane, a context manager. Entering it starts the processes and waits until they
    are ready.

    Raises MissingAssetError and StartError. `controllers` are names that kube-controller-manager
    knows, such as `garbage-collector-controller`; without any it does not run. `port` is the API
    server's; 0 selects a free one.
    """

    def __init__(self, assets: Assets, *, controllers: Sequence[str] = (), port: int = 0) -> None:
        self._port = port
        self._binaries = {name: assets.find(name) for name in (ETCD, API_SERVER)}
        if controllers:
            self._binaries[CONTROLLER_MANAGER] = assets.find(CONTROLLER_MANAGER)
        self._controllers = controllers
        self._token = secrets.token_hex(32)
        self._group = ProcessGroup()
        self._components: dict[str, Process] = {}
        self._ports: dict[str, int] = {}
        self._stack = ExitStack()

    def __enter__(self) -> ControlPlane:
        for attempt in range(1, STARTS + 1):
            try:
                return self._start()
            except _PortTakenError:
                if attempt == STARTS:
                    raise
        raise AssertionError

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._ports[API_SERVER]}"

    @property
    def folder(self) -> Path:
        """Where its data and logs are; it is removed when the control plane ends, in whatever
        way."""
        return self._group.folder

    @property
    def token(self) -> str:
        """Of a user who may do everything."""
        return self._token

    @property
    def certificate_authority(self) -> bytes:
        """The PEM certificate to trust for `url`."""
        return self._certificate.read_bytes()

    def kill(self, component: str) -> None:
        """Kill `etcd`, `kube-apiserver` or `kube-controller-manager`, as `kill -9` would."""
        self._components[component].kill()

    def start(self, component: str) -> None:
        """Start a killed component with its old port and data; it is not ready yet."""
        self._components[component].start()

    def restart(self, component: str) -> None:
        """Kill a component, start it with its old port and data, and wait until it is ready.

        Raises StartError.
        """
        self.kill(component)
        self.start(component)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return when the API server serves; raises StartError as soon as a component has ended."""
        deadline = time.monotonic() + READY_TIMEOUT
        last: object = "no answer yet"
        while time.monotonic() < deadline:
            self._check_running()
            try:
                self._get("/readyz")
                # The first namespaces are made after the server is ready.
                self._get("/api/v1/namespaces/default")
                return
            except OSError as error:
                last = error
            time.sleep(POLL_EVERY)
        raise StartError(
            f"kube-apiserver is not ready after {READY_TIMEOUT:g} s ({last}); its last lines:\n"
            + self._components[API_SERVER].last_lines()
        )

    def compact(self, revision: int) -> None:
        """Have etcd forget what is older than this revision, which is a resourceVersion.

        Raises OSError.
        """
        body = json.dumps({"revision": str(revision), "physical": True}).encode()
        url = f"http://127.0.0.1:{self._ports[ETCD]}/v3/kv/compaction"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with _OPENER.open(request, timeout=10):
            pass

    @property
    def _certificate(self) -> Path:
        return self._group.folder / "certs" / "apiserver.crt"

    def _start(self) -> ControlPlane:
        with ExitStack() as stack:
            self._group = stack.enter_context(ProcessGroup())
            etcd, api_server = _free_ports(2)
            self._ports = {ETCD: etcd, API_SERVER: self._port or api_server}
            folder = self._group.folder
            _write_private(folder / "sa.key", _service_account_key())
            _write_private(folder / "tokens.csv", f'{self._token},admin,admin,"system:masters"\n')
            self._components = {}
            for name in (ETCD, API_SERVER):
                self._run(name)
            self.wait_until_ready()
            if self._controllers:
                self._run(CONTROLLER_MANAGER)
            self._stack = stack.pop_all()
        return self

    def _run(self, name: str) -> None:
        command = [str(self._binaries[name]), *self._flags(name)]
        self._components[name] = self._group.run(name, command)

    def _flags(self, name: str) -> list[str]:
        folder = self._group.folder
        if name == CONTROLLER_MANAGER:
            kubeconfig = folder / "controller-manager.kubeconfig"
            write_kubeconfig(
                kubeconfig, self.url, token=self._token, ca_data=self.certificate_authority
            )
            return [
                f"--kubeconfig={kubeconfig}",
                "--leader-elect=false",
                "--secure-port=0",
                f"--controllers={','.join(self._controllers)}",
            ]
        etcd = f"http://127.0.0.1:{self._ports[ETCD]}"
        if name == ETCD:
            return _etcd_flags(folder, etcd)
        return _api_server_flags(folder, etcd, self._ports[API_SERVER])

    def _check_running(self) -> None:
        # etcd first: without it the API server ends too, and its log does not say why.
        for process in self._components.values():
            code = process.exit_code()
            if code is None:
                continue
            ended = f"signal {-code}" if code < 0 else f"exit code {code}"
            lines = process.last_lines()
            error = _PortTakenError if "address already in use" in lines else StartError
            raise error(f"{process.name} ended ({ended}); its last lines:\n{lines}")

    def _get(self, path: str) -> None:
        """Raises OSError for anything but a 200; the certificate may not be there yet."""
        context = ssl.create_default_context(cafile=str(self._certificate))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        headers = {"Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(self.url + path, headers=headers)
        with opener.open(request, timeout=5):
            pass


class _PortTakenError(StartError):
    """Another process took the port between our check and the component's start."""


_OPENER: Any = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _etcd_flags(folder: Path, url: str) -> list[str]:
    peer = "http://127.0.0.1:0"
    return [
        f"--data-dir={folder / 'etcd'}",
        "--unsafe-no-fsync",
        "--log-level=warn",
        f"--listen-client-urls={url}",
        f"--advertise-client-urls={url}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
    ]


def _api_server_flags(folder: Path, etcd: str, port: int) -> list[str]:
    return [
        f"--etcd-servers={etcd}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        # Without these two it looks for a default route, and publishes itself as an endpoint.
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        f"--cert-dir={folder / 'certs'}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        "--service-account-issuer=https://localhost",
        f"--service-account-key-file={folder / 'sa.key'}",
        f"--service-account-signing-key-file={folder / 'sa.key'}",
        "--service-cluster-ip-range=10.0.0.0/24",
        # This plugin requires a service account for every pod, and no controller creates one.
        "--disable-admission-plugins=ServiceAccount",
    ]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _service_account_key() -> str:
    """A new P-256 key, PEM: SEC 1's ECPrivateKey without the public half, which Go derives."""
    secret = secrets.randbelow(2**255) + 1
    der = bytes.fromhex("30310201010420") + secret.to_bytes(32, "big")
    der += bytes.fromhex("a00a06082a8648ce3d030107")
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{text}-----END EC PRIVATE KEY-----\n"


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


__all__ = ["ControlPlane", "StartError"]
