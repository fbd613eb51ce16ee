"""`python -m kube.envtest`, as a person runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from kube.envtest.__main__ import main
from kube.envtest.apiserver.controllers import CONTROLLERS
from tests.kube.envtest.api import definition

NAMESPACES = "/api/v1/namespaces"


@contextmanager
def running(*options: str) -> Iterator[str]:
    """The URL of a server; it ends with SIGTERM, and well."""
    command = [sys.executable, "-m", "kube.envtest", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().split()[5].rstrip(".")
            assert url.startswith("http://127.0.0.1:"), url
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


def ask(method: str, url: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_deleted_namespace_goes() -> None:
    with running() as url:
        ask("POST", url + NAMESPACES, {"metadata": {"name": "a"}})
        configmaps = f"{url}{NAMESPACES}/a/configmaps"
        assert ask("POST", configmaps, {"metadata": {"name": "c"}})[0] == 201
        assert ask("DELETE", f"{url}{NAMESPACES}/a")[0] == 200
        assert ask("GET", f"{url}{NAMESPACES}/a")[0] == 404


def test_without_controllers_a_deleted_namespace_stays_terminating() -> None:
    with running("--controllers=") as url:
        ask("POST", url + NAMESPACES, {"metadata": {"name": "a"}})
        ask("DELETE", f"{url}{NAMESPACES}/a")
        assert ask("GET", f"{url}{NAMESPACES}/a")[1]["status"]["phase"] == "Terminating"


def test_a_controller_that_it_has_not_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--controllers=namespace-controller,route-controller"]) == 1
    assert capsys.readouterr().err == (
        "error: unknown controller route-controller: the embedded server has "
        f"{', '.join(CONTROLLERS)}\n"
    )


def test_it_serves_what_manifests_define_and_writes_a_kubeconfig(tmp_path: Path) -> None:
    (tmp_path / "widgets.yaml").write_text(yaml.safe_dump(definition()))
    kubeconfig = tmp_path / "kubeconfig"
    with running(f"--crds={tmp_path}", f"--kubeconfig={kubeconfig}") as url:
        assert ask("GET", f"{url}/apis/example.com/v1/widgets")[1]["kind"] == "WidgetList"
        written = yaml.safe_load(kubeconfig.read_text())
        assert written["clusters"][0]["cluster"]["server"] == url


def test_a_missing_folder_of_manifests_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--crds", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_a_folder_of_manifests_that_does_not_exist_is_one_line_with_its_whole_path(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--crds=config/crd"]) == 1
    assert capsys.readouterr().err == (
        f"error: there is no file or folder {tmp_path}/config/crd to read manifests from\n"
    )


def test_a_folder_without_manifests_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "widgets.py").write_text("")
    assert main([f"--crds={tmp_path}"]) == 1
    assert capsys.readouterr().err == (
        f"error: the folder {tmp_path} has no manifests: no file in it ends in .yaml, .yml, .json\n"
    )


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_out_of_range_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([f"--port={port}"])
    assert caught.value.code == 2
    assert (
        f"argument --port: {port!r} is not a port: it takes 0 to 65535" in capsys.readouterr().err
    )


def test_a_kubeconfig_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "kubeconfig"
    assert main(["--kubeconfig", str(path)]) == 1
    assert capsys.readouterr().err.startswith(f"error: the kubeconfig {path} cannot be written: ")


def test_a_folder_is_no_kubeconfig_and_keeps_its_mode(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tmp_path.stat().st_mode
    assert main(["--kubeconfig", str(tmp_path)]) == 1
    assert "cannot be written: Is a directory" in capsys.readouterr().err
    assert tmp_path.stat().st_mode == before


def test_a_kubeconfig_of_other_clusters_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config"
    path.write_text("kind: Config\ncurrent-context: production\n")
    assert main(["--kubeconfig", str(path)]) == 1
    assert "it has other clusters; name a file of its own" in capsys.readouterr().err
    assert path.read_text() == "kind: Config\ncurrent-context: production\n"


def test_a_disk_that_is_full_is_told_with_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    assert main(["--kubeconfig", "/dev/full"]) == 1
    why = "error: the kubeconfig /dev/full cannot be written: No space left on device\n"
    assert capsys.readouterr().err == why
