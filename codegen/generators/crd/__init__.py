"""`config/crd/bases/<group>_<plural>.yaml`: a CustomResourceDefinition for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codegen import generators
from codegen.generators import Generator
from codegen.options import Shape, option


@dataclass(frozen=True, slots=True)
class Options(generators.Options):
    output_dir: str = option(
        "config/crd/bases", Shape.FOLDER, "Folder for the CRDs (default: config/crd/bases)."
    )
    max_desc_len: int | None = option(
        None,
        Shape.NUMBER,
        "Bytes to cut each description to, at the end of a sentence; 0 leaves them out.",
    )
    desc_lens: Mapping[str, int] = option(
        {},
        Shape.LENGTHS,
        "The same for single fields and all below them, by path: spec.template.",
        flag="",
    )
    generate_embedded_object_meta: bool = option(
        False,
        Shape.FLAG,
        "Give the metadata of objects inside of objects the members that users set.",
    )
    allow_dangerous_types: bool = option(
        False,
        Shape.FLAG,
        "Let fields be floating-point numbers, on which languages disagree.",
    )
    conversion_webhook: str = option(
        "",
        Shape.SERVICE,
        "Service whose /convert converts kinds that have several versions, as namespace/name.",
    )

    @property
    def folder(self) -> str:
        return self.output_dir


GENERATOR = Generator("crd", "CustomResourceDefinitions, one file a kind.", Options)
