"""What a project may be made of, and eight projects in which every two of these choices meet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from tests.codegen.scaffold.projects import run

Choices: TypeAlias = tuple[str, ...]

VALUES: dict[str, tuple[str, ...]] = {
    "layout": ("one-group", "multigroup"),
    "manager": ("of-the-cluster", "of-a-namespace"),
    "scope": ("namespaced", "cluster"),
    "own": ("kind-and-controller", "kind", "no-kind"),
    "foreign": ("none", "core", "external"),
    "versions": ("v1", "v1-and-v2"),
    "groups": ("web", "web-and-mail"),
}

PAIRWISE: tuple[Choices, ...] = (
    ("one-group", "of-a-namespace", "namespaced", "kind-and-controller", "none", "v1", "web"),
    ("multigroup", "of-the-cluster", "cluster", "kind", "none", "v1-and-v2", "web-and-mail"),
    ("multigroup", "of-the-cluster", "namespaced", "no-kind", "external", "v1", "web"),
    ("one-group", "of-the-cluster", "cluster", "kind-and-controller", "core", "v1-and-v2", "web"),
    ("multigroup", "of-a-namespace", "namespaced", "kind", "core", "v1", "web-and-mail"),
    ("one-group", "of-a-namespace", "namespaced", "kind", "external", "v1-and-v2", "web"),
    (
        *("multigroup", "of-the-cluster", "cluster", "kind-and-controller", "external", "v1"),
        "web-and-mail",
    ),
    ("one-group", "of-a-namespace", "namespaced", "no-kind", "core", "v1", "web"),
)


def possible() -> list[Choices]:
    """Every combination that there can be."""
    return [each for each in itertools.product(*VALUES.values()) if _is_possible(each)]


def pairs(choices: Choices) -> set[tuple[tuple[str, str], ...]]:
    """Every two of the choices."""
    return set(itertools.combinations(zip(VALUES, choices, strict=True), 2))


def make(folder: Path, choices: Choices, *options: str) -> Path:
    """The project of these choices; its name is its own, so that several can be looked at."""
    number = PAIRWISE.index(choices) if choices in PAIRWISE else "x"
    root = folder / f"web_{number}"
    root.mkdir()
    name = ("--project-name", f"web-{number}", "--repo", f"web_operator_{number}")
    for command in _commands(choices):
        run(root, *command, *(name if command[0] == "init" else ()), *options)
    return root


def _is_possible(choices: Choices) -> bool:
    layout, manager, scope, own, foreign, versions, groups = choices
    if own == "no-kind":
        rest = (scope, versions, groups)
        return foreign != "none" and rest == ("namespaced", "v1", "web")
    # A manager of a namespace cannot see what is in none, and a folder is for one group.
    is_seen = (manager, scope) != ("of-a-namespace", "cluster")
    return is_seen and (layout, groups) != ("one-group", "web-and-mail")


def _commands(choices: Choices) -> Iterator[tuple[str, ...]]:
    layout, manager, scope, own, foreign, versions, groups = choices
    layouts = ("--multigroup",) if layout == "multigroup" else ()
    managers = ("--namespaced",) if manager == "of-a-namespace" else ("--license", "apache2")
    yield ("init", "--domain", "example.com", *layouts, *managers)
    controller = "--controller" if own == "kind-and-controller" else "--no-controller"
    scopes = ("--no-namespaced",) if scope == "cluster" else ()
    if own != "no-kind":
        for group in groups.split("-and-"):
            yield (*_api(group, "v1", "Site"), "--resource", controller, *scopes)
        if versions != "v1":
            yield (*_api("web", "v2", "Site"), "--resource", "--no-controller")
    if foreign == "core":
        yield (*_api("apps", "v1", "Deployment"), "--no-resource", "--controller")
    elif foreign == "external":
        path = ("--external", "kube.api.networking.v1", "--external-api-domain", "k8s.io")
        yield (*_api("networking", "v1", "Ingress"), *path, "--controller")


def _api(group: str, version: str, kind: str) -> tuple[str, ...]:
    return ("create", "api", "--group", group, "--version", version, "--kind", kind)
