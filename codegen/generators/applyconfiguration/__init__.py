"""Apply configurations: for each struct that can be applied, a twin with optional fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codegen import generators
from codegen.generators import Generator
from codegen.options import OUTPUT, Shape, option


@dataclass(frozen=True, slots=True)
class Options(generators.Importable):
    output_dir: str = option(
        f"{OUTPUT}/applyconfiguration",
        Shape.FOLDER,
        f"Folder to write to (default: {OUTPUT}/applyconfiguration).",
    )
    output_package: str = option(
        f"{OUTPUT}.applyconfiguration",
        Shape.PACKAGE,
        "What that folder is imported as (default: its path with dots).",
    )
    external: Mapping[str, str] = option(
        {},
        Shape.PACKAGES,
        "Module with the apply configuration of a type that is not in the input, as "
        "package.Type:module.",
        key="applyconfiguration.external-applyconfigurations",
        flag="--external-applyconfigurations",
    )

    @property
    def folder(self) -> str:
        return self.output_dir


GENERATOR = Generator(
    "applyconfiguration",
    "Apply configurations, to write with server-side apply.",
    Options,
)
