"""Informers: a factory that leads by group and version to each kind's informer and lister."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import generators
from codegen.generators import Generator
from codegen.options import OUTPUT, Shape, option

NAME = "externalversions"


@dataclass(frozen=True, slots=True)
class Options(generators.Importable):
    output_dir: str = option(
        f"{OUTPUT}/informers",
        Shape.FOLDER,
        f"Folder to write to (default: {OUTPUT}/informers).",
    )
    output_package: str = option(
        f"{OUTPUT}.informers",
        Shape.PACKAGE,
        "What that folder is imported as (default: its path with dots).",
    )

    single_directory: bool = option(
        False,
        Shape.FLAG,
        f"Write to the folder itself, without the folder {NAME} in it.",
    )

    @property
    def folder(self) -> str:
        return self.output_dir

    @property
    def package_folder(self) -> str:
        """The folder of the factory."""
        return self.output_dir if self.single_directory else f"{self.output_dir}/{NAME}"


GENERATOR = Generator("informer", "A shared informer factory, by group and version.", Options)
