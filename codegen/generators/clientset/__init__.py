"""The clientset: typed clients by group and version, sync and async, a Scheme and a fake."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import generators
from codegen.generators import Generator
from codegen.layout import EXPANSIONS
from codegen.options import OUTPUT, Shape, option


@dataclass(frozen=True, slots=True)
class Options(generators.Importable):
    output_dir: str = option(
        f"{OUTPUT}/clientset",
        Shape.FOLDER,
        f"Folder to write to (default: {OUTPUT}/clientset).",
    )
    output_package: str = option(
        f"{OUTPUT}.clientset",
        Shape.PACKAGE,
        "What that folder is imported as (default: its path with dots).",
    )
    name: str = option(
        "versioned",
        Shape.NAME,
        "Name of the clientset, a folder in the output folder (default: versioned).",
        flag="--clientset-name",
    )

    @property
    def folder(self) -> str:
        return f"{self.output_dir}/{self.name}"


GENERATOR = Generator(
    "clientset",
    "Typed clients, sync and async, with a fake for tests.",
    Options,
    hand_written=(EXPANSIONS,),
)
