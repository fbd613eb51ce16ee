"""What `kustomize build` makes of a scaffold's folders, for machines that have no kustomize.

It knows the fields that the scaffold uses and refuses all others. test_kustomization.py compares it
with kustomize itself.
"""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kube.client import Client
from kube.runtime import from_yaml
from kube.runtime.patches.json_patch import json_patch
from kube.runtime.unstructured import Unstructured

FIELDS = {"resources", "namespace", "namePrefix", "labels", "patches"}
FIRST = {"Namespace", "CustomResourceDefinition"}
CLUSTER_SCOPED = FIRST | {"ClusterRole", "ClusterRoleBinding"}

Tree = dict[str, Any]


def build(folder: Path) -> list[Tree]:
    """The objects of a kustomization; fails for a name that leads to no file."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert kustomization.keys() <= FIELDS, f"{folder} uses {kustomization.keys() - FIELDS}"
    objects = [
        each for name in kustomization.get("resources") or () for each in _read(folder / name)
    ]
    for patch in kustomization.get("patches") or ():
        assert patch.keys() == {"path", "target"}
        operations = yaml.safe_load((folder / patch["path"]).read_text())
        kind = patch["target"]["kind"]
        objects = [json_patch(o, operations) if o["kind"] == kind else o for o in objects]
    for each in objects:
        for labels in kustomization.get("labels") or ():
            assert labels.keys() == {"pairs"}
            each["metadata"].setdefault("labels", {}).update(labels["pairs"])
    _place(objects, kustomization.get("namespace", ""))
    _prefix(objects, kustomization.get("namePrefix", ""))
    return objects


def samples(config: Path) -> list[Tree]:
    """Those of config/samples, each with a name of its own: versions of a kind share one."""
    built = build(config / "samples")
    for number, each in enumerate(built):
        each["metadata"]["name"] += f"-{number}"
    return built


def files(folder: Path) -> set[str]:
    """The paths, from the folder, of all files that a kustomization leads to in it."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    named = [*(kustomization.get("resources") or ())]
    named += [patch["path"] for patch in kustomization.get("patches") or ()]
    return {"kustomization.yaml", *(name for name in named if not name.startswith(".."))}


def switched_on(project: Path, folder: Path) -> Path:
    """A copy of a project, in a folder, with all that config/default has as comments.

    What follows `# ` there is prose, everything else is YAML.
    """
    root = folder / project.name
    shutil.copytree(project, root)
    kustomization = root / "config/default/kustomization.yaml"
    text = re.sub("^#(?=[^ ]|  )", "", kustomization.read_text(), flags=re.MULTILINE)
    kustomization.write_text(text)
    return root


def create(client: Client, objects: list[Tree]) -> None:
    """Create objects, those first that others need. Raises what the server refuses.

    What names no namespace goes into `default`.
    """
    for tree in sorted(objects, key=lambda tree: tree["kind"] not in FIRST):
        named = "namespace" in tree["metadata"]
        creator = client if named else client.in_namespace("default")
        creator.create(from_yaml(yaml.safe_dump(tree), Unstructured))


def _read(path: Path) -> list[Tree]:
    if path.is_dir():
        return build(path)
    return [copy.deepcopy(each) for each in yaml.safe_load_all(path.read_text())]


def _place(objects: list[Tree], namespace: str) -> None:
    """Put everything into a namespace, and the service accounts of bindings where they are."""
    if not namespace:
        return
    for each in objects:
        if each["kind"] == "Namespace":
            each["metadata"]["name"] = namespace
        elif each["kind"] not in CLUSTER_SCOPED:
            each["metadata"]["namespace"] = namespace
        for subject in each.get("subjects", ()):
            subject["namespace"] = namespace


def _prefix(objects: list[Tree], prefix: str) -> None:
    """Begin the names of all objects so, and what refers to them by name."""
    for each in objects:
        if each["kind"] not in ("Namespace", "CustomResourceDefinition"):
            each["metadata"]["name"] = prefix + each["metadata"]["name"]
        for reference in _references(each):
            reference["name"] = prefix + reference["name"]
        if each["kind"] == "Deployment":
            pod = each["spec"]["template"]["spec"]
            pod["serviceAccountName"] = prefix + pod["serviceAccountName"]


def _references(tree: Tree) -> Iterator[Tree]:
    if "roleRef" in tree:
        yield tree["roleRef"]
        yield from tree["subjects"]
