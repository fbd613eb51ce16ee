"""PROJECT as kubebuilder reads it: the same resources, and nothing that it does not know.

The reader is a Go program around kubebuilder's own packages (hack/tools/project-reader).
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from codegen.diagnostics import Diagnostics
from codegen.scaffold import project
from codegen.scaffold.names import ApiNames
from codegen.scaffold.project import Project, Resource
from tests.codegen.scaffold import combinations

ROOT = Path(__file__).parents[3]
TOOL = Path(os.environ.get("KUBEBUILDER_ASSETS", ROOT / ".cache/envtest")) / "project-reader"
GO_PROJECT = Path(__file__).parent / "kubebuilder" / "PROJECT"
KINDS = (
    *("Loaf", "HTTPProxy", "Nginx", "Dns", "DNS", "TLS", "Ingress", "Endpoints", "Person", "Redis"),
    *("API", "Status", "Datum", "Matrix", "News", "Quiz", "Axis", "URL", "ClusterDns", "Ox"),
)

pytestmark = pytest.mark.skipif(
    not TOOL.is_file(), reason=f"there is no {TOOL}: hack/envtest-assets.sh project-reader"
)


def by_kubebuilder(*paths: Path) -> list[dict[str, Any]]:
    done = subprocess.run([TOOL, *paths], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    read: list[dict[str, Any]] = json.loads(done.stdout)
    return read


def ours(path: Path) -> Project:
    read = project.read(path.read_text(), path.name, Diagnostics())
    assert read is not None
    return read


def compare(read: Project, theirs: dict[str, Any]) -> None:
    assert theirs["version"] == "3"
    assert (theirs["projectName"], theirs["repo"]) == (read.name, read.package)
    assert (theirs["domain"], theirs["layout"]) == (read.domain, [*read.layout])
    assert (theirs["multigroup"], theirs["namespaced"]) == (read.multigroup, read.namespaced)
    assert theirs["cliVersion"] == read.cli_version
    assert theirs["resources"] == [as_theirs(ApiNames(read, each)) for each in read.resources]


def as_theirs(names: ApiNames) -> dict[str, Any]:
    """A resource of ours, as kubebuilder prints its own."""
    resource = names.resource
    tree: dict[str, Any] = {
        "group": resource.group,
        "domain": resource.domain,
        "version": resource.version,
        "kind": resource.kind,
        "plural": names.plural,
        "path": resource.path,
        "controller": resource.has_controller,
        "core": resource.is_core,
        "external": resource.is_external,
        "module": resource.module,
    }
    if resource.has_api:
        tree["api"] = {"crdVersion": "v1"} | ({"namespaced": True} if resource.namespaced else {})
    return {key: value for key, value in tree.items() if value}


def test_kubebuilder_reads_the_project_of_every_combination(tmp_path: Path) -> None:
    roots = []
    for number, choices in enumerate(combinations.possible()):
        folder = tmp_path / str(number)
        folder.mkdir()
        roots.append(combinations.make(folder, choices, "--no-make"))
    paths = [root / project.NAME for root in roots]
    for path, theirs in zip(paths, by_kubebuilder(*paths), strict=True):
        compare(ours(path), theirs)


def test_kubebuilder_has_the_plural_of_every_kind(tmp_path: Path) -> None:
    made = Project(name="kinds", package="kinds", domain="example.com")
    for kind in KINDS:
        path = "kinds.api.v1"
        resource = Resource(
            group="web", domain="example.com", version="v1", kind=kind, path=path, has_api=True
        )
        made = made.with_resource(resource)
    (tmp_path / project.NAME).write_text(project.printed(made))
    (theirs,) = by_kubebuilder(tmp_path / project.NAME)
    compare(made, theirs)


def test_a_project_of_kubebuilders_comes_back_as_it_was(tmp_path: Path) -> None:
    """Webhooks, plugins, several controllers of a kind: what codegen knows nothing of is kept."""
    read = ours(GO_PROJECT)
    (tmp_path / project.NAME).write_text(project.printed(read))
    before, after = by_kubebuilder(GO_PROJECT, tmp_path / project.NAME)
    assert after == before
    license_kept = replace(read, license="apache2", owner="Bakers")
    (tmp_path / project.NAME).write_text(project.printed(license_kept))
    assert by_kubebuilder(tmp_path / project.NAME) == [before]
    assert ours(tmp_path / project.NAME).owner == "Bakers"
