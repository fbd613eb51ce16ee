"""hack/envtest-assets.sh: what it builds, when, and what it says.

Most tests run a copy of the script over the real module files with a `go` that only notes what it
was asked to build, so they take milliseconds and need no Go; the last one looks at the real
binaries where they have been built.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
COMMANDS = (
    *("awk", "bash", "cat", "chmod", "cksum", "cut", "dirname"),
    *("env", "find", "grep", "mkdir", "mv", "paste", "rm", "sed", "sort"),
)

GO = """#!/usr/bin/env bash
set -eu
while [[ $1 != -o ]]; do shift; done
echo "${@: -1}" >>"$BUILD_LOG"
[[ -z ${BUILD_GATE-} ]] || read -r _ <"$BUILD_GATE"
[[ -z ${BUILD_FAILS-} ]] || { echo half >"$2"; echo "undefined: Foo" >&2; exit 1; }
echo whole >"$2"
chmod +x "$2"
"""


class Checkout:
    """A copy of the script and its modules, with a PATH that holds only what is put there."""

    def __init__(self, root: Path) -> None:
        self.root = root / "checkout"
        self.bin = root / "bin"
        self.log = root / "builds"
        self.assets = self.root / ".cache" / "envtest"
        self.bin.mkdir()
        for command in COMMANDS:
            found = shutil.which(command)
            if found is None:
                pytest.skip(f"{command} is not on PATH")
            (self.bin / command).symlink_to(found)
        (self.bin / "python3").symlink_to(Path(sys.executable).resolve())
        shutil.copytree(REPOSITORY / "hack" / "tools", self.root / "hack" / "tools")
        shutil.copy2(REPOSITORY / "hack" / "envtest-assets.sh", self.root / "hack")

    def install_go(self) -> None:
        (self.bin / "go").write_text(GO)
        (self.bin / "go").chmod(0o755)

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.root / "hack" / "envtest-assets.sh", *arguments],
            env={"PATH": str(self.bin), "BUILD_LOG": str(self.log), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **variables)
        stdout, stderr = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def take_builds(self) -> list[str]:
        """The packages built since the last call."""
        if not self.log.exists():
            return []
        packages = self.log.read_text().split()
        self.log.unlink()
        return packages

    def files(self) -> set[str]:
        names = {path.name for path in self.assets.iterdir()}
        return {name for name in names if name != ".lock" and not name.endswith(".stamp")}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_an_unknown_tool_is_refused_with_the_names_of_the_known_ones(checkout: Checkout) -> None:
    result = checkout.run("kubectl", "kubelet")
    assert result.returncode == 2
    assert result.stdout == ""
    assert "unknown tool 'kubelet'" in result.stderr
    assert "controller-gen" in result.stderr
    assert "etcd" in result.stderr


def test_help_names_every_tool_and_exit_status(checkout: Checkout) -> None:
    result = checkout.run("--help")
    assert result.returncode == 0
    assert "validation-gen" in result.stdout
    assert "3 Go is needed" in result.stdout


def test_without_go_what_is_missing_is_named(checkout: Checkout) -> None:
    result = checkout.run("etcd", "kubectl")
    assert result.returncode == 3
    assert result.stdout == ""
    assert "etcd kubectl; building needs Go" in result.stderr


def test_only_the_folder_goes_to_stdout_and_progress_to_stderr(checkout: Checkout) -> None:
    checkout.install_go()
    result = checkout.run("etcd")
    assert result.returncode == 0
    assert result.stdout == f"{checkout.assets}\n"
    assert result.stderr == "building etcd (go.etcd.io/etcd/server/v3)\n"
    assert checkout.files() == {"etcd"}


def test_without_names_the_servers_kubectl_and_controller_gen_are_built(
    checkout: Checkout,
) -> None:
    checkout.install_go()
    assert checkout.run().returncode == 0
    assert checkout.files() == {
        "controller-gen",
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kubectl",
    }


def test_what_is_there_needs_neither_a_build_nor_go(checkout: Checkout) -> None:
    checkout.install_go()
    checkout.run("--all")
    assert len(checkout.take_builds()) == 16
    (checkout.bin / "go").unlink()
    result = checkout.run("--all")
    assert (result.returncode, result.stdout) == (0, f"{checkout.assets}\n")
    assert checkout.take_builds() == []


def test_a_changed_module_rebuilds_its_own_tools_only(checkout: Checkout) -> None:
    checkout.install_go()
    checkout.run("controller-gen", "etcd")
    checkout.take_builds()
    module = checkout.root / "hack" / "tools" / "controller-gen" / "go.mod"
    text, changes = re.subn(r"(controller-tools) v\S+", r"\1 v9.9.9", module.read_text())
    assert changes
    module.write_text(text)
    assert checkout.run("controller-gen", "etcd").returncode == 0
    assert checkout.take_builds() == ["sigs.k8s.io/controller-tools/cmd/controller-gen"]


def test_a_failed_build_leaves_no_binary_and_is_tried_again(checkout: Checkout) -> None:
    checkout.install_go()
    result = checkout.run("etcd", BUILD_FAILS="yes")
    assert result.returncode == 1
    assert result.stdout == ""
    assert "undefined: Foo" in result.stderr
    assert "could not build etcd" in result.stderr
    assert checkout.files() == set()
    assert checkout.run("etcd").returncode == 0
    assert (checkout.assets / "etcd").read_text() == "whole\n"


def test_two_runs_at_once_build_a_tool_once(checkout: Checkout, tmp_path: Path) -> None:
    checkout.install_go()
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    # Held open here, so that a failure below ends the waiting build too.
    with open(os.open(gate, os.O_RDWR), "wb", buffering=0) as held:
        first = checkout.start("etcd", BUILD_GATE=str(gate))
        assert first.stderr is not None
        assert first.stderr.readline().startswith("building etcd")
        second = checkout.start("etcd")
        assert second.stderr is not None
        assert second.stderr.readline().startswith("waiting for another run")
        held.write(b"go on\n")
        outcomes = [process.communicate() for process in (first, second)]
    assert outcomes == [(f"{checkout.assets}\n", "")] * 2
    assert checkout.take_builds() == ["go.etcd.io/etcd/server/v3"]


def test_the_built_server_and_kubectl_say_the_pinned_version(checkout: Checkout) -> None:
    # Run with the bare PATH: it must not start minutes of building.
    result = subprocess.run(
        [REPOSITORY / "hack" / "envtest-assets.sh"],
        env={"PATH": str(checkout.bin)},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode == 3:
        pytest.skip(result.stderr.strip())
    assert (result.returncode, result.stderr) == (0, "")
    assets = Path(result.stdout.removesuffix("\n"))
    module = (REPOSITORY / "hack" / "tools" / "go.mod").read_text()
    pinned = re.search(r"k8s\.io/kubernetes (v\S+)", module)
    assert pinned is not None
    server = subprocess.check_output([assets / "kube-apiserver", "--version"], text=True)
    assert server == f"Kubernetes {pinned[1]}\n"
    kubectl = subprocess.check_output([assets / "kubectl", "version", "--client"], text=True)
    assert kubectl.startswith(f"Client Version: {pinned[1]}\n")
