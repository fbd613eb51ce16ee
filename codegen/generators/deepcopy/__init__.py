"""`zz_generated_deepcopy.py`: typed deep copies, one function a type, beside the API module."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import generators
from codegen.generators import Generator
from codegen.options import Shape, option


@dataclass(frozen=True, slots=True)
class Options(generators.Options):
    bounding_dirs: tuple[str, ...] = option(
        (),
        Shape.FOLDERS,
        "Folders outside which no type gets a deep copy of its own.",
        key="bounding-dirs",
    )


GENERATOR = Generator("deepcopy", "Typed deep copies, beside the API module.", Options)
