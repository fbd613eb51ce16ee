"""A pytest plugin: fixtures for a server, its config, and a namespace for each test.

Load it in the conftest.py of the root folder of your tests:

    pytest_plugins = ["kube.envtest.plugin"]

It is not an entry point: pytest imports those in every environment where the package is installed,
and the runtime is installed for programs as well as for tests. `--kube-envtest=embedded|real`
decides which server tests run on; without it, it is `Environment`'s own rule. Fixtures whose docs
say so may be overridden in a conftest.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import msgspec
import pytest

from kube.client import Config, RESTClient
from kube.envtest.apiserver import StatusError
from kube.envtest.environment import Environment
from kube.envtest.manifests import ManifestPaths
from kube.envtest.real.assets import MissingAssetError
from kube.envtest.real.control_plane import StartError
from kube.runtime.errors import APIError, ConflictError, NotFoundError

if TYPE_CHECKING:
    ServerKind = Literal["embedded", "real"]

OPTION = "--kube-envtest"
_NAMESPACES = "/api/v1/namespaces"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kube")
    group.addoption(
        OPTION,
        choices=("embedded", "real"),
        help="the API server for tests: embedded, in this process, or the real kube-apiserver and "
        "etcd (default: real where KUBEBUILDER_ASSETS names the folder of their binaries, else "
        "embedded)",
    )


@pytest.fixture(scope="session")
def kube_crds() -> ManifestPaths:
    """The manifests that the server begins with: a file, a folder or several. Override it."""
    return ()


@pytest.fixture(scope="session")
def kube_controllers() -> Sequence[str]:
    """The controllers that run beside the server, by kube-controller-manager's names. Override it.

    Without any, as by default, nothing collects garbage, and a deleted namespace stays Terminating.
    """
    return ()


@pytest.fixture(scope="session")
def kube_environment(
    pytestconfig: pytest.Config, kube_crds: ManifestPaths, kube_controllers: Sequence[str]
) -> Iterator[Environment]:
    """The server, started once for all tests of this process."""
    server: ServerKind | None = pytestconfig.getoption(OPTION)
    environment = Environment(server=server, crds=kube_crds, controllers=kube_controllers)
    try:
        environment.start()
    except MissingAssetError as error:
        pytest.fail(f"{error}; {OPTION}=embedded needs no binaries", pytrace=False)
    except (StartError, StatusError, APIError, OSError, ValueError) as error:
        pytest.fail(f"the server for tests did not start: {error}", pytrace=False)
    try:
        yield environment
    finally:
        environment.stop()


@pytest.fixture(scope="session")
def kube_config(kube_environment: Environment) -> Config:
    """How clients, sync and async, reach the server: as a user who may do everything."""
    return kube_environment.config


@pytest.fixture(scope="session")
def _kube_rest(kube_config: Config) -> Iterator[RESTClient]:
    with RESTClient.for_config(kube_config) as rest:
        yield rest


@pytest.fixture
def kube_namespace(_kube_rest: RESTClient) -> Iterator[str]:
    """The name of a new namespace, deleted after the test."""
    body = msgspec.json.encode({"metadata": {"generateName": "test-"}})
    headers = {"content-type": "application/json"}
    created = _kube_rest.request("POST", _NAMESPACES, headers=headers, body=body)
    name: str = msgspec.json.decode(created.body)["metadata"]["name"]
    yield name
    # The test may have deleted it.
    with suppress(NotFoundError, ConflictError):
        _kube_rest.request("DELETE", f"{_NAMESPACES}/{name}")
