"""Projects for tests: what the commands of the scaffold make, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from codegen.cli import command_line

NAME = "bakery-operator"
"""Of the folder, and so of the project."""
PACKAGE = "bakery_operator"
NAMESPACE = f"{NAME}-system"

LAYOUTS = {
    "plain": (),
    "namespaced": ("--namespaced",),
}
APIS = {
    "a kind with its controller": ("bakery", "v1alpha1", "Loaf", "--resource", "--controller"),
    "a kind alone": ("bakery", "v1alpha1", "Oven", "--resource", "--no-controller"),
    "a kind of the cluster": (
        *("mill", "v1", "Flour", "--resource", "--controller", "--no-namespaced"),
        *("--plural", "flours"),
    ),
    "one of Kubernetes' own kinds": ("apps", "v1", "Deployment", "--no-resource", "--controller"),
}
"""What is added one after another. A second group needs `--multigroup`."""


def run(root: Path, *arguments: str) -> None:
    """Run `codegen` on a project; it has to succeed."""
    done = CliRunner().invoke(command_line(), [*arguments, "--root", str(root)])
    assert done.exit_code == 0, done.output


def init(folder: Path, *options: str) -> Path:
    """A new project in a folder of its own."""
    root = folder / NAME
    root.mkdir()
    run(root, "init", "--domain", "example.com", *options)
    return root


def create(root: Path, group: str, version: str, kind: str, *options: str) -> None:
    run(root, "create", "api", "--group", group, "--version", version, "--kind", kind, *options)


def stages(folder: Path, layout: str) -> Iterator[Path]:
    """The project of a layout after each command."""
    root = init(folder, *LAYOUTS[layout])
    yield root
    for api in apis(layout):
        create(root, *APIS[api])
        yield root


def whole(folder: Path, layout: str) -> Path:
    """The project of a layout with everything that it takes."""
    return [*stages(folder, layout)][-1]


def apis(layout: str) -> list[str]:
    """Which of APIS a layout takes."""
    return [name for name in APIS if "multigroup" in layout or name != "a kind of the cluster"]
