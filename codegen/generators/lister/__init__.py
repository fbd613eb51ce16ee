"""Listers: typed reads from an informer's cache, a class a kind."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import generators
from codegen.generators import Generator
from codegen.layout import EXPANSIONS
from codegen.options import OUTPUT, Shape, option


@dataclass(frozen=True, slots=True)
class Options(generators.Importable):
    output_dir: str = option(
        f"{OUTPUT}/listers",
        Shape.FOLDER,
        f"Folder to write to (default: {OUTPUT}/listers).",
    )
    output_package: str = option(
        f"{OUTPUT}.listers",
        Shape.PACKAGE,
        "What that folder is imported as (default: its path with dots).",
    )

    @property
    def folder(self) -> str:
        return self.output_dir


GENERATOR = Generator(
    "lister",
    "Typed reads from an informer's cache.",
    Options,
    hand_written=(EXPANSIONS,),
)
