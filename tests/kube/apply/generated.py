"""The project of these tests, generated once and put on the import path."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from codegen.cli import command_line

PROJECT = Path(__file__).parent / "project"


class Machines:
    """The modules of the project."""

    def __init__(self, root: Path) -> None:
        self.types: ModuleType = import_module("machines.v1.types")
        self.configurations: ModuleType = import_module("machines.made.applyconfiguration")
        self.v1: ModuleType = import_module("machines.made.applyconfiguration.machines.v1")
        self.clientset: ModuleType = import_module("machines.made.clientset.versioned")
        self.fake: ModuleType = import_module("machines.made.clientset.versioned.fake")
        self.crds = root / "machines" / "crds"


@contextmanager
def machines_in(folder: Path) -> Iterator[Machines]:
    """The project, generated into a folder."""
    shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
    with pytest.raises(SystemExit) as done:
        command_line()(["generate", "--root", str(folder)], standalone_mode=False)
    assert done.value.code == 0
    sys.path.insert(0, str(folder))
    try:
        yield Machines(folder)
    finally:
        sys.path.remove(str(folder))
