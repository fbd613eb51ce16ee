"""`kustomize build` of every folder of config/, after every command, in every layout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.codegen.scaffold import combinations, projects
from tests.codegen.scaffold.kustomization import build, files, switched_on

ROOT = Path(__file__).parents[3]
KUSTOMIZE = Path(os.environ.get("KUBEBUILDER_ASSETS", ROOT / ".cache/envtest")) / "kustomize"


def overlays(root: Path) -> list[Path]:
    return sorted(path.parent for path in (root / "config").rglob("kustomization.yaml"))


def check_files(overlay: Path) -> None:
    """What a kustomization names exists, and it names what exists."""
    present = {path.relative_to(overlay).as_posix() for path in overlay.rglob("*.yaml")}
    optional = {"cert_metrics_manager_patch.yaml"} if overlay.name == "default" else set()
    assert files(overlay) == present - optional


def check_objects(objects: list[Any]) -> None:
    """Names, namespaces, labels and references of what config/default deploys."""
    names = {(each["kind"], each["metadata"]["name"]) for each in objects}
    for each in objects:
        kind, metadata = each["kind"], each["metadata"]
        assert metadata["labels"]["app.kubernetes.io/name"] == projects.NAME
        assert metadata["labels"]["app.kubernetes.io/managed-by"] == "kustomize"
        if kind != "CustomResourceDefinition":
            assert metadata["name"].startswith(f"{projects.NAME}-")
        assert metadata.get("namespace", projects.NAMESPACE) == projects.NAMESPACE
        if "roleRef" in each:
            assert (each["roleRef"]["kind"], each["roleRef"]["name"]) in names
            assert [(s["kind"], s["name"]) for s in each["subjects"]] == [
                ("ServiceAccount", f"{projects.NAME}-controller-manager")
            ]
    (deployment,) = (each for each in objects if each["kind"] == "Deployment")
    template = deployment["spec"]["template"]
    assert ("ServiceAccount", template["spec"]["serviceAccountName"]) in names
    selected = template["metadata"]["labels"].items()
    assert deployment["spec"]["selector"]["matchLabels"].items() <= selected
    (service,) = (each for each in objects if each["kind"] == "Service")
    assert service["spec"]["selector"].items() <= selected


@pytest.mark.parametrize("layout", projects.CHOSEN)
def test_every_overlay_builds_after_every_command(layout: str, stages: projects.Stages) -> None:
    for root in stages.of(layout).values():
        for overlay in overlays(root):
            check_files(overlay)
            build(overlay)
        objects = build(root / "config/default")
        check_objects(objects)
        (role,) = (o for o in objects if o["metadata"]["name"].endswith("-manager-role"))
        is_namespaced = "\nnamespaced: true\n" in (root / "PROJECT").read_text()
        assert role["kind"] == ("Role" if is_namespaced else "ClusterRole")


def test_all_that_is_off_can_be_switched_on_and_speaks_of_the_same_pod_and_port(
    tmp_path: Path, stages: projects.Stages
) -> None:
    root = switched_on(stages.whole("plain"), tmp_path)
    by_kind = {each["kind"]: each for each in build(root / "config/default")}
    pod = by_kind["Deployment"]["spec"]["template"]
    labels = pod["metadata"]["labels"].items()
    (manager,) = pod["spec"]["containers"]
    assert {mount["name"] for mount in manager["volumeMounts"]} == {"tmp", "metrics-certs"}
    assert {volume["name"] for volume in pod["spec"]["volumes"]} == {"tmp", "metrics-certs"}
    (address,) = (each for each in manager["args"] if "metrics-bind-address" in each)
    (port,) = by_kind["Service"]["spec"]["ports"]
    policy = by_kind["NetworkPolicy"]["spec"]
    assert policy["podSelector"]["matchLabels"].items() <= labels
    (opened,) = policy["ingress"][0]["ports"]
    assert address.rpartition(":")[2] == str(port["targetPort"]) == str(opened["port"])
    monitor = by_kind["ServiceMonitor"]["spec"]
    service_labels = by_kind["Service"]["metadata"]["labels"].items()
    assert monitor["selector"]["matchLabels"].items() <= service_labels
    (endpoint,) = monitor["endpoints"]
    assert (endpoint["port"], endpoint["scheme"]) == (port["name"], "https")
    assert {each["metadata"]["labels"]["team"] for each in by_kind.values()} == {"operators"}


needs_kustomize = pytest.mark.skipif(
    not KUSTOMIZE.is_file(), reason=f"there is no {KUSTOMIZE}: hack/envtest-assets.sh kustomize"
)


@needs_kustomize
@pytest.mark.parametrize("layout", projects.CHOSEN)
def test_kustomize_builds_the_same_after_every_command(
    layout: str, stages: projects.Stages
) -> None:
    for root in stages.of(layout).values():
        for overlay in overlays(root):
            check_kustomize(overlay)


@needs_kustomize
def test_kustomize_builds_the_same_with_all_that_is_off(
    tmp_path: Path, stages: projects.Stages
) -> None:
    check_kustomize(switched_on(stages.whole("plain"), tmp_path) / "config/default")


@needs_kustomize
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_image_reaches_a_project_that_was_given_other_names(
    tmp_path: Path, stages: projects.Stages
) -> None:
    root = tmp_path / projects.NAME
    shutil.copytree(stages.whole("plain"), root)
    kustomization = root / "config/default/kustomization.yaml"
    kustomization.write_text(kustomization.read_text().replace(f": {projects.NAME}", ": other"))
    tools = (f"PYTHON={sys.executable}", f"KUSTOMIZE={KUSTOMIZE} build")
    command = ["make", "build-installer", "IMG=a.example.com:5000/b:1", *tools]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    objects = list(yaml.safe_load_all((root / "dist/install.yaml").read_text()))
    (deployment,) = (each for each in objects if each["kind"] == "Deployment")
    metadata = deployment["metadata"]
    assert (metadata["namespace"], metadata["name"]) == ("other-system", "other-controller-manager")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "a.example.com:5000/b:1"
    assert container["command"] == ["python", "-m", projects.PACKAGE]


@pytest.mark.skipif("TEST_SCAFFOLDS" not in os.environ, reason="`make test-all` makes them all")
@pytest.mark.timeout(3600)
def test_every_overlay_builds_in_every_combination(tmp_path: Path) -> None:
    for number, choices in enumerate(combinations.possible()):
        folder = tmp_path / str(number)
        folder.mkdir()
        for overlay in overlays(combinations.make(folder, choices)):
            check_files(overlay)
            build(overlay)
            if KUSTOMIZE.is_file():
                check_kustomize(overlay)


def check_kustomize(overlay: Path) -> None:
    done = subprocess.run([KUSTOMIZE, "build", overlay], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert in_order(yaml.safe_load_all(done.stdout)) == in_order(build(overlay)), overlay


def in_order(objects: Iterable[Any]) -> list[Any]:
    return sorted(objects, key=lambda o: (o["kind"], o["metadata"]["name"], o["apiVersion"]))
