"""Projects for tests: what the commands of the scaffold make, in this process."""

from __future__ import annotations

import os
import shutil
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
    "multigroup": ("--multigroup",),
    "namespaced and multigroup": ("--namespaced", "--multigroup"),
}
CHOSEN = list(LAYOUTS) if "TEST_SCAFFOLDS" in os.environ else [*LAYOUTS][::3]
"""The layouts that are tested: all of them by `make test-all`."""

Api = tuple[str, str, str]
"""Group, version and kind."""

APIS: dict[Api, tuple[str, ...]] = {
    ("bakery", "v1alpha1", "Loaf"): ("--resource", "--controller"),
    ("bakery", "v1", "Loaf"): ("--resource", "--no-controller"),
    ("bakery", "v1", "Oven"): ("--resource", "--controller", "--no-namespaced", "--plural", "oven"),
    ("mill", "v1", "Loaf"): ("--resource", "--controller"),
    ("apps", "v1", "Deployment"): ("--no-resource", "--controller"),
}
"""What is added one after another; not every layout takes all."""


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


def create(root: Path, api: Api) -> None:
    run(root, "create", "api", *_named(api), *APIS[api])


def delete(root: Path, api: Api) -> None:
    run(root, "delete", "api", *_named(api))


def _named(api: Api) -> tuple[str, ...]:
    group, version, kind = api
    return ("--group", group, "--version", version, "--kind", kind)


def apis(layout: str) -> list[Api]:
    """Which of APIS a layout takes."""
    left_out = set()
    if "multigroup" not in layout:
        left_out.add(("mill", "v1", "Loaf"))
    if "namespaced" in layout:
        left_out.add(("bakery", "v1", "Oven"))
    return [api for api in APIS if api not in left_out]


class Stages:
    """The projects of the layouts after each command, made once; nobody may change them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_layout: dict[str, dict[str, Path]] = {}

    def of(self, layout: str) -> dict[str, Path]:
        """A folder by what the last command was."""
        if layout not in self._by_layout:
            self._by_layout[layout] = dict(self._made(layout))
        return self._by_layout[layout]

    def whole(self, layout: str) -> Path:
        """The project with everything that the layout takes."""
        return self.of(layout)[f"create {apis(layout)[-1]}"]

    def _made(self, layout: str) -> Iterator[tuple[str, Path]]:
        folder = self._folder / layout.replace(" ", "-")
        folder.mkdir()
        root = init(folder, *LAYOUTS[layout])
        yield self._kept(root, "init")
        for api in apis(layout):
            create(root, api)
            yield self._kept(root, f"create {api}")
        if "multigroup" not in layout:
            run(root, "edit", "--multigroup")
            yield self._kept(root, "edit --multigroup")
        for api in apis(layout):
            delete(root, api)
            yield self._kept(root, f"delete {api}")
        if "namespaced" not in layout:
            run(root, "edit", "--namespaced")
            yield self._kept(root, "edit --namespaced")

    def _kept(self, root: Path, command: str) -> tuple[str, Path]:
        number = sum(1 for _ in root.parent.iterdir())
        copy = root.parent / str(number) / root.name
        shutil.copytree(root, copy)
        return command, copy
