"""A test cluster as a context manager: `with Environment(crds=["config/crd/bases"]) as env`.

It runs the embedded server over HTTP in its own thread, or a real control plane in its own
processes; tests need not know which. Everything that it starts ends with it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import msgspec

from kube.envtest.apiserver import Server
from kube.envtest.kubeconfig import write_kubeconfig
from kube.envtest.manifests import ManifestPaths, load_manifests
from kube.envtest.real.assets import KUBECTL, Assets
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.client.config import Config
    from kube.envtest.real.control_plane import ControlPlane
    from kube.envtest.webhooks import WebhookServing


class _Endpoint(msgspec.Struct, frozen=True):
    """Where a server listens, and what it wants of its administrator."""

    url: str
    token: str = ""
    ca_data: bytes = b""

    __repr__ = object.__repr__  # the token is a credential


_RUNNING: set[Environment] = set()
"""What is started and not stopped, so that it is not collected as garbage."""


class Environment:
    """An API server on a loopback port, a context manager (`async with` too).

    `server` is `"embedded"`, `"real"` or an embedded `Server` of your own. By default it is real
    where `KUBEBUILDER_ASSETS` or `TEST_ASSET_KUBE_APISERVER` names binaries, and embedded
    elsewhere. `crds` is a file or a folder of manifests to install at the start, or several.
    `controllers` run beside the server; they have kube-controller-manager's names, and an embedded
    server knows those of docs/testing.md, and `kubelet`. With `authorization`, roles and their
    bindings decide in an embedded server too what users may do, as they always do in a real one:
    `config` is the administrator's, and with `impersonate` it is somebody else's. `webhooks` are
    the manifests of webhook configurations to install, such as those in `config/webhook`: each
    Service in them, and in the conversions of `crds`, is replaced by the local address that the
    property `webhooks` has, where the test has its own webhook server listen. The kubeconfig
    goes to `kubeconfig`, or to a temporary file that is removed with the server. Port 0 selects a
    free port.

    Raises ValueError for another `server`, and for controllers that an embedded one does not have.
    """

    def __init__(
        self,
        *,
        server: Server | Literal["embedded", "real"] | None = None,
        crds: ManifestPaths = (),
        controllers: Sequence[str] = (),
        authorization: bool = False,
        webhooks: ManifestPaths | None = None,
        kubeconfig: str | os.PathLike[str] | None = None,
        port: int = 0,
    ) -> None:
        if not isinstance(server, Server) and server not in (None, "embedded", "real"):
            raise ValueError(f'server is "embedded", "real" or a Server, not {server!r}')
        self._assets = Assets.from_environment()
        self._embedded: Server | None = None
        if isinstance(server, Server):
            self._embedded = server
        elif server == "embedded" or (server is None and not self._assets.named):
            self._embedded = Server(controllers=controllers, authorization=authorization)
        self._crds = crds
        self._controllers = list(controllers)
        self._wanted_webhooks = webhooks
        self._webhooks: WebhookServing | None = None
        self._wanted_kubeconfig = Path(kubeconfig) if kubeconfig is not None else None
        self._port = port
        self._stack: ExitStack | None = None
        self._endpoint: _Endpoint | None = None
        self._config: Config | None = None
        self._kubeconfig: Path | None = None
        self._control_plane: ControlPlane | None = None

    @property
    def server(self) -> Server:
        """The embedded server; RuntimeError where it is a real one."""
        if self._embedded is None:
            raise RuntimeError(
                "the environment runs a real server, which has no `server` object: use `config`"
            )
        return self._embedded

    @property
    def control_plane(self) -> ControlPlane:
        """The real server's processes; RuntimeError where it is embedded, and before the start."""
        if self._control_plane is None:
            raise RuntimeError(
                "the environment has no real control plane: it is embedded, or not started"
            )
        return self._control_plane

    @property
    def config(self) -> Config:
        """How to reach the server, as a user who may do everything, without a rate limit.

        RuntimeError before the start.
        """
        endpoint = self._started()
        if self._config is None:
            # Only a client needs what configures one.
            from kube.client.config import Config

            self._config = Config(
                server=endpoint.url, ca_data=endpoint.ca_data, token=endpoint.token, qps=-1
            )
        return self._config

    def _started(self) -> _Endpoint:
        if self._endpoint is None:
            raise RuntimeError("the environment is not started: use it in a with statement")
        return self._endpoint

    @property
    def url(self) -> str:
        """Where the server listens, `http://127.0.0.1:<port>`; RuntimeError before the start."""
        return self._started().url

    @property
    def kubeconfig(self) -> Path:
        """The file that points clients here; RuntimeError before the start.

        A temporary one is written when it is first asked for.
        """
        self._started()
        if self._kubeconfig is None:
            self._kubeconfig = self._write_kubeconfig(self._folder() / "kubeconfig")
        return self._kubeconfig

    def _write_kubeconfig(self, path: Path) -> Path:
        endpoint = self._started()
        write_kubeconfig(path, endpoint.url, token=endpoint.token, ca_data=endpoint.ca_data)
        return path

    def _folder(self) -> Path:
        if self._control_plane is not None:
            return self._control_plane.folder
        # Most programs ask for `config` and never for a file.
        from tempfile import TemporaryDirectory

        assert self._stack is not None
        return Path(self._stack.enter_context(TemporaryDirectory(prefix="envtest-")))

    @property
    def webhooks(self) -> WebhookServing:
        """Where a webhook server of the test has to listen; RuntimeError without `webhooks=`, and
        before the start."""
        if self._webhooks is None:
            raise RuntimeError(
                "the environment has no webhooks: give it their manifests, and start it"
            )
        return self._webhooks

    @property
    def kubectl(self) -> Path:
        """The kubectl among the binaries; raises MissingAssetError."""
        return self._assets.find(KUBECTL)

    def start(self) -> Environment:
        """Start, and install the CRDs; the server is ready when this returns.

        It runs until `stop`, or until the process ends, also when nobody keeps the environment.
        Raises OSError, and StatusError (embedded) or APIError (real) for a refused manifest. A real
        server raises MissingAssetError, and StartError when a component does not come up; with
        `webhooks`, ModuleNotFoundError without the library that makes their certificate.
        """
        if self._stack is not None:
            return self
        with ExitStack() as stack:
            stack.callback(self._forget)
            manifests = self._manifests(stack)
            if self._embedded is not None:
                self._endpoint = self._start_embedded(self._embedded, manifests, stack)
            else:
                self._endpoint = self._start_real(stack)
                self._install(manifests)
            if self._wanted_kubeconfig is not None:
                self._kubeconfig = self._write_kubeconfig(self._wanted_kubeconfig)
            self._stack = stack.pop_all()
        _RUNNING.add(self)
        return self

    def _manifests(self, stack: ExitStack) -> list[Tree]:
        manifests = load_manifests(self._crds)
        if self._wanted_webhooks is None:
            return manifests
        from tempfile import TemporaryDirectory

        from kube.envtest import webhooks

        manifests += load_manifests(self._wanted_webhooks, webhooks.CONFIGURATIONS)
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="envtest-")))
        self._webhooks = webhooks.serving(folder)
        return webhooks.pointed(manifests, self._webhooks)

    def _start_embedded(self, server: Server, manifests: list[Tree], stack: ExitStack) -> _Endpoint:
        # Only a server that is reached over HTTP needs its parser and sockets.
        from kube.envtest.http import serving

        server.load(manifests)
        return _Endpoint(stack.enter_context(serving(server, port=self._port)))

    def _start_real(self, stack: ExitStack) -> _Endpoint:
        from kube.envtest.real.control_plane import ControlPlane

        plane = ControlPlane(self._assets, controllers=self._controllers, port=self._port)
        self._control_plane = stack.enter_context(plane)
        return _Endpoint(plane.url, plane.token, plane.certificate_authority)

    def _install(self, manifests: list[Tree]) -> None:
        from kube.client import RESTClient
        from kube.envtest.real.install import install

        with RESTClient.for_config(self.config) as rest:
            install(rest, manifests)

    def _forget(self) -> None:
        self._endpoint = None
        self._config = None
        self._kubeconfig = None
        self._control_plane = None
        self._webhooks = None

    def stop(self) -> None:
        """End the server, its watches and its processes. Repeating it does no harm."""
        _RUNNING.discard(self)
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
        import asyncio

        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        import asyncio

        await asyncio.to_thread(self.stop)
