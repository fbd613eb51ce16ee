"""The same tests on both servers. The real one is skipped, and says so, where it is not built."""

from __future__ import annotations

import secrets
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from kube.envtest import Environment
from kube.envtest.real.assets import API_SERVER, KUBECTL, Assets, MissingAssetError
from tests.kube.conformance.api import Api

DEFINITIONS = Path(__file__).parent / "definitions"

HOW = "run hack/test-real.sh, which builds it with hack/envtest-assets.sh"


def find_or_skip(binary: str) -> Path:
    try:
        return Assets.from_environment().find(binary)
    except MissingAssetError as error:
        pytest.skip(f"{error} ({HOW})")


def pytest_generate_tests(metafunc):
    if "server" in metafunc.fixturenames:
        metafunc.parametrize("server", ["embedded", "real"], scope="session")


@pytest.fixture(scope="session")
def server(request):
    return request.param


@pytest.fixture(scope="session")
def environments():
    """`environments("real")` is that server, started once; skips where it cannot be."""
    started = {}
    with ExitStack() as stack:

        def start(server):
            if server == "real":
                find_or_skip(API_SERVER)
            if server not in started:
                new = Environment(server=server, crds=[DEFINITIONS])
                started[server] = stack.enter_context(new)
            return started[server]

        yield start


@pytest.fixture(scope="session")
def environment(environments, server):
    return environments(server)


@pytest.fixture(scope="session")
def api(environment):
    api = Api(environment.config)
    yield api
    api.close()


@pytest.fixture
def forget(environment, server, api):
    """`forget()` has the server forget all that was before now."""

    def compact():
        if server == "embedded":
            environment.server.compact()
            return
        now = api.get("/api/v1/namespaces").ok()["metadata"]["resourceVersion"]
        environment.control_plane.compact(int(now))

    return compact


@dataclass(frozen=True)
class Namespace:
    name: str

    def path(self, plural: str, name: str = "", subresource: str = "") -> str:
        """The path of a plural of core/v1, or of `<group>/<version>/<plural>`."""
        api_version, _, plural = plural.rpartition("/")
        root = f"/apis/{api_version}" if api_version else "/api/v1"
        parts = (root, "namespaces", self.name, plural, name, subresource)
        return "/".join(part for part in parts if part)


@pytest.fixture
def namespace(api):
    """A namespace of the test's own. It stays: nothing deletes namespaces here."""
    name = f"test-{secrets.token_hex(4)}"
    api.post("/api/v1/namespaces", {"metadata": {"name": name}}).ok()
    return Namespace(name)


@pytest.fixture
def configmaps(namespace):
    return namespace.path("configmaps")


@pytest.fixture
def widgets(namespace):
    return namespace.path("example.io/v1/widgets")


@pytest.fixture
def kubectl(environment, namespace):
    """`kubectl("get", "pods")` in the test's namespace; gives the finished process."""
    binary = find_or_skip(KUBECTL)

    def run(*arguments, stdin=None, check=True):
        command = [binary, f"--kubeconfig={environment.kubeconfig}", f"-n={namespace.name}"]
        done = subprocess.run(
            [*command, *arguments], input=stdin, capture_output=True, text=True, timeout=200
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    run.binary = binary
    return run


def configmap(name="a", **data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def widget(name="a", **spec):
    api_version = "example.io/v1"
    return {
        "apiVersion": api_version, "kind": "Widget", "metadata": {"name": name}, "spec": spec,
    }  # fmt: skip
