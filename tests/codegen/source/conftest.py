"""An API package made of text, and what the reader says of it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from codegen.diagnostics import Diagnostics
from codegen.model import Enum, Field, Package, Struct, Type, Universe
from codegen.source import read

INIT = '# +k8s:deepcopy-gen=package\n# +groupName=example.com\n"""An API."""\n'


@dataclass(frozen=True)
class Reading:
    universe: Universe
    diagnostics: Diagnostics

    @property
    def package(self) -> Package:
        return self.universe.packages[0]

    def type(self, name: str) -> Type:
        return next(t for t in self.package.types if t.name.name == name)

    def struct(self, name: str) -> Struct:
        found = self.type(name)
        assert isinstance(found, Struct)
        return found

    def enum(self, name: str) -> Enum:
        found = self.type(name)
        assert isinstance(found, Enum)
        return found

    def field(self, path: str) -> Field:
        struct, _, name = path.rpartition(".")
        found = self.struct(struct).field(name)
        assert found is not None
        return found

    @property
    def faults(self) -> list[str]:
        """Each diagnostic as `line:column code message | hint`, in order."""
        return [
            f"{d.position.path.rpartition('/')[2]}:{d.position.line}:{d.position.column} "
            f"{d.code}: {d.message} | {d.hint}"
            for d in self.diagnostics
        ]

    @property
    def codes(self) -> list[str]:
        return [d.code for d in self.diagnostics]


Project = Callable[..., Reading]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Writes files below a root and reads packages of it, `api/v1` if none is named."""

    def write_and_read(
        types: str = "",
        *packages: str,
        files: Mapping[str, str] | None = None,
        plural_exceptions: Mapping[str, str] | None = None,
    ) -> Reading:
        contents = {"api/v1/__init__.py": INIT, "api/v1/types.py": types, **(files or {})}
        for path, text in contents.items():
            place = tmp_path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(textwrap.dedent(text).encode())
        diagnostics = Diagnostics()
        universe = read(
            tmp_path,
            packages or ("api/v1",),
            diagnostics,
            plural_exceptions=plural_exceptions,
        )
        return Reading(universe, diagnostics)

    return write_and_read
