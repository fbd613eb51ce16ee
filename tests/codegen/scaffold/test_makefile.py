"""The targets of the scaffold's Makefile, with a kubectl that notes what it is asked."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.codegen.scaffold import projects

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

TARGETS = {
    *("generate", "manifests", "verify", "lint", "test", "run", "install", "uninstall", "help"),
    *("docker-build", "docker-push", "deploy", "undeploy", "build-installer", "test-e2e", "fmt"),
}

KUBECTL = """#!/usr/bin/env bash
set -eu
if [ "$1" = kustomize ]; then
    cat "$2"/bases/*.yaml 2>/dev/null || sed -n 's/" *$//; s/value: "/image: /p' "$2"/kustom*
else
    echo "$*" >>"$0.log"
fi
"""


class Cluster:
    """A stand-in for kubectl, and through it for a cluster."""

    def __init__(self, folder: Path) -> None:
        self.kubectl = folder / "kubectl"
        self.kubectl.write_text(KUBECTL)
        self.kubectl.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        log = self.kubectl.with_suffix(".log")
        return log.read_text().splitlines() if log.exists() else []

    def make(self, root: Path, target: str, *variables: str) -> str:
        """What a target prints; it has to succeed."""
        command = ["make", target, f"PYTHON={sys.executable}", f"KUBECTL={self.kubectl}"]
        done = subprocess.run([*command, *variables], cwd=root, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return projects.init(tmp_path)


def test_help_lists_every_target(root: Path, cluster: Cluster) -> None:
    shown = cluster.make(root, "help")
    assert set(re.findall(r"^  ([a-z0-9-]+) ", shown, flags=re.MULTILINE)) == TARGETS
    made = (root / "Makefile").read_text()
    assert set(re.findall(r"^\.PHONY: (\S+)$", made, flags=re.MULTILINE)) == {*TARGETS, "built"}


def test_without_crds_install_and_uninstall_succeed_and_say_so(
    root: Path, cluster: Cluster
) -> None:
    assert "there are no CRDs to install" in cluster.make(root, "install")
    assert "there are no CRDs to delete" in cluster.make(root, "uninstall")
    assert cluster.calls == []


def test_install_applies_the_crds(root: Path, cluster: Cluster) -> None:
    projects.create(root, ("bakery", "v1", "Loaf"))
    cluster.make(root, "install")
    cluster.make(root, "uninstall", "ignore-not-found=true")
    assert cluster.calls == [
        "apply --server-side --force-conflicts -f -",
        "delete --ignore-not-found=true -f -",
    ]


def test_a_target_with_python_given_installs_nothing(root: Path, cluster: Cluster) -> None:
    cluster.make(root, "verify")
    assert not (root / ".venv").exists()
    own = {**os.environ, "PYTHON": sys.executable}  # for another program, perhaps
    plan = subprocess.check_output(["make", "-n", "verify"], cwd=root, env=own, text=True)
    assert "python3 -m venv .venv" in plan
    assert "install --quiet --editable . --group dev" in plan


def test_an_image_that_no_container_takes_is_an_error(root: Path, cluster: Cluster) -> None:
    cluster.kubectl.write_text(KUBECTL.replace("s/value", "s/picture"))
    command = ["make", "deploy", f"PYTHON={sys.executable}", f"KUBECTL={cluster.kubectl}"]
    done = subprocess.run([*command, "IMG=a:1"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 2
    assert "config/default has no Deployment with the label" in done.stdout
    assert cluster.calls == []


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_deploying_an_image_changes_no_tracked_file(root: Path, cluster: Cluster) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "a")):
        subprocess.run(["git", *command], cwd=root, check=True)
    image = "registry.example.com:5000/bakery@sha256:0a"
    cluster.make(root, "deploy", f"IMG={image}")
    cluster.make(root, "build-installer", f"IMG={image}")
    assert cluster.calls == [
        "apply --server-side --force-conflicts -f .cache/deploy/manifests.yaml",
    ]
    for manifests in (".cache/deploy/manifests.yaml", "dist/install.yaml"):
        assert f"image: {image}\n" in (root / manifests).read_text()
    status = subprocess.check_output(["git", "status", "--porcelain"], cwd=root, text=True)
    assert status.splitlines() == ["?? dist/"]


def test_the_image_is_built_with_the_folder_that_pip_takes_wheels_from(
    root: Path, cluster: Cluster, tmp_path: Path
) -> None:
    tool = f"CONTAINER_TOOL=echo {cluster.kubectl}"
    built = cluster.make(root, "docker-build", tool, "IMG=a:1", "PIP_FIND_LINKS=")
    assert built.splitlines()[-1].split()[1:] == ["build", "--tag", "a:1", "."]
    built = cluster.make(root, "docker-build", tool, "IMG=a:1", f"PIP_FIND_LINKS={tmp_path}")
    assert built.splitlines()[-1].endswith(f" build --build-context wheels={tmp_path} --tag a:1 .")
    built = cluster.make(root, "docker-push", tool, "IMG=a:1")
    assert built.splitlines()[-1].endswith(" push a:1")
