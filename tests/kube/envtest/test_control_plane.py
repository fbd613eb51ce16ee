"""How a real control plane starts, fails and ends, tried on scripts that stand in for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kube.envtest import Environment
from kube.envtest.real.assets import Assets, MissingAssetError
from kube.envtest.real.control_plane import ControlPlane, StartError
from kube.envtest.real.processes import ProcessGroup

NAMES = ("etcd", "kube-apiserver")
STAYS = "exec sleep 600"


@pytest.fixture
def assets(tmp_path, monkeypatch):
    """`assets(etcd=script, ...)` puts scripts where binaries are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def put(**scripts):
        for name in NAMES:
            body = scripts.get(name.replace("-", "_"), STAYS)
            path = folder / name
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(0o755)
        monkeypatch.setenv("KUBEBUILDER_ASSETS", str(folder))
        return Assets.from_environment()

    for variable in ("KUBEBUILDER_ASSETS", "TEST_ASSET_ETCD", "TEST_ASSET_KUBE_APISERVER"):
        monkeypatch.delenv(variable, raising=False)
    return put


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Temporary folders are made here, so that a test sees what stays behind."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_a_component_that_dies_at_the_start_is_told_with_its_last_lines(assets, temporary):
    found = assets(kube_apiserver="echo one; echo the disk is on fire >&2; exit 3")
    with pytest.raises(StartError) as raised, ControlPlane(found):
        pass
    assert "kube-apiserver ended (exit code 3)" in str(raised.value)
    assert "the disk is on fire" in str(raised.value)
    assert list(temporary.iterdir()) == []


def test_the_death_of_etcd_is_told_before_that_of_the_server_it_takes_along(assets, tmp_path):
    pid = tmp_path / "pid"
    lives = f"grep -qs State:.[^Z] /proc/$(cat {pid})/status"  # not so for a zombie
    found = assets(
        etcd=f"echo $$ > {pid}; echo no space left; exit 1",
        kube_apiserver=f"while ! [ -s {pid} ] || {lives}; do sleep 0.01; done; exit 1",
    )
    with (
        pytest.raises(StartError, match=r"etcd ended \(exit code 1\)") as raised,
        ControlPlane(found),
    ):
        pass
    assert "no space left" in str(raised.value)


def test_a_component_that_was_killed_is_told_by_its_signal(assets):
    with (
        pytest.raises(StartError, match=r"etcd ended \(signal 9\)"),
        ControlPlane(assets(etcd="kill -9 $$")),
    ):
        pass


def test_a_failed_start_ends_what_had_started(assets, tmp_path):
    pid = tmp_path / "pid"
    found = assets(
        etcd=f"echo $$ > {pid}; {STAYS}",
        kube_apiserver=f"while ! [ -s {pid} ]; do sleep 0.01; done; exit 1",
    )
    with pytest.raises(StartError), ControlPlane(found):
        pass
    assert not is_running(int(pid.read_text()))


def test_ports_that_somebody_took_are_tried_anew(assets, tmp_path):
    counter = tmp_path / "starts"
    script = (
        f"echo x >> {counter}; echo listen tcp 127.0.0.1:1: bind: address already in use; exit 1"
    )
    with (
        pytest.raises(StartError, match="address already in use"),
        ControlPlane(assets(etcd=script)),
    ):
        pass
    assert len(counter.read_text().split()) == 3


def test_a_server_that_never_gets_ready_is_given_up(assets, monkeypatch):
    monkeypatch.setattr("kube.envtest.real.control_plane.READY_TIMEOUT", 0.2)
    with (
        pytest.raises(StartError, match=r"not ready after 0.2 s") as raised,
        ControlPlane(assets(kube_apiserver=f"echo still waking up; {STAYS}")),
    ):
        pass
    assert "still waking up" in str(raised.value)


def test_missing_binaries_are_told_with_the_variable_to_set(tmp_path, monkeypatch):
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.delenv("TEST_ASSET_ETCD", raising=False)
    with pytest.raises(MissingAssetError, match="no etcd: set KUBEBUILDER_ASSETS"):
        Environment(server="real").start()
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    with pytest.raises(MissingAssetError, match=f"KUBEBUILDER_ASSETS names {tmp_path}/etcd"):
        Environment(server="real").start()
    (tmp_path / "other").write_text("")
    monkeypatch.setenv("TEST_ASSET_ETCD", str(tmp_path / "other"))
    with pytest.raises(MissingAssetError, match=r"TEST_ASSET_ETCD .* not executable"):
        Environment(server="real").start()


def test_the_environment_is_embedded_unless_binaries_are_named(assets, monkeypatch):
    with Environment() as environment:
        assert environment.server is not None
    assets(etcd="exit 1")
    with pytest.raises(StartError):
        Environment().start()
    with Environment(server="embedded") as environment:
        assert environment.url.startswith("http://127.0.0.1:")
    monkeypatch.delenv("KUBEBUILDER_ASSETS")
    monkeypatch.setenv("TEST_ASSET_KUBE_APISERVER", "/nowhere")
    with pytest.raises(MissingAssetError):
        Environment().start()


def test_a_server_of_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match='"embedded", "real" or a Server, not \'kind\''):
        Environment(server="kind")


def test_what_belongs_to_the_other_server_is_refused(assets):
    assets()
    with pytest.raises(RuntimeError, match="real"):
        _ = Environment(server="real").server
    with (
        Environment(server="embedded") as environment,
        pytest.raises(RuntimeError, match="no real"),
    ):
        _ = environment.control_plane


def test_an_environment_that_is_not_started_has_no_address():
    environment = Environment(server="embedded")
    for name in ("config", "url", "kubeconfig"):
        with pytest.raises(RuntimeError, match="not started"):
            getattr(environment, name)


def test_the_kubeconfig_is_the_users_alone(tmp_path):
    with Environment(server="embedded") as environment:
        path = environment.kubeconfig
        assert path.stat().st_mode & 0o077 == 0
    assert not path.exists()


def test_processes_end_with_their_group_in_reverse_order(temporary):
    with ProcessGroup() as group:
        first = group.run("first", ["/bin/sleep", "600"])
        second = group.run("second", ["/bin/sleep", "600"])
        folder, pids = group.folder, (first.pid, second.pid)
        assert folder.stat().st_mode & 0o077 == 0
    assert not any(map(is_running, pids))
    assert list(temporary.iterdir()) == []


def test_a_killed_process_starts_again_and_its_log_goes_on():
    with ProcessGroup() as group:
        process = group.run("p", ["/bin/sh", "-c", "echo hello; exec sleep 600"])
        wait_for(lambda: process.last_lines() == "hello")
        process.kill()
        assert process.exit_code() == -signal.SIGKILL
        process.start()
        assert process.exit_code() is None
        wait_for(lambda: process.last_lines() == "hello\nhello")


ORPHANING = """
import os, signal, sys, tempfile
tempfile.tempdir = sys.argv[1]
from kube.envtest.real.processes import ProcessGroup
group = ProcessGroup().__enter__()
print(group.run("p", ["/bin/sleep", "600"]).pid, flush=True)
{end}
"""


@pytest.mark.parametrize(
    "end",
    [
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.kill(os.getpid(), signal.SIGTERM)",
        "os.kill(os.getpid(), signal.SIGINT)",
        "raise ValueError",
        "sys.exit()",
        "os._exit(0)",
    ],
)
def test_nothing_outlives_this_process_however_it_ends(temporary, end):
    script = ORPHANING.format(end=end)
    done = subprocess.run(
        [sys.executable, "-c", script, str(temporary)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    pid = int(done.stdout)
    wait_for(lambda: not is_running(pid))
    wait_for(lambda: list(temporary.iterdir()) == [])


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Where nobody reaps orphans, the dead stay in the table.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_for(holds):
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
