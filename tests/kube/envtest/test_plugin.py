"""The pytest plugin, in runs of pytest within these."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from kube.envtest.real.assets import API_SERVER, Assets, MissingAssetError
from tests.kube.envtest.api import definition

pytest_plugins = ["pytester"]

CONFTEST = """
import pytest

pytest_plugins = ["kube.envtest.plugin"]


@pytest.fixture(scope="session")
def kube_crds():
    return "crds"
"""
TESTS = """
import json
import os

import pytest

from kube.client import AsyncRESTClient, RESTClient
from kube.runtime.errors import NotFoundError

HEADERS = {"content-type": "application/json"}
WIDGET = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}
seen = []


def widgets(namespace):
    return f"/apis/example.com/v1/namespaces/{namespace}/widgets"


def test_a_sync_client(kube_config, kube_namespace):
    seen.append(kube_namespace)
    body = json.dumps({**WIDGET, "spec": {"mode": "a"}}).encode()
    with RESTClient.for_config(kube_config) as rest:
        made = rest.request("POST", widgets(kube_namespace), headers=HEADERS, body=body)
    assert json.loads(made.body)["spec"]["size"] == 3


async def test_an_async_client_in_a_namespace_of_its_own(kube_config, kube_namespace):
    assert kube_namespace not in seen
    async with AsyncRESTClient.for_config(kube_config) as rest:
        listed = await rest.request("GET", widgets(kube_namespace))
        assert json.loads(listed.body)["items"] == []
        with pytest.raises(NotFoundError):
            await rest.request("GET", widgets("nowhere") + "/a")


def test_the_server_is_the_one_asked_for(kube_environment):
    is_real = kube_environment.url.startswith("https:")
    assert is_real is (os.environ["WANTED"] == "real")


def test_a_namespace_that_the_test_deletes(kube_config, kube_namespace):
    with RESTClient.for_config(kube_config) as rest:
        rest.request("DELETE", f"/api/v1/namespaces/{kube_namespace}")
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    folder = Path(pytester.mkdir("crds"))
    (folder / "widgets.yaml").write_text(yaml.safe_dump(definition()))
    pytester.makeini("[pytest]\nasyncio_mode = auto\n")
    return pytester


@pytest.mark.parametrize("server", ["embedded", "real"])
def test_tests_run_on_the_server_that_the_option_names(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    if server == "real":
        try:
            Assets.from_environment().find(API_SERVER)
        except MissingAssetError as error:
            pytest.skip(f"{error} (run hack/test-real.sh, which builds it)")
    monkeypatch.setenv("WANTED", server)
    project.runpytest_subprocess(f"--kube-envtest={server}").assert_outcomes(passed=4)


def test_without_the_option_it_is_embedded_where_no_binaries_are_named(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("TEST_ASSET_", "KUBEBUILDER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WANTED", "embedded")
    project.runpytest_subprocess("-k", "asked_for").assert_outcomes(passed=1)


def test_a_real_server_that_is_not_there_is_told_in_the_error(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(project.path))
    done = project.runpytest_subprocess("--kube-envtest=real", "-k", "asked_for")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(
        ["etcd is missing: KUBEBUILDER_ASSETS names *=embedded needs no binaries"]
    )
    done.stdout.no_fnmatch_line("*Traceback*")


def test_a_manifest_that_cannot_be_read_is_told_in_the_error(project: pytest.Pytester) -> None:
    (project.path / "crds" / "broken.yaml").write_text("a: [")
    done = project.runpytest_subprocess("--kube-envtest=embedded", "-k", "asked_for")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["the server for tests did not start: *broken.yaml: not YAML:*"])


def test_controllers_run_where_the_fixture_names_them(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.makeconftest(
        CONFTEST
        + """

@pytest.fixture(scope="session")
def kube_controllers():
    return ["namespace-controller"]
"""
    )
    project.makepyfile(
        test_controllers="""
import pytest

from kube.client import RESTClient
from kube.runtime.errors import NotFoundError


def test_a_deleted_namespace_goes(kube_config, kube_namespace):
    with RESTClient.for_config(kube_config) as rest:
        rest.request("DELETE", f"/api/v1/namespaces/{kube_namespace}")
        with pytest.raises(NotFoundError):
            rest.request("GET", f"/api/v1/namespaces/{kube_namespace}")
"""
    )
    done = project.runpytest_subprocess("--kube-envtest=embedded", "test_controllers.py")
    done.assert_outcomes(passed=1)
